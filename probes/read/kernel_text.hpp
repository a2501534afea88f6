// How are the kernel's small text files picked apart?
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "weighin/units.hpp"

namespace weighin::kernel_text {

/// Without blanks and line breaks at both ends.
std::string_view trimmed(std::string_view text);
/// The lines of a text, without their ends; at most `most`.
std::vector<std::string_view> lines(std::string_view text, std::size_t most = 100000);
/// The words between blanks and tabs; at most `most`.
std::vector<std::string_view> words(std::string_view line, std::size_t most = 256);

/// A decimal number that is the whole text (blanks around it aside) and fits 63 bits.
std::optional<std::int64_t> whole_number(std::string_view text);

/// The number of "KEY: N kB" (as in /proc/meminfo and /proc/self/status) in bytes: at most 2^60, so
/// that a few of them can be added.
std::optional<Bytes> kilobytes(std::string_view text, std::string_view key);
/// The rest of the line "KEY: …", trimmed.
std::optional<std::string_view> field(std::string_view text, std::string_view key);
/// The number after the word KEY on its own line (as in memory.stat).
std::optional<std::int64_t> counter(std::string_view text, std::string_view key);

/// The numbers of a list like "0-3,8,10-11", ascending; nothing where it is not one, or where it
/// names a number above 65535. The empty list is a list.
std::optional<std::vector<std::int64_t>> number_list(std::string_view text);

}  // namespace weighin::kernel_text
