// How are sizes, rates and times put into words that nobody can misread?
#include "weighin/units.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cmath>
#include <limits>

namespace weighin {
namespace {

struct Unit {
  const char* name;
  Bytes bytes;
};

constexpr std::array<Unit, 5> kBinary{{{"TiB", 1024 * kGiB}, {"GiB", kGiB}, {"MiB", kMiB}, {"KiB", kKiB}, {"B", 1}}};
constexpr std::array<Unit, 5> kDecimal{{{"TB", 1000 * kGB}, {"GB", kGB}, {"MB", kMB}, {"kB", 1000}, {"B", 1}}};

// Three figures that count: "1.63", "23.5", "397".
std::string three_figures(double value) {
  if (value < 9.995) return fmt::format("{:.2f}", value);
  if (value < 99.95) return fmt::format("{:.1f}", value);
  return fmt::format("{:.0f}", value);
}

std::string scaled(Bytes bytes, const std::array<Unit, 5>& units, bool one_decimal) {
  const bool negative = bytes < 0;
  const double size = std::abs(static_cast<double>(bytes));
  for (const Unit& unit : units) {
    const double value = size / static_cast<double>(unit.bytes);
    // A value that would be rounded up to the next unit ("1024 MiB") belongs there.
    if (value < 0.9995 && unit.bytes != 1) continue;
    std::string number = unit.bytes == 1     ? fmt::format("{:.0f}", value)
                         : one_decimal       ? (value < 99.95 ? fmt::format("{:.1f}", value) : fmt::format("{:.0f}", value))
                                             : three_figures(value);
    return fmt::format("{}{} {}", negative ? "-" : "", number, unit.name);
  }
  return "0 B";
}

}  // namespace

std::string text_binary(Bytes bytes) { return scaled(bytes, kBinary, true); }
std::string text_decimal(Bytes bytes) { return scaled(bytes, kDecimal, false); }

std::string text_rate(double bytes_per_second) {
  if (!(bytes_per_second > 0)) return "0 B/s";
  if (bytes_per_second >= 9e18) return "inf B/s";
  return scaled(static_cast<Bytes>(bytes_per_second), kDecimal, false) + "/s";
}

std::string text_count(std::int64_t count) {
  const double value = static_cast<double>(count);
  if (count < 0) return "-";
  if (value >= 0.9995e12) return three_figures(value / 1e12) + "T";
  if (value >= 0.9995e9) return three_figures(value / 1e9) + "B";
  if (value >= 0.9995e6) return three_figures(value / 1e6) + "M";
  if (value >= 0.9995e3) return three_figures(value / 1e3) + "K";
  return fmt::format("{}", count);
}

std::string text_seconds(double seconds) {
  if (seconds < 0.0995) return fmt::format("{:.0f} ms", seconds * 1e3);
  if (seconds < 0.9995) return fmt::format("{:.0f} ms", std::round(seconds * 100) * 10);
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  if (seconds < 119.5) return fmt::format("{:.0f} s", seconds);
  if (seconds < 119.5 * 60) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.0f} h", seconds / 3600);
}

Result<Bytes> parse_bytes(std::string_view text) {
  const auto wrong = [&](const char* what) {
    return Error{ErrorKind::usage, fmt::format("\"{}\" is not a size: {}", text, what), "",
                 "write it like 8GiB, 2GB, 500MB or as a number of bytes"};
  };
  std::size_t at = 0;
  while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) ++at;
  double value = 0;
  double scale = 0;  // 0 = before the point
  bool digits = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c >= '0' && c <= '9') {
      digits = true;
      if (scale == 0) {
        value = value * 10 + (c - '0');
      } else {
        value += (c - '0') * scale;
        scale /= 10;
      }
    } else if (c == '.' && scale == 0) {
      scale = 0.1;
    } else {
      break;
    }
  }
  if (!digits) return wrong("no number");
  while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) ++at;
  std::string unit;
  for (; at < text.size() && !std::isspace(static_cast<unsigned char>(text[at])); ++at) {
    unit += static_cast<char>(std::tolower(static_cast<unsigned char>(text[at])));
  }
  while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) ++at;
  if (at != text.size()) return wrong("words after the unit");
  double factor = 0;
  // A bare K, M, G, T is binary, as in cgroup files, /proc and `ulimit`.
  if (unit.empty() || unit == "b" || unit == "bytes") factor = 1;
  else if (unit == "k" || unit == "kib") factor = static_cast<double>(kKiB);
  else if (unit == "m" || unit == "mib") factor = static_cast<double>(kMiB);
  else if (unit == "g" || unit == "gib") factor = static_cast<double>(kGiB);
  else if (unit == "t" || unit == "tib") factor = static_cast<double>(1024 * kGiB);
  else if (unit == "kb") factor = 1e3;
  else if (unit == "mb") factor = 1e6;
  else if (unit == "gb") factor = 1e9;
  else if (unit == "tb") factor = 1e12;
  else return wrong("unknown unit");
  const double bytes = value * factor;
  if (bytes >= 9.2e18) return wrong("too large");
  return static_cast<Bytes>(std::llround(bytes));
}

std::optional<std::int64_t> parse_count(std::string_view text) {
  if (text.size() < 2 || text.size() > 12) return std::nullopt;
  double factor = 0;
  switch (std::tolower(static_cast<unsigned char>(text.back()))) {
    case 'k':
      factor = 1e3;
      break;
    case 'm':
      factor = 1e6;
      break;
    case 'b':
      factor = 1e9;
      break;
    case 't':
      factor = 1e12;
      break;
    default:
      return std::nullopt;
  }
  double value = 0;
  double scale = 0;
  bool digits = false;
  for (const char c : text.substr(0, text.size() - 1)) {
    if (c >= '0' && c <= '9') {
      digits = true;
      if (scale == 0) {
        value = value * 10 + (c - '0');
      } else {
        value += (c - '0') * scale;
        scale /= 10;
      }
    } else if (c == '.' && scale == 0) {
      scale = 0.1;
    } else {
      return std::nullopt;
    }
  }
  const double count = value * factor;
  if (!digits || count < 1 || count > 1e16) return std::nullopt;
  return static_cast<std::int64_t>(std::llround(count));
}

std::optional<Bytes> checked_add(Bytes a, Bytes b) {
  if (a < 0 || b < 0 || a > std::numeric_limits<Bytes>::max() - b) return std::nullopt;
  return a + b;
}

std::optional<Bytes> checked_multiply(Bytes a, Bytes b) {
  if (a < 0 || b < 0) return std::nullopt;
  if (b != 0 && a > std::numeric_limits<Bytes>::max() / b) return std::nullopt;
  return a * b;
}

}  // namespace weighin
