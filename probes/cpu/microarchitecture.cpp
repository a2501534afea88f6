// Which family, model and stepping of an x86 processor is which design?
//
// Facts from: Intel's family and model numbers as in the Linux kernel (arch/x86/include/asm/
// intel-family.h), AMD's revision guides and the kernel's arch/x86/kernel/cpu/amd.c; checked
// against hwloc's dumps of real machines. (Arm's designs: arm_cores.cpp.)
#include "probes/cpu/microarchitecture.hpp"

#include <span>

namespace weighin {
namespace {

struct Models {
  std::int64_t family, first, last;  // models, both included
  const char* name;
};

constexpr Models kIntel[] = {
    {5, 0x00, 0xff, "P5"},
    {6, 0x01, 0x01, "P6"},
    {6, 0x03, 0x08, "P6"},
    {6, 0x09, 0x09, "Pentium M"},
    {6, 0x0a, 0x0b, "P6"},
    {6, 0x0d, 0x0d, "Pentium M"},
    {6, 0x0e, 0x0e, "Yonah"},
    {6, 0x0f, 0x0f, "Core"},
    {6, 0x16, 0x16, "Core"},
    {6, 0x17, 0x17, "Penryn"},
    {6, 0x1a, 0x1a, "Nehalem"},
    {6, 0x1c, 0x1c, "Bonnell"},
    {6, 0x1d, 0x1d, "Penryn"},
    {6, 0x1e, 0x1f, "Nehalem"},
    {6, 0x25, 0x25, "Westmere"},
    {6, 0x15, 0x15, "Pentium M"},
    {6, 0x26, 0x26, "Bonnell"},
    {6, 0x27, 0x27, "Saltwell"},
    {6, 0x2a, 0x2a, "Sandy Bridge"},
    {6, 0x2c, 0x2c, "Westmere"},
    {6, 0x2d, 0x2d, "Sandy Bridge"},
    {6, 0x2e, 0x2e, "Nehalem"},
    {6, 0x2f, 0x2f, "Westmere"},
    {6, 0x35, 0x36, "Saltwell"},
    {6, 0x37, 0x37, "Silvermont"},
    {6, 0x3a, 0x3a, "Ivy Bridge"},
    {6, 0x3c, 0x3c, "Haswell"},
    {6, 0x3d, 0x3d, "Broadwell"},
    {6, 0x3e, 0x3e, "Ivy Bridge"},
    {6, 0x3f, 0x3f, "Haswell"},
    {6, 0x45, 0x46, "Haswell"},
    {6, 0x47, 0x47, "Broadwell"},
    {6, 0x4a, 0x4a, "Silvermont"},
    {6, 0x4c, 0x4c, "Airmont"},
    {6, 0x4d, 0x4d, "Silvermont"},
    {6, 0x4e, 0x4e, "Skylake"},
    {6, 0x4f, 0x4f, "Broadwell"},
    {6, 0x55, 0x55, "Skylake-SP"},  // and two more, by stepping
    {6, 0x56, 0x56, "Broadwell"},
    {6, 0x57, 0x57, "Knights Landing"},
    {6, 0x5a, 0x5a, "Silvermont"},
    {6, 0x5c, 0x5c, "Goldmont"},
    {6, 0x5e, 0x5e, "Skylake"},
    {6, 0x5f, 0x5f, "Goldmont"},
    {6, 0x66, 0x66, "Cannon Lake"},
    {6, 0x6a, 0x6a, "Ice Lake-SP"},
    {6, 0x6c, 0x6c, "Ice Lake-SP"},
    {6, 0x75, 0x75, "Airmont"},
    {6, 0x7a, 0x7a, "Goldmont Plus"},
    {6, 0x7d, 0x7e, "Ice Lake"},
    {6, 0x85, 0x85, "Knights Mill"},
    {6, 0x86, 0x86, "Tremont"},
    {6, 0x8a, 0x8a, "Lakefield"},
    {6, 0x8c, 0x8d, "Tiger Lake"},
    {6, 0x8e, 0x8e, "Kaby Lake"},
    {6, 0x8f, 0x8f, "Sapphire Rapids"},
    {6, 0x96, 0x96, "Tremont"},
    {6, 0x97, 0x97, "Alder Lake"},
    {6, 0x9a, 0x9a, "Alder Lake"},
    {6, 0x9c, 0x9c, "Tremont"},
    {6, 0x9e, 0x9e, "Kaby Lake"},
    {6, 0xa5, 0xa6, "Comet Lake"},
    {6, 0xa7, 0xa7, "Rocket Lake"},
    {6, 0xaa, 0xaa, "Meteor Lake"},
    {6, 0xac, 0xac, "Meteor Lake"},
    {6, 0xad, 0xae, "Granite Rapids"},
    {6, 0xaf, 0xaf, "Sierra Forest"},
    {6, 0xb5, 0xb5, "Arrow Lake"},
    {6, 0xb6, 0xb6, "Grand Ridge"},
    {6, 0xb7, 0xb7, "Raptor Lake"},
    {6, 0xba, 0xba, "Raptor Lake"},
    {6, 0xbd, 0xbd, "Lunar Lake"},
    {6, 0xbe, 0xbe, "Gracemont"},
    {6, 0xbf, 0xbf, "Raptor Lake"},
    {6, 0xc5, 0xc6, "Arrow Lake"},
    {6, 0xcc, 0xcc, "Panther Lake"},
    {6, 0xcf, 0xcf, "Emerald Rapids"},
    {6, 0xd5, 0xd5, "Wildcat Lake"},
    {6, 0xdd, 0xdd, "Clearwater Forest"},
    {11, 0x00, 0x01, "Knights Corner"},
    {15, 0x00, 0xff, "NetBurst"},
};

constexpr Models kAmd[] = {
    {5, 0x00, 0xff, "K6"},
    {6, 0x00, 0xff, "K7"},
    {0x0f, 0x00, 0xff, "K8"},
    {0x10, 0x00, 0xff, "K10"},
    {0x11, 0x00, 0xff, "K8"},
    {0x12, 0x00, 0xff, "K10"},
    {0x14, 0x00, 0xff, "Bobcat"},
    {0x15, 0x00, 0x01, "Bulldozer"},
    {0x15, 0x02, 0x1f, "Piledriver"},
    {0x15, 0x30, 0x3f, "Steamroller"},
    {0x15, 0x60, 0x7f, "Excavator"},
    {0x16, 0x00, 0x0f, "Jaguar"},
    {0x16, 0x30, 0x3f, "Puma"},
    {0x17, 0x00, 0x07, "Zen"},
    {0x17, 0x08, 0x08, "Zen+"},
    {0x17, 0x10, 0x17, "Zen"},
    {0x17, 0x18, 0x18, "Zen+"},
    {0x17, 0x20, 0x2f, "Zen"},
    {0x17, 0x30, 0xff, "Zen 2"},
    {0x19, 0x00, 0x0f, "Zen 3"},
    {0x19, 0x10, 0x1f, "Zen 4"},
    {0x19, 0x20, 0x3f, "Zen 3"},
    {0x19, 0x40, 0x4f, "Zen 3+"},
    {0x19, 0x50, 0x5f, "Zen 3"},
    {0x19, 0x60, 0xaf, "Zen 4"},
    {0x1a, 0x00, 0x4f, "Zen 5"},
    {0x1a, 0x60, 0x7f, "Zen 5"},
    // 0x50-0x5f and 0x80 on: Zen 6 (the kernel's bsp_init_amd).
    {0x1a, 0x50, 0x5f, "Zen 6"},
    {0x1a, 0x80, 0xaf, "Zen 6"},
};

constexpr Models kHygon[] = {{0x18, 0x00, 0x03, "Dhyana"}};

// Zhaoxin's own names; family 6 are VIA's designs carried on.
constexpr Models kZhaoxin[] = {
    {6, 0x0f, 0x0f, "Nano"},     {6, 0x19, 0x19, "ZhangJiang"}, {7, 0x1b, 0x1b, "WuDaoKou"},
    {7, 0x3b, 0x3b, "LuJiaZui"}, {7, 0x5b, 0x5b, "YongFeng"},
};

}  // namespace

std::optional<std::string> x86_microarchitecture(std::string_view vendor, std::int64_t family,
                                                 std::int64_t model, std::int64_t stepping) {
  // The stepping tells these apart (Intel's specification updates for the Xeon Scalable and the 7th
  // to 10th Core generation).
  if (vendor == "GenuineIntel" && family == 6 && model == 0x55 && stepping >= 5) {
    return stepping < 10 ? "Cascade Lake" : "Cooper Lake";
  }
  if (vendor == "GenuineIntel" && family == 6 && (model == 0x8e || model == 0x9e) && stepping > 9) {
    return "Coffee Lake";  // its mobile kin are sold as Whiskey, Amber and Comet Lake
  }
  std::span<const Models> table;
  if (vendor == "GenuineIntel") table = kIntel;
  if (vendor == "AuthenticAMD") table = kAmd;
  if (vendor == "HygonGenuine") table = kHygon;
  if (vendor == "  Shanghai  " || vendor == "Shanghai" || vendor == "CentaurHauls")
    table = kZhaoxin;
  for (const Models& row : table) {
    if (row.family == family && row.first <= model && model <= row.last) return row.name;
  }
  return std::nullopt;
}

}  // namespace weighin
