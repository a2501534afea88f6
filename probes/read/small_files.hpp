// How are the one-line files of /proc and /sys read?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "weighin/host.hpp"

namespace weighin {

/// Without blanks and line ends at both sides.
std::string trimmed(std::string_view text);

/// A whole number with nothing else around it but blanks.
std::optional<std::int64_t> to_number(std::string_view text);

/// The first line of a small file, trimmed; nothing where it cannot be read.
std::optional<std::string> read_line(const Host& host, const std::string& path);

/// The number in a small file; nothing where it cannot be read or holds something else.
std::optional<std::int64_t> read_number(const Host& host, const std::string& path);

/// True where a file can be read or a folder listed.
bool exists(const Host& host, const std::string& path);

}  // namespace weighin
