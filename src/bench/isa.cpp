// Which of the built kernels may this processor run?
//
// One row for each row of src/cmake/isa.cmake: what the probe must have found. (Bit manipulation,
// LZCNT, POPCNT and AVX-512 CD are not asked for: every processor with AVX2 and FMA has the first
// three, every one with AVX-512 BW the last.)
#include "bench/isa.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "kernels/kernel_table.hpp"

namespace weighin {
namespace {

struct IsaNeeds {
  std::string_view isa;
  std::array<std::string_view, 8> features;  ///< "" = none; "a|b" = either
};

constexpr std::array kNeeds{
    IsaNeeds{"base", {}},
    IsaNeeds{"sse42", {"sse42"}},
    IsaNeeds{"avx2", {"avx2", "fma", "f16c"}},
    IsaNeeds{"avx_vnni", {"avx2", "fma", "f16c", "avxvnni"}},
    IsaNeeds{"avx512", {"avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512vl", "avx512dq"}},
    IsaNeeds{"avx512_vnni",
             {"fma", "f16c", "avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512vnni"}},
    IsaNeeds{
        "avx512_bf16",
        {"fma", "f16c", "avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512vnni", "avx512bf16"}},
    IsaNeeds{"neon_dotprod", {"dotprod|asimddp|neondotprod", "fp16|asimdhp|neonfp16"}},
    IsaNeeds{"neon_i8mm", {"dotprod|asimddp|neondotprod", "fp16|asimdhp|neonfp16", "i8mm"}},
};

/// "AVX-512_VNNI" and "avx512_vnni" are one word.
std::string plain(std::string_view id) {
  std::string word;
  for (const char c : id) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return word;
}

bool found(std::string_view choices, const std::vector<std::string>& features) {
  while (!choices.empty()) {
    const std::size_t bar = choices.find('|');
    const std::string_view choice = choices.substr(0, bar);
    if (std::find(features.begin(), features.end(), choice) != features.end()) return true;
    choices = bar == std::string_view::npos ? std::string_view{} : choices.substr(bar + 1);
  }
  return false;
}

IsaSupport support_of(const std::string& isa, const Known<std::vector<std::string>>& simd) {
  const auto* needs = std::find_if(kNeeds.begin(), kNeeds.end(),
                                   [&](const IsaNeeds& row) { return row.isa == isa; });
  if (needs == kNeeds.end()) return {isa, false, "nothing says what it needs"};
  std::vector<std::string> features;
  if (simd) std::transform(simd->begin(), simd->end(), std::back_inserter(features), plain);
  for (const std::string_view feature : needs->features) {
    if (feature.empty()) continue;
    if (!simd) return {isa, false, "the processor's instruction sets are not known: " + simd.why};
    if (!found(feature, features)) {
      return {isa, false,
              "the processor lacks " + std::string(feature.substr(0, feature.find('|')))};
    }
  }
  return {isa, true, ""};
}

}  // namespace

std::vector<IsaSupport> kernel_isas(const DeviceProfile& profile) {
  std::vector<IsaSupport> list;
  for (const char* isa : kernels::kernel_isa_names())
    list.push_back(support_of(isa, profile.cpu.simd));
  return list;
}

Result<std::string> choose_isa(const DeviceProfile& profile, const std::string& forced) {
  const std::vector<IsaSupport> list = kernel_isas(profile);
  if (forced.empty()) {
    const auto best = std::find_if(list.rbegin(), list.rend(),
                                   [](const IsaSupport& row) { return row.runnable; });
    return best->isa;  // "base" needs nothing
  }
  std::string names;
  for (const IsaSupport& row : list) {
    if (row.isa == forced && row.runnable) return row.isa;
    if (row.isa == forced)
      return Error{ErrorKind::usage, "instruction set " + forced + ": " + row.why, "--isa", ""};
    names += (names.empty() ? "" : ", ") + row.isa;
  }
  return Error{ErrorKind::usage, "no kernels for the instruction set " + forced, "--isa",
               "one of: " + names};
}

}  // namespace weighin
