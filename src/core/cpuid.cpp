// What does the processor itself say, and how is that written down?
#include "core/cpuid.hpp"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#define WEIGHIN_X86 1
#endif

namespace weighin {
namespace {

// A full dump of a large processor has some 200 lines; a made-up file shall not cost memory.
constexpr std::size_t kMaxLeaves = 65536;

// The blank-separated words of the next line; moves `text` past it.
std::vector<std::string_view> next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  line = line.substr(0, line.find('#'));
  std::vector<std::string_view> words;
  while (words.size() < 16) {
    const std::size_t from = line.find_first_not_of(" \t\r");
    if (from == std::string_view::npos) break;
    line.remove_prefix(from);
    const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
    words.push_back(word);
    line.remove_prefix(word.size());
  }
  return words;
}

template <class T>
bool hexadecimal(std::string_view word, T& value) {
  if (word.starts_with("0x") || word.starts_with("0X")) word.remove_prefix(2);
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value, 16);
  return problem == std::errc{} && end == word.data() + word.size();
}

bool registers(const std::vector<std::string_view>& words, std::size_t at, CpuidRegisters& out) {
  return hexadecimal(words[at], out.eax) && hexadecimal(words[at + 1], out.ebx) &&
         hexadecimal(words[at + 2], out.ecx) && hexadecimal(words[at + 3], out.edx);
}

Error broken(const std::string& name, std::size_t line, const char* what) {
  return Error{ErrorKind::data, what, fmt::format("{}:{}", name, line), ""};
}

}  // namespace

std::optional<CpuidRegisters> native_cpuid([[maybe_unused]] std::uint32_t leaf,
                                           [[maybe_unused]] std::uint32_t subleaf) {
#ifdef WEIGHIN_X86
  // Hypervisors answer 0x40000000 and up with a highest leaf of their own, and only where bit 31 of
  // leaf 1's ECX is set (https://lwn.net/Articles/301888/); bare hardware answers rubbish there.
  CpuidRegisters out;
  if (leaf >= 0x40000000u && leaf < 0x80000000u) {
    __cpuid(1, out.eax, out.ebx, out.ecx, out.edx);
    if ((out.ecx >> 31) == 0) return std::nullopt;
    __cpuid(0x40000000u, out.eax, out.ebx, out.ecx, out.edx);
    // Some hypervisors leave the highest leaf 0 and mean that leaf 0x40000001 exists.
    if (leaf > out.eax && leaf > 0x40000001u) return std::nullopt;
  } else if (leaf > static_cast<std::uint32_t>(__get_cpuid_max(leaf & 0x80000000u, nullptr))) {
    return std::nullopt;
  }
  __cpuid_count(leaf, subleaf, out.eax, out.ebx, out.ecx, out.edx);
  return out;
#else
  return std::nullopt;
#endif
}

std::optional<std::uint64_t> native_xcr0() {
#ifdef WEIGHIN_X86
  // XGETBV faults unless the operating system has set CR4.OSXSAVE, which leaf 1 shows in ECX
  // bit 27.
  const auto leaf1 = native_cpuid(1, 0);
  if (!leaf1 || ((leaf1->ecx >> 27) & 1u) == 0) return std::nullopt;
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (static_cast<std::uint64_t>(high) << 32) | low;
#else
  return std::nullopt;
#endif
}

Result<CpuidTable> read_cpuid_table(std::string_view text, const std::string& name) {
  CpuidTable table;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto words = next_line(text);
    if (words.empty()) continue;
    if (words[0] == "xcr0") {
      std::uint64_t value = 0;
      if (words.size() != 2 || !hexadecimal(words[1], value)) {
        return broken(name, line, "not a line `xcr0 HEX`");
      }
      table.xcr0 = value;
      continue;
    }
    std::uint32_t leaf = 0;
    std::uint32_t subleaf = 0;
    CpuidRegisters out;
    if (words.size() != 6 || !hexadecimal(words[0], leaf) || !hexadecimal(words[1], subleaf) ||
        !registers(words, 2, out)) {
      return broken(name, line, "not a line `leaf subleaf eax ebx ecx edx` in hexadecimal");
    }
    if (table.leaves.size() >= kMaxLeaves) return broken(name, line, "too many CPUID leaves");
    table.leaves[{leaf, subleaf}] = out;
  }
  return table;
}

Result<CpuidTable> read_hwloc_cpuid(std::string_view text, const std::string& name) {
  CpuidTable table;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto words = next_line(text);
    if (words.empty()) continue;
    std::uint32_t mask = 0;
    CpuidRegisters in;
    CpuidRegisters out;
    if (words.size() != 10 || words[5] != "=>" || !hexadecimal(words[0], mask) ||
        !registers(words, 1, in) || !registers(words, 6, out)) {
      return broken(name, line, "not a line `inmask eax ebx ecx edx => eax ebx ecx edx`");
    }
    if (table.leaves.size() >= kMaxLeaves) return broken(name, line, "too many CPUID leaves");
    // Bit 2 of the mask: ECX was an input.
    table.leaves[{in.eax, (mask & 4u) != 0 ? in.ecx : 0u}] = out;
  }
  // The dump has no XCR0. Leaf 0xD says in EBX how much room the features enabled in XCR0 need and
  // in ECX how much all supported ones would (Intel SDM, volume 2A, CPUID): equal, all are enabled.
  const auto leaf1 = table.leaves.find({1u, 0u});
  const auto xsave = table.leaves.find({0xdu, 0u});
  if (leaf1 != table.leaves.end() && ((leaf1->second.ecx >> 27) & 1u) != 0 &&
      xsave != table.leaves.end() && xsave->second.ebx == xsave->second.ecx) {
    table.xcr0 = (static_cast<std::uint64_t>(xsave->second.edx) << 32) | xsave->second.eax;
  }
  return table;
}

std::string write_cpuid_table(const CpuidTable& table) {
  std::string text = "# leaf subleaf eax ebx ecx edx\n";
  for (const auto& [key, out] : table.leaves) {
    text += fmt::format("{:x} {:x} {:08x} {:08x} {:08x} {:08x}\n", key.first, key.second, out.eax,
                        out.ebx, out.ecx, out.edx);
  }
  if (table.xcr0) text += fmt::format("xcr0 {:x}\n", *table.xcr0);
  return text;
}

}  // namespace weighin
