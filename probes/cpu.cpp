// Which processor is this: vendor, model, design, clocks?
#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "probes/cpu/arm_cores.hpp"
#include "probes/cpu/cpuinfo.hpp"
#include "probes/cpu/frequency.hpp"
#include "probes/cpu/microarchitecture.hpp"
#include "probes/probe.hpp"
#include "probes/read/small_files.hpp"

namespace weighin {
namespace {

using Text = Known<std::string>;
constexpr const char* kCpuinfo = "/proc/cpuinfo";
constexpr const char* kCpus = "/sys/devices/system/cpu";

std::string letters(std::uint32_t word) {
  std::string text;
  for (int byte = 0; byte < 4; ++byte) text += static_cast<char>((word >> (8 * byte)) & 0xff);
  return text;
}

// Printable ASCII, with runs of blanks as one.
std::string folded(std::string_view text) {
  std::string plain;
  for (const char c : text) plain += c > ' ' && c <= '~' ? c : ' ';
  std::string all;
  for (const std::string& word : words_of(plain)) all += (all.empty() ? "" : " ") + word;
  return all;
}

struct Design {
  std::string vendor;  // CPUID's twelve letters
  std::int64_t family = 0, model = 0, stepping = 0;
  const char* source = "";
};

std::optional<Design> x86_design(const Host& host, const std::string& text) {
  const auto zero = host.cpuid(0, 0), one = host.cpuid(1, 0);
  if (zero && one) {
    // Family and model as Intel and AMD have them read (Intel SDM vol. 2A, CPUID, figure 3-6).
    const std::int64_t base = (one->eax >> 8) & 0xf;
    const std::int64_t family = base == 0xf ? base + ((one->eax >> 20) & 0xff) : base;
    const std::int64_t low = (one->eax >> 4) & 0xf;
    // Zhaoxin's family 7 carries the upper digit, too.
    const std::int64_t model = base >= 6 ? low + (((one->eax >> 16) & 0xf) << 4) : low;
    return Design{letters(zero->ebx) + letters(zero->edx) + letters(zero->ecx), family, model,
                  one->eax & 0xf, "cpuid 0 and 1"};
  }
  const auto vendor = cpuinfo_value(text, "vendor_id");
  const auto family = cpuinfo_number(cpuinfo_value(text, "cpu family").value_or(""));
  const auto model = cpuinfo_number(cpuinfo_value(text, "model").value_or(""));
  if (!vendor || !family || !model) return std::nullopt;
  const auto stepping = cpuinfo_number(cpuinfo_value(text, "stepping").value_or(""));
  return Design{*vendor, *family, *model, stepping.value_or(0), kCpuinfo};
}

std::string short_vendor(const std::string& letters12) {
  struct Name {
    const char *letters, *name;
  };
  // Vendor words of CPUID leaf 0 (the kernel's arch/x86/kernel/cpu/*.c).
  constexpr Name kNames[] = {
      {"GenuineIntel", "Intel"},   {"AuthenticAMD", "AMD"},       {"HygonGenuine", "Hygon"},
      {"CentaurHauls", "Centaur"}, {"Shanghai", "Zhaoxin"},       {"CyrixInstead", "Cyrix"},
      {"Vortex86 SoC", "DM&P"},    {"GenuineTMx86", "Transmeta"}, {"Geode by NSC", "NSC"}};
  const std::string bare = folded(letters12);
  for (const Name& each : kNames) {
    if (bare == each.letters) return each.name;
  }
  return bare;
}

std::optional<std::string> brand_by_cpuid(const Host& host) {
  const auto highest = host.cpuid(0x80000000u, 0);
  if (!highest || highest->eax < 0x80000004u) return std::nullopt;
  std::string name;
  for (std::uint32_t leaf = 0x80000002u; leaf <= 0x80000004u; ++leaf) {
    const auto part = host.cpuid(leaf, 0);
    if (!part) return std::nullopt;
    name += letters(part->eax) + letters(part->ebx) + letters(part->ecx) + letters(part->edx);
  }
  name = folded(name.substr(0, name.find('\0')));
  if (name.empty()) return std::nullopt;
  return name;
}

std::optional<std::string> first_of(const std::string& text,
                                    std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (auto value = cpuinfo_value(text, key)) {
      std::string plain = folded(*value);
      if (!plain.empty()) return plain;
    }
  }
  return std::nullopt;
}

// What hypervisors call processors that they make up; the numbers are those of some old one.
bool is_made_up(const std::string& model) {
  return model.starts_with("QEMU Virtual CPU") || model.starts_with("Common KVM processor") ||
         model.starts_with("Common 32-bit KVM processor");
}

Text find_x86_design(const Host& host, const Design& design, const std::string& model) {
  const auto name =
      x86_microarchitecture(design.vendor, design.family, design.model, design.stepping);
  if (!name) {
    return Text::unknown(Status::unsupported,
                         fmt::format("no table knows {} family {} model {}", folded(design.vendor),
                                     design.family, design.model),
                         design.source);
  }
  if (is_made_up(model)) {
    return Text::unknown(Status::unsupported, "the hypervisor tells of a made-up processor",
                         design.source);
  }
  // A hypervisor may put the numbers of one processor over the abilities of a later one. Tiles came
  // with Sapphire Rapids, half floats in them with Granite Rapids (Intel's instruction set
  // extensions reference).
  const auto seven = host.cpuid(7, 0);
  const bool tiles = seven && (seven->edx & (1u << 24)) != 0;
  const auto more = seven && seven->eax >= 1 ? host.cpuid(7, 1) : std::nullopt;
  const bool half_tiles = tiles && more && (more->eax & (1u << 21)) != 0;
  const bool fits = name->ends_with(" Rapids") && (!half_tiles || *name == "Granite Rapids");
  if (!tiles || fits || folded(design.vendor) != "GenuineIntel") {
    return Text::of(*name, design.source, KnownBy::computed);
  }
  Text later = Text::of(half_tiles ? "Granite Rapids or later" : "Sapphire Rapids or later",
                        "cpuid 7: AMX", KnownBy::computed, Confidence::medium);
  later.why = "its family and model are those of a processor without AMX";
  later.others.push_back({design.source, *name});
  return later;
}

// Names of all kinds of Arm cores, the large ones first, each once: "Cortex-A73 + Cortex-A53".
void take_arm(const std::string& text, Cpu& cpu) {
  std::vector<std::string> large, small;
  for (const ArmProcessor& core : arm_cores(text)) {
    const ArmDesign* design = arm_design(core.implementer, core.part);
    const std::string_view vendor = arm_implementer(core.implementer);
    const bool is_small = design != nullptr && design->small;
    // The maker of the large cores names the chip; small ones are mostly bought from Arm.
    if (!vendor.empty() && (!cpu.vendor || (!is_small && large.empty())))
      cpu.vendor =
          Text::of(std::string(vendor), "/proc/cpuinfo: CPU implementer", KnownBy::computed);
    std::string name = arm_core_name(core);
    std::vector<std::string>& names = is_small ? small : large;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  large.insert(large.end(), small.begin(), small.end());
  if (large.empty()) return;
  cpu.microarchitecture = Text::of(fmt::format("{}", fmt::join(large, " + ")),
                                   "/proc/cpuinfo: CPU part", KnownBy::computed);
}

// What an Arm kernel writes for want of a name: "ARMv8 Processor rev 4 (v8l)".
bool is_generic(const std::string& name) {
  return name.starts_with("AArch64 Processor") ||
         (name.starts_with("ARMv") && name.find("rocessor") != std::string::npos);
}

Text find_model(const Host& host, const std::string& text, const Text& microarchitecture) {
  if (const auto brand = brand_by_cpuid(host)) return Text::of(*brand, "cpuid 0x80000002");
  const bool arm = cpuinfo_value(text, "CPU implementer").has_value();
  const auto name = arm ? first_of(text, {"Hardware", "model name", "Processor"})
                        : first_of(text, {"model name", "cpu", "cpu model", "uarch", "family"});
  if (name && !(arm && is_generic(*name))) return Text::of(*name, kCpuinfo);
  if (const auto machine = first_of(text, {"machine", "platform"}); machine && !arm) {
    return Text::of(*machine, kCpuinfo);
  }
  if (const auto board = read_line(host, "/proc/device-tree/model"); arm && board) {
    if (const std::string plain = folded(*board); !plain.empty()) {
      return Text::of(plain, "/proc/device-tree/model");
    }
  }
  if (microarchitecture) {
    return Text::of(*microarchitecture, microarchitecture.source, KnownBy::computed,
                    Confidence::medium);
  }
  return Text::unknown(Status::unsupported, "this processor does not tell", kCpuinfo);
}

Text find_architecture(const Host& host, const std::string& text, bool has_cpuid) {
  const Result<std::string> machine = host.ask("uname", []() -> Result<std::string> {
    utsname names{};
    if (uname(&names) != 0) return Error{ErrorKind::no_input, "uname failed", "", ""};
    return std::string(names.machine);
  });
  if (machine) {
    std::string word = folded(*machine);
    // uname's words for 32-bit Arm (armv7l, armv8l) and x86 (i386 to i686).
    if (word.starts_with("armv")) word = "arm";
    if (word.size() == 4 && word[0] == 'i' && word.ends_with("86")) word = "x86";
    if (!word.empty() && word.size() < 32) return Text::of(word, "uname");
  }
  if (const auto word = architecture_of(text))
    return Text::of(*word, kCpuinfo, KnownBy::computed, Confidence::medium);
  if (has_cpuid) {
    const auto extended = host.cpuid(0x80000001u, 0);
    const bool wide = extended && (extended->edx & (1u << 29)) != 0;  // long mode
    return Text::of(wide ? "x86_64" : "x86", "cpuid 0x80000001", KnownBy::computed,
                    Confidence::medium);
  }
  return Text::unknown(Status::error, "neither uname nor /proc/cpuinfo tells", "uname");
}

// Intel's model names end in the base clock, "@ 2.60GHz".
std::optional<double> clock_in_name(const Text& model) {
  const std::size_t at = model ? model->rfind("@ ") : std::string::npos;
  if (at == std::string::npos || !model->ends_with("GHz")) return std::nullopt;
  const std::string digits = model->substr(at + 2, model->size() - at - 5);
  if (digits.empty() || digits.find_first_not_of("0123456789.") != std::string::npos) {
    return std::nullopt;
  }
  double value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (problem != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value > 0 && value < 10 ? std::optional(value * 1e9) : std::nullopt;
}

void take_clocks(const Host& host, Cpu& cpu) {
  std::vector<std::int64_t> threads;
  const auto names = host.list_directory(kCpus);
  for (const std::string& name : names ? *names : std::vector<std::string>{}) {
    const auto number = name.starts_with("cpu") ? to_number(name.substr(3)) : std::nullopt;
    if (number) threads.push_back(*number);
  }
  std::sort(threads.begin(), threads.end());
  double base = 0, most = 0;
  for (const ClockFact& clock : read_clocks(host, threads)) {
    base = std::max(base, clock.base_hertz.value_or(0));
    most = std::max(most, clock.max_hertz.value_or(0));
  }
  const std::string folder = std::string(kCpus) + "/cpu*/cpufreq";
  // Leaf 0x16 holds MHz, of the processor as sold (Intel SDM vol. 2A, CPUID).
  const auto leaf = host.cpuid(0x16, 0);
  const auto told = clock_in_name(cpu.model);
  if (base > 0) {
    cpu.base_hertz = Known<double>::of(base, folder);
  } else if (leaf && (leaf->eax & 0xffff) != 0) {
    cpu.base_hertz = Known<double>::of((leaf->eax & 0xffff) * 1e6, "cpuid 0x16");
  } else if (told) {
    cpu.base_hertz = Known<double>::of(*told, cpu.model.source + ": the model's name",
                                       KnownBy::published, Confidence::medium);
  } else {
    cpu.base_hertz =
        Known<double>::unknown(Status::unsupported, "this processor does not tell", folder);
  }
  if (most > 0) {
    cpu.max_hertz = Known<double>::of(most, folder);
  } else if (leaf && (leaf->ebx & 0xffff) != 0) {
    cpu.max_hertz = Known<double>::of((leaf->ebx & 0xffff) * 1e6, "cpuid 0x16");
  } else {
    cpu.max_hertz =
        Known<double>::unknown(Status::unsupported, "the system does not scale clocks", folder);
  }
  cpu.governor = read_governor(host);
}

void run(const Host& host, const ProbeOptions&, DeviceProfile& profile) {
  Cpu& cpu = profile.cpu;
  const std::string text = read_cpuinfo(host).value_or("");
  const auto design = x86_design(host, text);
  cpu.architecture = find_architecture(host, text, host.cpuid(0, 0).has_value());
  cpu.vendor = Text::unknown(Status::unsupported, "this processor does not tell", kCpuinfo);
  cpu.microarchitecture =
      Text::unknown(Status::unsupported, "no table knows this design", kCpuinfo);
  if (design) {
    cpu.vendor = Text::of(short_vendor(design->vendor), design->source);
    // Zhaoxin sells under Centaur's letters, too.
    if (*cpu.vendor == "Centaur" && design->family >= 7) cpu.vendor.value = "Zhaoxin";
  } else if (cpuinfo_value(text, "CPU implementer")) {
    take_arm(text, cpu);
  } else if (const auto vendor = first_of(text, {"vendor_id", "vendor"})) {
    cpu.vendor = Text::of(short_vendor(*vendor), kCpuinfo);
  }
  cpu.model = find_model(host, text, cpu.microarchitecture);
  if (design) cpu.microarchitecture = find_x86_design(host, *design, cpu.model.value_or(""));
  take_clocks(host, cpu);
}

}  // namespace

extern const Probe cpu_probe;
const Probe cpu_probe{"cpu", "which processor is this: vendor, model, design, clocks?", run};

}  // namespace weighin
