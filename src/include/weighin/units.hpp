// How are bytes, rates and times written for people, and read from them?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "weighin/result.hpp"

namespace weighin {

/// A size in bytes, exact. Signed, so that a shortfall is a number and not a wrap-around.
using Bytes = std::int64_t;

inline constexpr Bytes kKiB = 1024;
inline constexpr Bytes kMiB = 1024 * kKiB;
inline constexpr Bytes kGiB = 1024 * kMiB;
inline constexpr Bytes kMB = 1000 * 1000;
inline constexpr Bytes kGB = 1000 * kMB;

/// "23.5 GiB", "512 MiB", "96 KiB", "17 B": memory, in powers of 1024. Negative sizes keep their sign.
std::string text_binary(Bytes bytes);
/// "1.63 GB", "397 MB", "12 kB": downloads and disks, in powers of 1000.
std::string text_decimal(Bytes bytes);
/// "46.2 GB/s" from bytes per second.
std::string text_rate(double bytes_per_second);
/// "2.51B", "135M", "1.03T" from a parameter count.
std::string text_count(std::int64_t count);
/// "3.3 s", "120 ms", "2 min".
std::string text_seconds(double seconds);
/// Reads "8GiB", "8 GiB", "8G" (= GiB, as in /proc and cgroup files), "2GB", "500MB", "123" (bytes).
Result<Bytes> parse_bytes(std::string_view text);
/// Reads a size class or count of parameters: "7B", "350M", "1.5b", "1T". Nothing if it is not one.
std::optional<std::int64_t> parse_count(std::string_view text);

/// a + b, a * b, or nothing where the result does not fit 63 bits or an operand is negative:
/// every size that comes from a file goes through these.
std::optional<Bytes> checked_add(Bytes a, Bytes b);
std::optional<Bytes> checked_multiply(Bytes a, Bytes b);

}  // namespace weighin
