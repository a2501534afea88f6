// How do many small reads of a file behind a URL become few requests?
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>

#include "remote/http.hpp"

namespace weighin::remote {

/// One file behind a URL; what was fetched of it stays in memory.
class RemoteFile {
 public:
  /// Fetches the first block; with it come size and ETag.
  static Result<std::shared_ptr<RemoteFile>> open(std::shared_ptr<Http> http, Url url,
                                                  std::string shown);

  const std::string& shown() const { return shown_; }
  Bytes size() const { return size_; }
  Bytes fetched() const { return fetched_; }
  Result<std::size_t> read(Bytes offset, std::span<char> into);

 private:
  RemoteFile(std::shared_ptr<Http> http, Url url, std::string shown)
      : http_(std::move(http)), url_(url), answered_(std::move(url)), shown_(std::move(shown)) {}
  Result<Done> fetch(Bytes from, Bytes count);
  Result<Piece> ask(Bytes from, Bytes count);

  std::shared_ptr<Http> http_;
  Url url_;       ///< as named
  Url answered_;  ///< that answered last: redirects are followed once
  std::string shown_, etag_;
  Bytes size_ = -1;
  Bytes fetched_ = 0;
  Bytes last_end_ = 0;                   ///< of the last block fetched
  Bytes last_count_ = 0;                 ///< and its length
  std::map<Bytes, std::string> blocks_;  ///< by offset; they do not overlap
};

/// The file as a ByteSource; several share what was fetched.
std::unique_ptr<ByteSource> source_of(std::shared_ptr<RemoteFile> file);

}  // namespace weighin::remote
