// What stands in /proc/cpuinfo, and how are its words found?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/host.hpp"

namespace weighin {

/// The text of /proc/cpuinfo, at most 16 MiB; nothing where it cannot be read.
std::optional<std::string> read_cpuinfo(const Host& host);

/// All values of one key ("flags", "CPU part"), in the order of the file, trimmed. A key is matched
/// whole and in its own case: "Processor" is not "processor".
std::vector<std::string> cpuinfo_values(std::string_view text, std::string_view key);

/// The first value of a key that is not empty.
std::optional<std::string> cpuinfo_value(std::string_view text, std::string_view key);

/// A number as cpuinfo writes it: decimal, or hexadecimal after "0x".
std::optional<std::int64_t> cpuinfo_number(std::string_view text);

/// The words of a text between blanks.
std::vector<std::string> words_of(std::string_view text);

/// The words that stand under a key for every processor: on chips with unlike cores a program may
/// be moved to any of them. Nothing where the key never stands.
std::optional<std::vector<std::string>> words_of_all(std::string_view text, std::string_view key);

/// What the kernel calls this kind of machine (uname -m), as the words of cpuinfo betray it. A
/// phone asked by a 32-bit program still tells of Armv8.
std::optional<std::string> architecture_of(std::string_view text);

}  // namespace weighin
