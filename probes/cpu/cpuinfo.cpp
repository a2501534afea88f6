// How is /proc/cpuinfo read on x86, Arm, RISC-V, POWER and s390?
#include "probes/cpu/cpuinfo.hpp"

#include <algorithm>
#include <charconv>

#include "probes/read/small_files.hpp"

namespace weighin {
namespace {

// 4096 processors of 2 KiB each are 8 MiB.
constexpr std::size_t kMostBytes = 16u << 20;

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::optional<std::string> read_cpuinfo(const Host& host) {
  Result<std::string> text = host.read_file("/proc/cpuinfo", kMostBytes);
  if (!text) return std::nullopt;
  return std::move(*text);
}

std::vector<std::string> cpuinfo_values(std::string_view text, std::string_view key) {
  std::vector<std::string> values;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const std::string_view line = text.substr(from, end - from);
    from = end + 1;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || line.size() < key.size()) continue;
    if (trimmed(line.substr(0, colon)) == key) values.push_back(trimmed(line.substr(colon + 1)));
  }
  return values;
}

std::optional<std::string> cpuinfo_value(std::string_view text, std::string_view key) {
  for (std::string& value : cpuinfo_values(text, key)) {
    if (!value.empty()) return std::move(value);
  }
  return std::nullopt;
}

std::optional<std::int64_t> cpuinfo_number(std::string_view text) {
  const std::string bare = trimmed(text);
  std::string_view digits = bare;
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    digits.remove_prefix(2);
    base = 16;
  }
  std::int64_t number = 0;
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (failure != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::vector<std::string> words_of(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  std::vector<std::string> words;
  for (std::size_t from = text.find_first_not_of(kBlanks); from != std::string_view::npos;
       from = text.find_first_not_of(kBlanks, from)) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, from), text.size());
    words.emplace_back(text.substr(from, end - from));
    from = end;
  }
  return words;
}

std::optional<std::vector<std::string>> words_of_all(std::string_view text, std::string_view key) {
  const std::vector<std::string> values = cpuinfo_values(text, key);
  if (values.empty()) return std::nullopt;
  std::vector<std::string> common = words_of(values.front());
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] == values.front()) continue;
    const std::vector<std::string> words = words_of(values[i]);
    std::erase_if(common, [&](const std::string& word) { return !has(words, word); });
  }
  return common;
}

std::optional<std::string> architecture_of(std::string_view text) {
  const auto vendor = cpuinfo_value(text, "vendor_id");
  if (vendor && vendor->find("IBM/S390") != std::string::npos) return "s390x";
  if (cpuinfo_value(text, "arch").value_or("").starts_with("IA-64") ||
      cpuinfo_value(text, "family").value_or("").starts_with("Itanium"))
    return "ia64";
  if (const auto flags = words_of_all(text, "flags")) return has(*flags, "lm") ? "x86_64" : "x86";
  const auto features = words_of_all(text, "Features");
  if (features || cpuinfo_value(text, "CPU implementer")) {
    const auto version = cpuinfo_value(text, "CPU architecture");
    const bool eight = version && (version->starts_with("8") || version->starts_with("AArch64"));
    return eight || (features && has(*features, "asimd")) ? "aarch64" : "arm";
  }
  if (const auto isa = cpuinfo_value(text, "isa")) {
    if (isa->starts_with("rv64")) return "riscv64";
    if (isa->starts_with("rv32")) return "riscv32";
  }
  if (const auto cpu = cpuinfo_value(text, "cpu")) {
    // POWER8 was the first that Linux ran little-endian by default; cpuinfo does not tell the
    // order.
    if (cpu->starts_with("POWER") || cpu->starts_with("PPC970") || cpu->starts_with("Cell"))
      return "ppc64";
  }
  if (cpuinfo_value(text, "CPU Family").value_or("").starts_with("Loongson")) return "loongarch64";
  return std::nullopt;
}

}  // namespace weighin
