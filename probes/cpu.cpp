// Which processor is this: vendor, model, design, clocks?
#include <sys/utsname.h>

#include <algorithm>
#include <vector>

#include "probes/cpu/arm_cores.hpp"
#include "probes/cpu/cpuinfo.hpp"
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
  std::int64_t family = 0, model = 0;
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
                  "cpuid 0 and 1"};
  }
  const auto vendor = cpuinfo_value(text, "vendor_id");
  const auto family = cpuinfo_number(cpuinfo_value(text, "cpu family").value_or(""));
  const auto model = cpuinfo_number(cpuinfo_value(text, "model").value_or(""));
  if (!vendor || !family || !model) return std::nullopt;
  return Design{*vendor, *family, *model, kCpuinfo};
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

// Names of all kinds of Arm cores in the order of the file, each once: "Cortex-A53 + Cortex-A73".
void take_arm(const std::string& text, Cpu& cpu) {
  std::vector<std::string> names;
  for (const ArmCore& core : arm_cores(text)) {
    const std::string_view vendor = arm_implementer(core.implementer);
    if (!vendor.empty() && !cpu.vendor)
      cpu.vendor =
          Text::of(std::string(vendor), "/proc/cpuinfo: CPU implementer", KnownBy::computed);
    if (arm_design(core.implementer, core.part) == nullptr) continue;
    std::string name = arm_core_name(core);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : " + ") + name;
  if (!all.empty())
    cpu.microarchitecture = Text::of(all, "/proc/cpuinfo: CPU part", KnownBy::computed);
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

// 100 GHz: beyond that a number is no clock.
Known<double> hertz(std::int64_t count, double unit, const std::string& source) {
  const double value = static_cast<double>(count) * unit;
  if (value > 0 && value < 1e11) return Known<double>::of(value, source);
  return Known<double>::unknown(Status::error, "holds no clock", source);
}

void take_clocks(const Host& host, Cpu& cpu) {
  const std::string first = std::string(kCpus) + "/cpu0/cpufreq/";
  cpu.base_hertz = Known<double>::unknown(Status::unsupported, "this processor does not tell",
                                          first + "base_frequency");
  if (const auto kilohertz = read_number(host, first + "base_frequency"))
    cpu.base_hertz = hertz(*kilohertz, 1e3, first + "base_frequency");
  if (const auto leaf = host.cpuid(0x16, 0); !cpu.base_hertz && leaf && (leaf->eax & 0xffff) != 0)
    cpu.base_hertz = hertz(leaf->eax & 0xffff, 1e6, "cpuid 0x16");
  const std::string most = std::string(kCpus) + "/cpu*/cpufreq/cpuinfo_max_freq";
  cpu.max_hertz =
      Known<double>::unknown(Status::unsupported, "the system does not scale clocks", most);
  std::int64_t highest = 0;
  const auto names = host.list_directory(kCpus);
  for (const std::string& name : names ? *names : std::vector<std::string>{}) {
    if (!name.starts_with("cpu") || !to_number(std::string_view(name).substr(3))) continue;
    const auto kilohertz =
        read_number(host, std::string(kCpus) + "/" + name + "/cpufreq/cpuinfo_max_freq");
    if (kilohertz && *kilohertz < 100'000'000) highest = std::max(highest, *kilohertz);
  }
  if (highest > 0) {
    cpu.max_hertz = hertz(highest, 1e3, most);
  } else if (const auto leaf = host.cpuid(0x16, 0); leaf && (leaf->ebx & 0xffff) != 0) {
    cpu.max_hertz = hertz(leaf->ebx & 0xffff, 1e6, "cpuid 0x16");
  }
  const auto governor = read_line(host, first + "scaling_governor");
  cpu.governor = governor && !governor->empty()
                     ? Text::of(folded(*governor), first + "scaling_governor")
                     : Text::unknown(Status::unsupported, "the system does not scale clocks",
                                     first + "scaling_governor");
}

void run(const Host& host, const ProbeOptions&, DeviceProfile& profile) {
  Cpu& cpu = profile.cpu;
  const std::string text = read_cpuinfo(host).value_or("");
  const auto design = x86_design(host, text);
  cpu.architecture = find_architecture(host, text, host.cpuid(0, 0).has_value());
  cpu.vendor = Text::unknown(Status::unsupported, "this processor does not tell", kCpuinfo);
  cpu.model = cpu.vendor;
  cpu.microarchitecture =
      Text::unknown(Status::unsupported, "no table knows this design", kCpuinfo);
  if (design) {
    cpu.vendor = Text::of(short_vendor(design->vendor), design->source);
    // Zhaoxin sells under Centaur's letters, too.
    if (*cpu.vendor == "Centaur" && design->family >= 7) cpu.vendor.value = "Zhaoxin";
    if (const auto name = x86_microarchitecture(design->vendor, design->family, design->model))
      cpu.microarchitecture = Text::of(*name, design->source, KnownBy::computed);
  } else if (cpuinfo_value(text, "CPU implementer")) {
    take_arm(text, cpu);
  } else if (const auto vendor = first_of(text, {"vendor_id", "vendor"})) {
    cpu.vendor = Text::of(*vendor, kCpuinfo);
  }
  if (const auto brand = brand_by_cpuid(host)) {
    cpu.model = Text::of(*brand, "cpuid 0x80000002");
  } else if (const auto name = first_of(text, {"model name", "Hardware", "cpu", "cpu model",
                                               "uarch", "family", "Processor"})) {
    cpu.model = Text::of(*name, kCpuinfo);
  } else if (cpu.microarchitecture) {
    cpu.model = Text::of(*cpu.microarchitecture, cpu.microarchitecture.source, KnownBy::computed,
                         Confidence::medium);
  }
  take_clocks(host, cpu);
}

}  // namespace

extern const Probe cpu_probe;
const Probe cpu_probe{"cpu", "which processor is this: vendor, model, design, clocks?", run};

}  // namespace weighin
