// Which Arm core stands behind an implementer's and a part's number?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weighin {

/// One design of a core, by the numbers in its main id register (MIDR_EL1).
struct ArmDesign {
  static constexpr int kUntold = -2;
  static constexpr int kNever = -1;

  std::int64_t implementer = 0, part = 0;
  std::string_view name;
  bool small = false;  ///< built to save power, beside larger cores
  /// From which variant on it has arithmetic on half floats, and the dot product of bytes. Both
  /// work on registers that every system saves, so the design alone decides.
  int fp16_from = kUntold;
  int dotprod_from = kUntold;
};

/// The design of these numbers; nullptr where the table has none.
const ArmDesign* arm_design(std::int64_t implementer, std::int64_t part);

/// The company behind an implementer's number, "ARM", "Qualcomm", …; empty for unknown numbers.
std::string_view arm_implementer(std::int64_t implementer);

/// The core of one logical processor as /proc/cpuinfo tells it.
struct ArmProcessor {
  std::int64_t processor = 0;
  std::int64_t implementer = 0, part = 0, variant = 0, revision = 0;
  bool operator==(const ArmProcessor&) const = default;
};

/// All processors of an Arm machine's /proc/cpuinfo. Kernels before 3.8 tell the numbers once,
/// after all processors: then they hold for each. Empty where the text names no Arm core.
std::vector<ArmProcessor> arm_cores(std::string_view cpuinfo);

/// Whether every core of a machine has a feature by its design; nothing where the table does not
/// tell.
std::optional<bool> arm_all_have(const std::vector<ArmProcessor>& cores, int ArmDesign::*from);

/// "Cortex-A75", or "0x41:0xd05" where the table does not know it.
std::string arm_core_name(const ArmProcessor& core);

}  // namespace weighin
