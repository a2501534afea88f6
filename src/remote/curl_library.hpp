// How is libcurl reached on a device that may not have it?
#pragma once

#include <curl/curl.h>

#include "weighin/result.hpp"

namespace weighin::remote {

/// The functions of libcurl that are used, each as curl.h declares it.
struct CurlLibrary {
  decltype(&::curl_global_init) global_init = nullptr;
  decltype(&::curl_version_info) version_info = nullptr;
  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_perform) easy_perform = nullptr;
  decltype(&::curl_easy_reset) easy_reset = nullptr;
  decltype(&::curl_easy_setopt) easy_setopt = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;
  decltype(&::curl_slist_append) slist_append = nullptr;
  decltype(&::curl_slist_free_all) slist_free_all = nullptr;
  decltype(&::curl_free) free = nullptr;
  decltype(&::curl_url) url = nullptr;
  decltype(&::curl_url_cleanup) url_cleanup = nullptr;
  decltype(&::curl_url_get) url_get = nullptr;
  decltype(&::curl_url_set) url_set = nullptr;
  decltype(&::curl_url_strerror) url_strerror = nullptr;
};

/// Opened when it is first asked for, never closed; null where it is not installed or cannot be
/// used. Only a URL asks for it: a device without it reads everything else.
const CurlLibrary* curl_library();

/// What is said of a URL where there is no libcurl.
Error no_curl();

}  // namespace weighin::remote
