// How is a URL taken apart, led on and shown?
#include "remote/url.hpp"

#include <fmt/format.h>

#include <memory>

#include "remote/curl_library.hpp"

namespace weighin::remote {
namespace {

constexpr std::size_t kLongestUrl = 8192;  // as most servers take at most

struct CloseUrl {
  void operator()(CURLU* url) const { curl_library()->url_cleanup(url); }
};
using Handle = std::unique_ptr<CURLU, CloseUrl>;

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_library()->url_get(url, which, &text, flags) != CURLUE_OK || text == nullptr) return {};
  std::string copy(text);
  curl_library()->free(text);
  return copy;
}

Error malformed(std::string_view why) {
  return Error{ErrorKind::usage, fmt::format("this URL cannot be read: {}", why), "",
               "https://HOST/PATH/FILE, or hf://OWNER/REPO[@REVISION][/FILE]"};
}

Result<Url> taken_apart(CURLU* handle) {
  Url url;
  url.scheme = part(handle, CURLUPART_SCHEME);
  if (url.scheme != "http" && url.scheme != "https")
    return malformed(fmt::format("\"{}\" is neither http nor https", clean(url.scheme)));
  url.host = part(handle, CURLUPART_HOST);
  url.port = part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  url.path = part(handle, CURLUPART_PATH);
  url.query = part(handle, CURLUPART_QUERY);
  url.user = part(handle, CURLUPART_USER, CURLU_URLDECODE);
  url.password = part(handle, CURLUPART_PASSWORD, CURLU_URLDECODE);
  for (char& c : url.host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (url.host.empty()) return malformed("it names no host");
  if (url.path.empty()) url.path = "/";
  return url;
}

std::string place(const Url& url) {
  const bool usual = url.port == (url.scheme == "https" ? "443" : "80");
  return fmt::format("{}://{}{}{}", url.scheme, url.host, usual ? "" : ":", usual ? "" : url.port);
}

}  // namespace

std::string Url::origin() const { return fmt::format("{}://{}:{}", scheme, host, port); }
std::string Url::text() const {
  return query.empty() ? place(*this) + path : place(*this) + path + "?" + query;
}
std::string Url::shown() const { return clean(place(*this) + path); }

bool Url::is_loopback() const {
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

Result<Url> parse_url(std::string_view text) {
  if (text.size() > kLongestUrl)
    return malformed(fmt::format("{} bytes, more than {}", text.size(), kLongestUrl));
  if (text.find('\0') != std::string_view::npos) return malformed("it holds a zero byte");
  if (curl_library() == nullptr) return no_curl();
  const Handle handle(curl_library()->url());
  const std::string copy(text);
  const CURLUcode code =
      curl_library()->url_set(handle.get(), CURLUPART_URL, copy.c_str(), CURLU_URLENCODE);
  if (code != CURLUE_OK) return malformed(curl_library()->url_strerror(code));
  return taken_apart(handle.get());
}

bool may_follow(const Url& from, const Url& to) {
  return to.scheme == "https" || (to.scheme == "http" && from.scheme == "http");
}

Result<Url> follow(const Url& base, std::string_view location) {
  if (location.empty() || location.size() > kLongestUrl)
    return malformed(fmt::format("a redirect to {} bytes", location.size()));
  if (curl_library() == nullptr) return no_curl();
  const Handle handle(curl_library()->url());
  const std::string from = base.text(), to(location);
  if (curl_library()->url_set(handle.get(), CURLUPART_URL, from.c_str(), CURLU_URLENCODE) !=
      CURLUE_OK)
    return malformed("it leads nowhere");
  const CURLUcode code =
      curl_library()->url_set(handle.get(), CURLUPART_URL, to.c_str(), CURLU_URLENCODE);
  if (code != CURLUE_OK) return malformed(curl_library()->url_strerror(code));
  return taken_apart(handle.get());
}

std::string encode_segment(std::string_view text) {
  // RFC 3986 section 2.3: the unreserved characters stand for themselves.
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

std::string decode_segment(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
        digit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (end > begin) parts.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::string clean(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  std::string shown;
  for (const char c : text.substr(0, kLongest)) {
    shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  return text.size() > kLongest ? shown + "…" : shown;
}

}  // namespace weighin::remote
