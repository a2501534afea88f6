// What are the parts of a URL, and which of them may be shown?
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weighin/result.hpp"

namespace weighin::remote {

/// A URL of http or https. Parsed by libcurl itself, so that what we check is what is asked for.
struct Url {
  std::string scheme, host, port;  ///< the port always stands
  std::string path;                ///< encoded, begins with a slash, no dot segments
  std::string query;               ///< encoded, without its "?"
  std::string user, password;      ///< decoded

  /// "https://host:443": who is asked.
  std::string origin() const;
  /// For the request: without user and password.
  std::string text() const;
  /// For messages: without user, password and query (signed URLs carry their secret there).
  std::string shown() const;
  bool is_loopback() const;
};

/// An absolute URL, at most 8 KiB.
Result<Url> parse_url(std::string_view text);
/// True where a redirect may be followed: to https always, to http only from http.
bool may_follow(const Url& from, const Url& to);
/// Where a Location header leads from `base`.
Result<Url> follow(const Url& base, std::string_view location);

/// "%20" for what may not stand in a path's segment; a slash is encoded too.
std::string encode_segment(std::string_view text);
std::string decode_segment(std::string_view text);
/// The parts between slashes, without empty ones.
std::vector<std::string> segments(std::string_view path);

/// Foreign text fit for a message: no control characters, at most 200 bytes.
std::string clean(std::string_view text);

}  // namespace weighin::remote
