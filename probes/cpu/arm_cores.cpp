// Which Arm core stands behind an implementer's and a part's number?
//
// Numbers: Linux arch/arm64/include/asm/cputype.h and arch/arm/include/asm/cputype.h, util-linux
// sys-utils/lscpu-arm.c, and Arm's technical reference manuals (MIDR_EL1, ID_AA64PFR0_EL1 for half
// floats, ID_AA64ISAR0_EL1 for the dot product; Cortex-A55 has the latter from r1 on, A75 from r2).
// Exynos M3 has no half floats, though the kernel of the Exynos 9810, whose small cores have them,
// says so of all cores (https://github.com/pytorch/cpuinfo, src/arm/linux/aarch64-isa.c).
#include "probes/cpu/arm_cores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "probes/cpu/cpuinfo.hpp"
#include "probes/read/kernel_text.hpp"

namespace weighin {
namespace {

constexpr std::size_t kMostProcessors = 65536;
constexpr int kNever = ArmDesign::kNever;
constexpr int kUntold = ArmDesign::kUntold;

constexpr std::array kDesigns = std::to_array<ArmDesign>({
    // Arm
    {0x41, 0x926, "ARM926"},
    {0x41, 0xb02, "ARM11 MPCore"},
    {0x41, 0xb36, "ARM1136"},
    {0x41, 0xb56, "ARM1156"},
    {0x41, 0xb76, "ARM1176"},
    {0x41, 0xc05, "Cortex-A5", true},
    {0x41, 0xc07, "Cortex-A7", true},
    {0x41, 0xc08, "Cortex-A8"},
    {0x41, 0xc09, "Cortex-A9"},
    {0x41, 0xc0d, "Cortex-A12"},
    {0x41, 0xc0e, "Cortex-A17"},
    {0x41, 0xc0f, "Cortex-A15"},
    {0x41, 0xd01, "Cortex-A32", true, kNever, kNever},
    {0x41, 0xd02, "Cortex-A34", true, kNever, kNever},
    {0x41, 0xd03, "Cortex-A53", true, kNever, kNever},
    {0x41, 0xd04, "Cortex-A35", true, kNever, kNever},
    {0x41, 0xd05, "Cortex-A55", true, 0, 1},
    {0x41, 0xd06, "Cortex-A65", false, 0, 0},
    {0x41, 0xd07, "Cortex-A57", false, kNever, kNever},
    {0x41, 0xd08, "Cortex-A72", false, kNever, kNever},
    {0x41, 0xd09, "Cortex-A73", false, kNever, kNever},
    {0x41, 0xd0a, "Cortex-A75", false, 0, 2},
    {0x41, 0xd0b, "Cortex-A76", false, 0, 0},
    {0x41, 0xd0c, "Neoverse N1", false, 0, 0},
    {0x41, 0xd0d, "Cortex-A77", false, 0, 0},
    {0x41, 0xd0e, "Cortex-A76AE", false, 0, 0},
    {0x41, 0xd40, "Neoverse V1", false, 0, 0},
    {0x41, 0xd41, "Cortex-A78", false, 0, 0},
    {0x41, 0xd42, "Cortex-A78AE", false, 0, 0},
    {0x41, 0xd43, "Cortex-A65AE"},
    {0x41, 0xd44, "Cortex-X1", false, 0, 0},
    {0x41, 0xd46, "Cortex-A510", true, 0, 0},
    {0x41, 0xd47, "Cortex-A710", false, 0, 0},
    {0x41, 0xd48, "Cortex-X2", false, 0, 0},
    {0x41, 0xd49, "Neoverse N2", false, 0, 0},
    {0x41, 0xd4a, "Neoverse E1", false, 0, 0},
    {0x41, 0xd4b, "Cortex-A78C", false, 0, 0},
    {0x41, 0xd4c, "Cortex-X1C", false, 0, 0},
    {0x41, 0xd4d, "Cortex-A715", false, 0, 0},
    {0x41, 0xd4e, "Cortex-X3", false, 0, 0},
    {0x41, 0xd4f, "Neoverse V2", false, 0, 0},
    {0x41, 0xd80, "Cortex-A520", true, 0, 0},
    {0x41, 0xd81, "Cortex-A720", false, 0, 0},
    {0x41, 0xd82, "Cortex-X4", false, 0, 0},
    {0x41, 0xd83, "Neoverse V3AE"},
    {0x41, 0xd84, "Neoverse V3", false, 0, 0},
    {0x41, 0xd85, "Cortex-X925", false, 0, 0},
    {0x41, 0xd87, "Cortex-A725", false, 0, 0},
    {0x41, 0xd88, "Cortex-A520AE", true},
    {0x41, 0xd89, "Cortex-A720AE"},
    {0x41, 0xd8a, "C1-Nano", true},
    {0x41, 0xd8b, "C1-Pro"},
    {0x41, 0xd8c, "C1-Ultra"},
    {0x41, 0xd8e, "Neoverse N3", false, 0, 0},
    {0x41, 0xd8f, "Cortex-A320", true},
    {0x41, 0xd90, "C1-Premium"},
    // Broadcom, Cavium, Marvell
    {0x42, 0x00f, "Brahma-B15"},
    {0x42, 0x100, "Brahma-B53"},
    {0x42, 0x516, "ThunderX2"},
    {0x43, 0x0a0, "ThunderX"},
    {0x43, 0x0a1, "ThunderX"},
    {0x43, 0x0a2, "ThunderX"},
    {0x43, 0x0a3, "ThunderX"},
    {0x43, 0x0af, "ThunderX2"},
    {0x43, 0x0b8, "ThunderX3"},
    {0x56, 0x581, "PJ4"},
    {0x56, 0x584, "PJ4B"},
    // Fujitsu
    {0x46, 0x001, "A64FX"},
    {0x46, 0x003, "MONAKA"},
    // HiSilicon
    {0x48, 0xd01, "TaiShan v110", false, 0, 0},
    {0x48, 0xd02, "TaiShan v120"},
    {0x48, 0xd40, "Cortex-A76", false, 0, 0},
    {0x48, 0xd41, "Cortex-A77", false, 0, 0},
    // NVIDIA
    {0x4e, 0x000, "Denver", false, kNever, kNever},
    {0x4e, 0x003, "Denver 2", false, kNever, kNever},
    {0x4e, 0x004, "Carmel", false, 0, kUntold},
    {0x4e, 0x010, "Olympus"},
    // Applied Micro, Ampere
    {0x50, 0x000, "X-Gene"},
    {0xc0, 0xac3, "Ampere-1"},
    {0xc0, 0xac4, "Ampere-1a"},
    {0xc0, 0xac5, "Ampere-1b"},
    // Qualcomm; from Kryo 2xx on they are Arm's designs
    {0x51, 0x001, "Oryon", false, 0, 0},
    {0x51, 0x002, "Oryon", false, 0, 0},
    {0x51, 0x00f, "Scorpion"},
    {0x51, 0x02d, "Scorpion"},
    {0x51, 0x04d, "Krait"},
    {0x51, 0x06f, "Krait"},
    {0x51, 0x201, "Kryo Silver", true, kNever, kNever},
    {0x51, 0x205, "Kryo Gold", false, kNever, kNever},
    {0x51, 0x211, "Kryo Silver", true, kNever, kNever},
    {0x51, 0x800, "Kryo 2xx Gold", false, kNever, kNever},
    {0x51, 0x801, "Kryo 2xx Silver", true, kNever, kNever},
    {0x51, 0x802, "Kryo 3xx Gold", false, 0, kUntold},
    {0x51, 0x803, "Kryo 3xx Silver", true, 0, kUntold},
    {0x51, 0x804, "Kryo 4xx Gold", false, 0, 0},
    {0x51, 0x805, "Kryo 4xx Silver", true, 0, 0},
    {0x51, 0xc00, "Falkor"},
    {0x51, 0xc01, "Saphira"},
    // Samsung
    {0x53, 0x001, "Exynos M1", false, kNever, kNever},
    {0x53, 0x002, "Exynos M3", false, kNever, kNever},
    {0x53, 0x003, "Exynos M4", false, 0, 0},
    {0x53, 0x004, "Exynos M5", false, 0, 0},
    // Apple
    {0x61, 0x022, "Icestorm", true, 0, 0},
    {0x61, 0x023, "Firestorm", false, 0, 0},
    {0x61, 0x024, "Icestorm", true, 0, 0},
    {0x61, 0x025, "Firestorm", false, 0, 0},
    {0x61, 0x028, "Icestorm", true, 0, 0},
    {0x61, 0x029, "Firestorm", false, 0, 0},
    {0x61, 0x032, "Blizzard", true, 0, 0},
    {0x61, 0x033, "Avalanche", false, 0, 0},
    {0x61, 0x034, "Blizzard", true, 0, 0},
    {0x61, 0x035, "Avalanche", false, 0, 0},
    {0x61, 0x038, "Blizzard", true, 0, 0},
    {0x61, 0x039, "Avalanche", false, 0, 0},
    // Microsoft, Phytium
    {0x6d, 0xd49, "Neoverse N2", false, 0, 0},
    {0x70, 0x660, "FTC660"},
    {0x70, 0x661, "FTC661"},
    {0x70, 0x662, "FTC662"},
    {0x70, 0x663, "FTC663"},
    {0x70, 0x664, "FTC664"},
    {0x70, 0x862, "FTC862"},
});

constexpr std::array kImplementers = std::to_array<std::pair<std::int64_t, std::string_view>>({
    {0x41, "ARM"},
    {0x42, "Broadcom"},
    {0x43, "Cavium"},
    {0x46, "Fujitsu"},
    {0x48, "HiSilicon"},
    {0x4e, "NVIDIA"},
    {0x50, "APM"},
    {0x51, "Qualcomm"},
    {0x53, "Samsung"},
    {0x56, "Marvell"},
    {0x61, "Apple"},
    {0x66, "Faraday"},
    {0x69, "Intel"},
    {0x6d, "Microsoft"},
    {0x70, "Phytium"},
    {0xc0, "Ampere"},
});

// Sets the field of a core that `key` names; false for other keys.
bool take(ArmProcessor& core, std::string_view key, std::string_view text) {
  const auto value = cpuinfo_number(text);
  if (!value || *value < 0 || *value > 0xffff) return false;
  if (key == "CPU implementer") {
    core.implementer = *value;
  } else if (key == "CPU part") {
    core.part = *value;
  } else if (key == "CPU variant") {
    core.variant = *value;
  } else if (key == "CPU revision") {
    core.revision = *value;
  } else {
    return false;
  }
  return true;
}

}  // namespace

const ArmDesign* arm_design(std::int64_t implementer, std::int64_t part) {
  const auto* found = std::find_if(kDesigns.begin(), kDesigns.end(), [&](const ArmDesign& design) {
    return design.implementer == implementer && design.part == part;
  });
  return found == kDesigns.end() ? nullptr : found;
}

std::string_view arm_implementer(std::int64_t implementer) {
  for (const auto& [number, name] : kImplementers) {
    if (number == implementer) return name;
  }
  return {};
}

std::vector<ArmProcessor> arm_cores(std::string_view cpuinfo) {
  std::vector<ArmProcessor> cores;
  bool open = false;  // within the lines of one processor
  std::vector<bool> told;
  ArmProcessor common;
  bool common_told = false;
  for (const std::string_view line : kernel_text::lines(cpuinfo, 2'000'000)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      open = open && !kernel_text::trimmed(line).empty();
      continue;
    }
    const std::string_view key = kernel_text::trimmed(line.substr(0, colon));
    const std::string_view value = line.substr(colon + 1);
    if (key == "processor") {
      const auto index = kernel_text::whole_number(value);
      if (!index || *index < 0 || *index > 65535 || cores.size() >= kMostProcessors) continue;
      cores.push_back({*index, 0, 0, 0, 0});
      told.push_back(false);
      open = true;
    } else if (open) {
      if (take(cores.back(), key, value)) told.back() = true;
    } else if (take(common, key, value)) {
      common_told = true;
    }
  }
  if (cores.empty() && common_told) {
    cores.push_back(common);
    told.push_back(true);
  }
  for (std::size_t i = 0; i < cores.size(); ++i) {
    if (told[i] || !common_told) continue;
    const std::int64_t processor = cores[i].processor;
    cores[i] = common;
    cores[i].processor = processor;
    told[i] = true;
  }
  if (std::find(told.begin(), told.end(), true) == told.end()) return {};
  return cores;
}

std::optional<bool> arm_all_have(const std::vector<ArmProcessor>& cores, int ArmDesign::*from) {
  if (cores.empty()) return std::nullopt;
  bool all_told = true;
  for (const ArmProcessor& core : cores) {
    const ArmDesign* design = arm_design(core.implementer, core.part);
    const int first = design == nullptr ? kUntold : design->*from;
    if (first == kNever) return false;
    if (first == kUntold) {
      all_told = false;
    } else if (core.variant < first) {
      return false;
    }
  }
  return all_told ? std::optional(true) : std::nullopt;
}

std::string arm_core_name(const ArmProcessor& core) {
  if (const ArmDesign* design = arm_design(core.implementer, core.part)) {
    return std::string(design->name);
  }
  return fmt::format("0x{:02x}:0x{:03x}", core.implementer, core.part);
}

}  // namespace weighin
