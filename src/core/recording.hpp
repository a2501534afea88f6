// How does a recorded machine lie in a folder?  (Described in docs/machines.md.)
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/result.hpp"

namespace weighin {

inline constexpr std::string_view kRootFolder = "root";
inline constexpr std::string_view kAnswersFolder = "answers";
inline constexpr std::string_view kCpuidFile = "cpuid.txt";
inline constexpr std::string_view kEnvironmentFile = "environment.txt";
inline constexpr std::string_view kFailuresFile = "failures.txt";

/// Most that is read of any of the small files of a recording.
inline constexpr std::size_t kMaxRecordBytes = 16u << 20;

/// The file below answers/ for a question: bytes that could mislead a file system are written as
/// %XX.
std::string answer_file(std::string_view question);

/// Lines NAME=value.
std::map<std::string, std::string> read_assignments(std::string_view text);

/// Lines "KEY<tab>message": what could not be read, and why.
std::map<std::string, std::string> read_failures(std::string_view text);

/// Follows `path` below the open folder `root` as the machine itself would, with "/" meaning the
/// folder: no link leads out of it. The result is relative to the folder, without links but for the
/// last part where `follow_last` is false. Parts that do not exist are kept as they are.
Result<std::string> resolve_within(int root, std::string_view path, bool follow_last);

}  // namespace weighin
