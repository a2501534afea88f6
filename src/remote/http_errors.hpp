// How is it said that a server did not give what was asked for?
#pragma once

#include <curl/curl.h>

#include <string>

#include "weighin/result.hpp"

namespace weighin::remote {

/// A status that is neither 200 nor 206. `hub` is true where the server is the hub's endpoint.
Error status_error(long status, const std::string& shown, bool hub, const std::string& retry_after);
/// A transfer that libcurl gave up; `detail` is its own message.
Error transfer_error(CURLcode code, const std::string& shown, const std::string& detail,
                     double stall_seconds);

}  // namespace weighin::remote
