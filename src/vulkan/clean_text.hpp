// How does text from a driver become text that may be shown and stored?
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weighin::vulkan {

/// At most `max_bytes` of `text`, up to its first NUL, as valid UTF-8 without control characters:
/// what is neither becomes U+FFFD or a blank, runs of blanks become one, and none stand at the
/// ends.
std::string clean_text(std::string_view text, std::size_t max_bytes = 256);

}  // namespace weighin::vulkan
