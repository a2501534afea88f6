// How is a model's header read from a URL, without downloading the model?
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "weighin/bytes.hpp"

namespace weighin {

/// What we may cost and how long we wait. The defaults are those of the program.
struct RemoteOptions {
  std::string hub_endpoint = "https://huggingface.co";  ///< $HF_ENDPOINT: where hf:// leads
  std::string hub_token;  ///< $HF_TOKEN: sent to the endpoint's own host alone, and never in clear
                          ///< but on loopback
  Bytes most_bytes = Bytes{64} << 20;  ///< of all files of one model together
  int most_requests = 1000;
  int most_redirects = 5;
  double connect_seconds = 10;
  double stall_seconds = 15;     ///< without a kilobyte a second
  double request_seconds = 300;  ///< for one request, whatever its speed
};

/// The options with HF_ENDPOINT and HF_TOKEN taken from the environment.
RemoteOptions remote_options_of_environment();

/// What the network was asked for.
struct RemoteTraffic {
  int requests = 0;  ///< redirects count
  Bytes bytes = 0;   ///< of bodies
};

/// A folder behind a URL. Names can be listed on the hub (hf://) alone.
class RemoteFolder : public Folder {
 public:
  virtual RemoteTraffic traffic() const = 0;
};

/// A place that a URL means: the folder, and in it the file (empty where the URL names none).
struct RemotePlace {
  std::unique_ptr<RemoteFolder> folder;
  std::string name;
};

/// True where a word of the command line is a URL of ours: http://, https://, hf://.
bool is_url(std::string_view word);

/// The place that `url` means; touches no network yet. http(s)://HOST/PATH/FILE, or
/// hf://OWNER/REPO[@REVISION][/PATH][/FILE], or the address of such a page on the hub. Its files
/// are read by range requests, in growing blocks that are kept in memory; a server that takes no
/// ranges is an error, and no file is downloaded whole. Wrong words are ErrorKind::usage; what the
/// network refuses is ErrorKind::no_input. No message shows a password, a token or a query.
Result<RemotePlace> remote_place(std::string_view url, const RemoteOptions& options);

}  // namespace weighin
