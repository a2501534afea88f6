// What does a status or a broken transfer mean for the user?
#include "remote/http_errors.hpp"

#include <fmt/format.h>

#include "remote/curl_library.hpp"
#include "remote/url.hpp"

namespace weighin::remote {

Error status_error(long status, const std::string& shown, bool hub,
                   const std::string& retry_after) {
  const auto error = [&](const std::string& what, const std::string& hint) {
    return Error{ErrorKind::no_input, fmt::format("{}: {} (HTTP {})", shown, what, status), "",
                 hint};
  };
  switch (status) {
    case 401:
    case 403:
      return error("the server refuses access",
                   hub ? "set HF_TOKEN to a token that may read this repository, and accept the "
                         "model's licence on its page"
                       : "does the URL need a user name, or has it expired?");
    case 404:
    case 410:
      return error("there is no such file",
                   hub ? "check the owner, the repository, the revision and the file's name (a "
                         "private one needs HF_TOKEN)"
                       : "check the URL");
    case 416:
      return error("the server has no bytes at this place", "has the file just changed? try again");
    case 429:
      return error("the server says: too many requests",
                   retry_after.empty()
                       ? "try again later"
                       : fmt::format("try again after {} seconds", clean(retry_after)));
    default:
      if (status >= 500) return error("the server has a fault", "try again later");
      return error("an answer that we cannot use", "check the URL");
  }
}

Error transfer_error(CURLcode code, const std::string& shown, const std::string& detail,
                     double stall_seconds) {
  const auto error = [&](const std::string& what, const std::string& hint) {
    return Error{ErrorKind::no_input, fmt::format("{}: {}", shown, what), "", hint};
  };
  const std::string text =
      clean(detail.empty() ? curl_library()->easy_strerror(code) : detail.c_str());
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return error(text, "check the host's name, the network and the proxy (https_proxy)");
    case CURLE_OPERATION_TIMEDOUT:
      return error(fmt::format("the server is too slow ({})", text),
                   fmt::format("it must answer, and send a kilobyte a second, within {:.0f} "
                               "seconds; try again later",
                               stall_seconds));
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return error(fmt::format("the connection broke ({})", text), "try again");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR:
      return error(fmt::format("no secure connection ({})", text),
                   "nothing was sent; is the package ca-certificates installed, and the clock "
                   "right?");
    default:
      return error(text, "check the URL, or download the file and name it here");
  }
}

}  // namespace weighin::remote
