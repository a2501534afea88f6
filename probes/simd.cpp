// Which instruction sets of use to language models are there, and switched on by the system?
#include <algorithm>
#include <array>

#include "probes/cpu/arm_cores.hpp"
#include "probes/cpu/cpuinfo.hpp"
#include "probes/probe.hpp"

namespace weighin {
namespace {

enum class Family { x86, arm, riscv };
enum class Register { eax, ebx, ecx, edx };

// XCR0: which registers the system saves when it changes threads (Intel SDM vol. 1, 13.3). Without
// them the instructions fault, whatever CPUID says.
constexpr std::uint64_t kNoState = 0;
constexpr std::uint64_t kAvxState = 0x6;      // XMM, YMM
constexpr std::uint64_t kAvx512State = 0xe6;  // and opmask, upper ZMM, ZMM16-31
constexpr std::uint64_t kAmxState = 0x60000;  // TILECFG, TILEDATA

struct Row {
  const char* id;
  const char* name;
  const char* what_for;
  Family family;
  // x86: where CPUID tells (Intel SDM vol. 2A, CPUID; AMD APM vol. 3, appendix E).
  std::uint32_t leaf, subleaf;
  Register where;
  int bit;
  std::uint64_t state;
  // The kernel's words, any of which means it (arch/*/include/asm/{cpufeatures,hwcap}.h).
  std::array<const char*, 3> words;
};

using enum Register;
constexpr std::array<Row, 26> kRows{{
    {"sse4_2",
     "SSE4.2",
     "128-bit integer work, the least that x86 kernels are built for",
     Family::x86,
     1,
     0,
     ecx,
     20,
     kNoState,
     {"sse4_2"}},
    {"avx", "AVX", "256-bit floating point", Family::x86, 1, 0, ecx, 28, kAvxState, {"avx"}},
    {"f16c",
     "F16C",
     "turns half floats into floats, eight at a time",
     Family::x86,
     1,
     0,
     ecx,
     29,
     kAvxState,
     {"f16c"}},
    {"fma",
     "FMA",
     "multiplies and adds floats in one step",
     Family::x86,
     1,
     0,
     ecx,
     12,
     kAvxState,
     {"fma"}},
    {"avx2",
     "AVX2",
     "256-bit integers: unpacks and multiplies quantized weights",
     Family::x86,
     7,
     0,
     ebx,
     5,
     kAvxState,
     {"avx2"}},
    {"avx_vnni",
     "AVX-VNNI",
     "four int8 products a lane in one step, 256 bits wide",
     Family::x86,
     7,
     1,
     eax,
     4,
     kAvxState,
     {"avx_vnni"}},
    {"avx512f",
     "AVX-512 F",
     "512-bit floating point",
     Family::x86,
     7,
     0,
     ebx,
     16,
     kAvx512State,
     {"avx512f"}},
    {"avx512bw",
     "AVX-512 BW",
     "512-bit bytes and words: quantized weights",
     Family::x86,
     7,
     0,
     ebx,
     30,
     kAvx512State,
     {"avx512bw"}},
    {"avx512vl",
     "AVX-512 VL",
     "AVX-512 instructions on shorter vectors",
     Family::x86,
     7,
     0,
     ebx,
     31,
     kAvx512State,
     {"avx512vl"}},
    {"avx512dq",
     "AVX-512 DQ",
     "512-bit 32- and 64-bit integers",
     Family::x86,
     7,
     0,
     ebx,
     17,
     kAvx512State,
     {"avx512dq"}},
    {"avx512_vbmi",
     "AVX-512 VBMI",
     "looks up bytes in tables: unpacks odd bit widths",
     Family::x86,
     7,
     0,
     ecx,
     1,
     kAvx512State,
     {"avx512vbmi"}},
    {"avx512_vnni",
     "AVX-512 VNNI",
     "four int8 products a lane in one step: quantized matrix work",
     Family::x86,
     7,
     0,
     ecx,
     11,
     kAvx512State,
     {"avx512_vnni"}},
    {"avx512_bf16",
     "AVX-512 BF16",
     "products of bfloat16 pairs",
     Family::x86,
     7,
     1,
     eax,
     5,
     kAvx512State,
     {"avx512_bf16"}},
    {"avx512_fp16",
     "AVX-512 FP16",
     "arithmetic on half floats",
     Family::x86,
     7,
     0,
     edx,
     23,
     kAvx512State,
     {"avx512_fp16"}},
    {"amx_tile",
     "AMX tiles",
     "matrix registers of 16 rows",
     Family::x86,
     7,
     0,
     edx,
     24,
     kAmxState,
     {"amx_tile"}},
    {"amx_int8",
     "AMX INT8",
     "products of int8 tiles: reads long prompts fast",
     Family::x86,
     7,
     0,
     edx,
     25,
     kAmxState,
     {"amx_int8"}},
    {"amx_bf16",
     "AMX BF16",
     "products of bfloat16 tiles",
     Family::x86,
     7,
     0,
     edx,
     22,
     kAmxState,
     {"amx_bf16"}},
    {"neon",
     "NEON",
     "128-bit vectors, the least that Arm kernels are built for",
     Family::arm,
     0,
     0,
     eax,
     0,
     kNoState,
     {"asimd", "neon"}},
    {"dotprod",
     "Arm dot product",
     "four int8 products a lane in one step",
     Family::arm,
     0,
     0,
     eax,
     0,
     kNoState,
     {"asimddp"}},
    {"i8mm",
     "Arm int8 matrix",
     "products of 2×8 int8 matrices: reads long prompts fast",
     Family::arm,
     0,
     0,
     eax,
     0,
     kNoState,
     {"i8mm"}},
    {"fp16",
     "Arm half floats",
     "arithmetic on half floats",
     Family::arm,
     0,
     0,
     eax,
     0,
     kNoState,
     {"asimdhp", "fphp"}},
    {"bf16",
     "Arm bfloat16",
     "products of bfloat16 pairs",
     Family::arm,
     0,
     0,
     eax,
     0,
     kNoState,
     {"bf16", "asimdbf16"}},
    {"sve",
     "SVE",
     "vectors as long as the chip has them",
     Family::arm,
     0,
     0,
     eax,
     0,
     kNoState,
     {"sve"}},
    {"sve2", "SVE2", "SVE with full integer work", Family::arm, 0, 0, eax, 0, kNoState, {"sve2"}},
    {"sme", "SME", "matrix tiles on Arm", Family::arm, 0, 0, eax, 0, kNoState, {"sme"}},
    {"v",
     "RISC-V V",
     "vectors as long as the chip has them",
     Family::riscv,
     0,
     0,
     eax,
     0,
     kNoState,
     {"v"}},
}};

using Ids = std::vector<std::string>;

bool contains(const Ids& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::uint32_t pick(const CpuidRegisters& registers, Register where) {
  switch (where) {
    case eax:
      return registers.eax;
    case ebx:
      return registers.ebx;
    case ecx:
      return registers.ecx;
    case edx:
      return registers.edx;
  }
  return 0;
}

struct FromCpuid {
  Ids ids;
  bool state_known = true;  // false: XSAVE is on, but nobody wrote down for what
};

// XCR0, or what follows for it from leaf 0xD where a dump has none: subleaf 0 tells in EBX how many
// bytes the states that are switched on take, each subleaf where its state ends (Intel SDM vol. 1,
// 13.4). A state that ends beyond is off; one within is taken to be on.
std::optional<std::uint64_t> saved_states(const Host& host) {
  if (const auto xcr0 = host.xcr0()) return xcr0;
  const auto area = host.cpuid(0xd, 0);
  if (!area || area->ebx == 0) return std::nullopt;
  std::uint64_t states = area->eax & 3u;
  for (std::uint32_t bit = 2; bit < 32; ++bit) {
    if (((area->eax >> bit) & 1u) == 0) continue;
    const auto state = host.cpuid(0xd, bit);
    if (!state) return std::nullopt;
    const std::uint64_t end = std::uint64_t{state->eax} + state->ebx;
    if (end <= area->ebx) states |= std::uint64_t{1} << bit;
  }
  return states;
}

std::optional<FromCpuid> ask_cpuid(const Host& host) {
  const auto first = host.cpuid(1, 0);
  if (!first) return std::nullopt;
  const bool osxsave = (first->ecx & (1u << 27)) != 0;
  const auto xcr0 = osxsave ? saved_states(host) : std::nullopt;
  FromCpuid found;
  found.state_known = !osxsave || xcr0.has_value();
  const std::uint64_t saved = !osxsave ? 0 : xcr0.value_or(0);
  // Leaf 7 tells in EAX how many subleaves there are (Intel SDM).
  const auto seven = host.cpuid(7, 0);
  for (const Row& row : kRows) {
    if (row.family != Family::x86) continue;
    if (row.leaf == 7 && (!seven || seven->eax < row.subleaf)) continue;
    const auto registers = host.cpuid(row.leaf, row.subleaf);
    if (!registers || ((pick(*registers, row.where) >> row.bit) & 1u) == 0) continue;
    if ((saved & row.state) == row.state) found.ids.emplace_back(row.id);
  }
  return found;
}

// The single letters after rv32 or rv64, up to the first extension of several letters.
Ids riscv_words(const std::string& isa) {
  Ids words;
  for (std::size_t i = 4; i < isa.size(); ++i) {
    const char letter = isa[i];
    if (letter < 'a' || letter > 'z' || letter == 'z' || letter == 's' || letter == 'x') break;
    words.emplace_back(1, letter);
  }
  return words;
}

struct FromWords {
  Ids ids;
  const char* source;
  std::string why;  // where the design of Arm cores corrects the kernel
  std::vector<OtherAnswer> others;
};

std::string joined(const Ids& ids) {
  std::string text;
  for (const std::string& id : ids) text += (text.empty() ? "" : " ") + id;
  return text.empty() ? "none" : text;
}

// Kernels do not name all that Arm cores have. Shown to a 32-bit program they leave out half floats
// and the dot product, and before 4.15 they know no word for the latter (they have no word "cpuid",
// which came with 4.11, either). And one kernel names what only its small cores have. Half floats
// and the dot product need no registers that a system would have to save, so the designs of all the
// cores may decide; SVE and SME do, and are left to the kernel.
void correct_by_design(const std::string& text, const Ids& words, FromWords& found) {
  struct Feature {
    const char* id;
    int ArmDesign::*from;
    bool kernel_tells;
  };
  const bool wide = contains(words, "asimd");  // a 64-bit view
  const std::array<Feature, 2> features{
      {{"dotprod", &ArmDesign::dotprod_from, wide && contains(words, "cpuid")},
       {"fp16", &ArmDesign::fp16_from, wide}}};
  const std::vector<ArmProcessor> cores = arm_cores(text);
  const Ids before = found.ids;
  for (const Feature& feature : features) {
    const auto has = arm_all_have(cores, feature.from);
    const bool named = contains(found.ids, feature.id);
    if (!has || *has == named || (*has && feature.kernel_tells)) continue;
    if (named) {
      std::erase(found.ids, feature.id);
    } else if (contains(found.ids, "neon")) {
      found.ids.emplace_back(feature.id);
    }
  }
  if (found.ids == before) return;
  Ids ordered;
  for (const Row& row : kRows) {
    if (contains(found.ids, row.id)) ordered.emplace_back(row.id);
  }
  found.ids = std::move(ordered);
  found.others.push_back({found.source, joined(before)});
  found.why = "the designs of the cores tell more exactly than the kernel's words";
}

std::optional<FromWords> ask_cpuinfo(const std::string& text) {
  Family family = Family::x86;
  const char* source = "/proc/cpuinfo: flags";
  std::optional<Ids> words = words_of_all(text, "flags");
  if (!words) {
    family = Family::arm;
    source = "/proc/cpuinfo: Features";
    words = words_of_all(text, "Features");
  }
  if (!words) {
    family = Family::riscv;
    source = "/proc/cpuinfo: isa";
    for (const std::string& isa : cpuinfo_values(text, "isa")) {
      if (!isa.starts_with("rv")) continue;
      const Ids letters = riscv_words(isa);
      if (!words) {
        words = letters;
      } else {
        std::erase_if(*words, [&](const auto& letter) { return !contains(letters, letter); });
      }
    }
  }
  if (!words) return std::nullopt;
  FromWords found{{}, source, "", {}};
  for (const Row& row : kRows) {
    if (row.family != family) continue;
    const bool named = std::any_of(row.words.begin(), row.words.end(), [&](const char* word) {
      return word != nullptr && contains(*words, word);
    });
    if (named) found.ids.emplace_back(row.id);
  }
  if (family == Family::arm) correct_by_design(text, *words, found);
  return found;
}

Known<Ids> known_words(const FromWords& words) {
  Known<Ids> known = Known<Ids>::of(words.ids, words.source);
  if (words.others.empty()) return known;
  known.source += ", CPU part";
  known.known_by = KnownBy::computed;
  known.confidence = Confidence::medium;
  known.why = words.why;
  known.others = words.others;
  return known;
}

constexpr const char* kCpuid = "cpuid 1, 7 and XCR0";

Known<Ids> find_simd(const Host& host) {
  const std::optional<FromCpuid> cpuid = ask_cpuid(host);
  const std::optional<std::string> text = read_cpuinfo(host);
  const std::optional<FromWords> words = text ? ask_cpuinfo(*text) : std::nullopt;
  if (!cpuid && !words) {
    return Known<Ids>::unknown(
        text ? Status::unsupported : Status::error,
        text ? "/proc/cpuinfo names no instruction sets, and there is no CPUID"
             : "neither CPUID nor /proc/cpuinfo can be read",
        "cpuid, /proc/cpuinfo");
  }
  if (!cpuid || (words && !cpuid->state_known)) return known_words(*words);
  if (!words) {
    Known<Ids> known = Known<Ids>::of(cpuid->ids, kCpuid);
    if (!cpuid->state_known) {
      known.confidence = Confidence::low;
      known.why = "XCR0 is not known: AVX and above are left out";
    }
    return known;
  }
  Ids both = cpuid->ids;
  std::erase_if(both, [&](const std::string& id) { return !contains(words->ids, id); });
  Known<Ids> known = Known<Ids>::of(both, std::string(kCpuid) + "; " + words->source);
  if (both != cpuid->ids) known.others.push_back({kCpuid, joined(cpuid->ids)});
  if (both != words->ids) known.others.push_back({words->source, joined(words->ids)});
  if (!known.others.empty()) {
    known.confidence = Confidence::medium;
    known.why = "the processor and the kernel disagree: only what both name is taken";
  }
  return known;
}

void run(const Host& host, const ProbeOptions&, DeviceProfile& profile) {
  profile.cpu.simd = find_simd(host);
}

}  // namespace

std::vector<SimdInfo> simd_list() {
  std::vector<SimdInfo> list;
  for (const Row& row : kRows) list.push_back({row.id, row.name, row.what_for});
  return list;
}

extern const Probe simd_probe;
const Probe simd_probe{
    "simd", "which instruction sets of use to language models are there, and switched on?", run};

}  // namespace weighin
