// What does the processor itself say, and how is that written down?
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "weighin/host.hpp"

namespace weighin {

/// CPUID of the processor that this thread runs on; nothing beyond its highest leaf or off x86.
std::optional<CpuidRegisters> native_cpuid(std::uint32_t leaf, std::uint32_t subleaf);
/// XCR0; nothing where the operating system has not switched XSAVE on.
std::optional<std::uint64_t> native_xcr0();

/// CPUID answers that were written down.
struct CpuidTable {
  std::map<std::pair<std::uint32_t, std::uint32_t>, CpuidRegisters> leaves;
  std::optional<std::uint64_t> xcr0;
};

/// Reads cpuid.txt: lines `leaf subleaf eax ebx ecx edx` and `xcr0 VALUE`, all hexadecimal, `#`
/// starts a remark. Lines that are not so are an error with their number.
Result<CpuidTable> read_cpuid_table(std::string_view text, const std::string& name);
/// Reads the dump of one processor by hwloc-gather-cpuid (files named pu0, pu1, …): lines
/// `inmask eax ebx ecx edx => eax ebx ecx edx`.
Result<CpuidTable> read_hwloc_cpuid(std::string_view text, const std::string& name);
/// Writes what read_cpuid_table reads.
std::string write_cpuid_table(const CpuidTable& table);

}  // namespace weighin
