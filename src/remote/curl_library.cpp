// How is libcurl reached on a device that may not have it?
#include "remote/curl_library.hpp"

#include "core/run_time_library.hpp"

namespace weighin::remote {
namespace {

constexpr unsigned kLeastVersion = LIBCURL_VERSION_NUM >= 0x075500 ? 0x075500 : 0x073e00;

// One interface under the names of two builds of Debian: with OpenSSL, with GnuTLS. Static, so that
// libcurl's one global state is made once; it is never taken down (others may use it).
const CurlLibrary* opened() {
  static RunTimeLibrary library({"libcurl.so.4", "libcurl-gnutls.so.4"});
  static CurlLibrary functions;
  library.find(functions.global_init, "curl_global_init");
  library.find(functions.version_info, "curl_version_info");
  library.find(functions.easy_init, "curl_easy_init");
  library.find(functions.easy_cleanup, "curl_easy_cleanup");
  library.find(functions.easy_perform, "curl_easy_perform");
  library.find(functions.easy_reset, "curl_easy_reset");
  library.find(functions.easy_setopt, "curl_easy_setopt");
  library.find(functions.easy_strerror, "curl_easy_strerror");
  library.find(functions.slist_append, "curl_slist_append");
  library.find(functions.slist_free_all, "curl_slist_free_all");
  library.find(functions.free, "curl_free");
  library.find(functions.url, "curl_url");
  library.find(functions.url_cleanup, "curl_url_cleanup");
  library.find(functions.url_get, "curl_url_get");
  library.find(functions.url_set, "curl_url_set");
  library.find(functions.url_strerror, "curl_url_strerror");
  // An older one than we were built for would pass over options that it does not know, such as the
  // one that allows http and https alone.
  if (!library || functions.version_info(CURLVERSION_NOW)->version_num < kLeastVersion ||
      functions.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return nullptr;
  return &functions;
}

}  // namespace

const CurlLibrary* curl_library() {
  static const CurlLibrary* const library = opened();
  return library;
}

Error no_curl() {
  return Error{ErrorKind::no_input, "URLs are read with libcurl, and it is not installed", "",
               "install libcurl4 (7.85 or newer), or download the file and name it here"};
}

}  // namespace weighin::remote
