// How is one piece of a file asked for over HTTP, and what is refused?
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "remote/url.hpp"
#include "weighin/remote.hpp"

namespace weighin::remote {

/// What "Content-Range: bytes FROM-TO/TOTAL" says; FROM and TO are -1 in "bytes */TOTAL".
struct ContentRange {
  Bytes from = -1, to = -1, total = 0;
};
/// Nothing where it is not exactly that, or does not add up.
std::optional<ContentRange> parse_content_range(std::string_view value);

/// A piece of a file.
struct Piece {
  std::string bytes;
  Bytes total = 0;   ///< of the whole file
  std::string etag;  ///< empty where the server gives none
  Url url;           ///< that answered, after all redirects
};

/// Asks servers, one request after the other, on connections that are kept. All limits of the
/// options hold over all requests together. Not for several threads at once.
class Http {
 public:
  /// Credentials of `first` are sent to its own origin alone.
  Http(const RemoteOptions& options, Url first);
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  /// The bytes from `from` on, at most `count` of them (fewer at the end of the file). `shown` is
  /// the file in messages.
  Result<Piece> range(const Url& url, Bytes from, Bytes count, const std::string& shown);
  /// A whole document of at most `most` bytes.
  Result<Piece> whole(const Url& url, Bytes most, const std::string& shown);
  RemoteTraffic traffic() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weighin::remote
