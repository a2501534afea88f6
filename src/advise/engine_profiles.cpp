// Which shares of our kernels' rates did the engine reach, format by format?
#include "advise/engine_profiles.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace weighin {
namespace {

struct Row {
  std::string_view engine, isa, format;
  EnginePart part;
  double share, error;
  std::string_view measured;  ///< where and when
};

// script/compare-engine and its --fit on a guest of 2 cores (Intel Xeon, 2.6 GHz, AMX; KVM) with
// @node-llama-cpp/linux-x64 3.22.1, 2 threads, on 2026-11-23. Ours avx512_vnni against the engine's
// sapphirerapids library, avx2 against haswell.
constexpr std::string_view kXeon = "2-core Xeon guest, 2026-11-23";

constexpr std::array kRows{
    Row{"llama.cpp", "avx2", "F16", EnginePart::attention, 0.9921, 0.30, kXeon},
    Row{"llama.cpp", "avx2", "F16", EnginePart::decode, 0.1180, 0.12, kXeon},
    Row{"llama.cpp", "avx2", "Q4_0", EnginePart::decode, 0.0769, 0.12, kXeon},
    Row{"llama.cpp", "avx2", "Q4_K", EnginePart::decode, 0.1827, 0.13, kXeon},
    Row{"llama.cpp", "avx2", "Q5_0", EnginePart::decode, 0.0526, 0.12, kXeon},
    Row{"llama.cpp", "avx2", "Q5_K", EnginePart::decode, 0.0832, 0.12, kXeon},
    Row{"llama.cpp", "avx2", "Q6_K", EnginePart::decode, 0.1301, 0.12, kXeon},
    Row{"llama.cpp", "avx2", "Q8_0", EnginePart::decode, 0.1186, 0.12, kXeon},
    Row{"llama.cpp", "avx2", "Q4_K", EnginePart::decode_experts, 0.2725, 0.12, kXeon},
    Row{"llama.cpp", "avx2", "Q6_K", EnginePart::decode_experts, 0.0812, 0.15, kXeon},
    Row{"llama.cpp", "avx2", "F16", EnginePart::prefill, 0.5568, 0.15, kXeon},
    Row{"llama.cpp", "avx2", "Q4_0", EnginePart::prefill, 0.4100, 0.15, kXeon},
    Row{"llama.cpp", "avx2", "Q4_K", EnginePart::prefill, 0.6361, 0.15, kXeon},
    Row{"llama.cpp", "avx2", "Q5_0", EnginePart::prefill, 0.2810, 0.15, kXeon},
    Row{"llama.cpp", "avx2", "Q5_K", EnginePart::prefill, 0.3348, 0.15, kXeon},
    Row{"llama.cpp", "avx2", "Q6_K", EnginePart::prefill, 0.4142, 0.15, kXeon},
    Row{"llama.cpp", "avx2", "Q8_0", EnginePart::prefill, 0.6598, 0.15, kXeon},
    Row{"llama.cpp", "avx2", "Q4_K", EnginePart::prefill_experts, 0.4028, 0.15, kXeon},
    Row{"llama.cpp", "avx512_vnni", "F16", EnginePart::attention, 0.7616, 0.30, kXeon},
    Row{"llama.cpp", "avx512_vnni", "BF16", EnginePart::decode, 0.0627, 0.12, kXeon},
    Row{"llama.cpp", "avx512_vnni", "F16", EnginePart::decode, 0.0688, 0.12, kXeon},
    Row{"llama.cpp", "avx512_vnni", "IQ4_NL", EnginePart::decode, 0.0470, 0.12, kXeon},
    Row{"llama.cpp", "avx512_vnni", "IQ4_XS", EnginePart::decode, 0.0693, 0.15, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q2_K", EnginePart::decode, 0.0994, 0.12, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q3_K", EnginePart::decode, 0.0476, 0.12, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q4_0", EnginePart::decode, 0.1150, 0.12, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q4_K", EnginePart::decode, 0.0847, 0.16, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q5_0", EnginePart::decode, 0.0292, 0.12, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q5_K", EnginePart::decode, 0.0454, 0.12, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q6_K", EnginePart::decode, 0.0588, 0.12, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q8_0", EnginePart::decode, 0.0623, 0.12, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q4_K", EnginePart::decode_experts, 0.0786, 0.12, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q6_K", EnginePart::decode_experts, 0.2778, 0.15, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q8_0", EnginePart::decode_experts, 0.0339, 0.12, kXeon},
    Row{"llama.cpp", "avx512_vnni", "F16", EnginePart::prefill, 0.6004, 0.15, kXeon},
    Row{"llama.cpp", "avx512_vnni", "IQ4_NL", EnginePart::prefill, 0.3667, 0.15, kXeon},
    Row{"llama.cpp", "avx512_vnni", "IQ4_XS", EnginePart::prefill, 0.6305, 0.15, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q2_K", EnginePart::prefill, 0.3616, 0.15, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q3_K", EnginePart::prefill, 0.1396, 0.15, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q4_0", EnginePart::prefill, 0.4635, 0.15, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q4_K", EnginePart::prefill, 0.7112, 0.15, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q5_0", EnginePart::prefill, 0.2208, 0.15, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q5_K", EnginePart::prefill, 0.7131, 0.15, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q6_K", EnginePart::prefill, 0.5594, 0.15, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q8_0", EnginePart::prefill, 0.4463, 0.16, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q4_K", EnginePart::prefill_experts, 0.1820, 0.15, kXeon},
    Row{"llama.cpp", "avx512_vnni", "Q8_0", EnginePart::prefill_experts, 0.1173, 0.15, kXeon},
};

struct Cost {
  std::string_view engine, isa;
  double value_seconds, error;
};
constexpr std::array kCosts{
    Cost{"llama.cpp", "avx2", 3.64e-06, 0.5},
    Cost{"llama.cpp", "avx512_vnni", 5.14e-06, 0.5},
};

// Another instruction set's row: the engine's own kernels differ from set to set, ours do too.
constexpr double kOtherIsaError = 0.2;

// Experts of a format without a row: the dense row, and what experts of other formats are to
// theirs.
constexpr double kExpertsError = 0.2;

// Rows say nothing of another architecture's kernels, nor of the plain ones.
bool kin_isas(std::string_view a, std::string_view b) {
  return a.substr(0, 3) == b.substr(0, 3) && !a.empty();
}

std::optional<EngineShare> row_of(std::string_view engine, std::string_view isa,
                                  std::string_view format, EnginePart part) {
  double sum = 0, error = 0;
  int others = 0;
  for (const Row& row : kRows) {
    if (row.engine != engine || row.format != format || row.part != part) continue;
    if (row.isa == isa) return EngineShare{row.share, row.error, true};
    if (!kin_isas(row.isa, isa)) continue;
    sum += std::log(row.share);
    error = std::max(error, row.error);
    ++others;
  }
  if (others == 0) return std::nullopt;
  return EngineShare{std::exp(sum / others), error + kOtherIsaError, false};
}

std::optional<EngineShare> experts_by_dense(std::string_view engine, std::string_view isa,
                                            std::string_view format, EnginePart experts,
                                            EnginePart dense) {
  const auto own = row_of(engine, isa, format, dense);
  double sum = 0;
  int count = 0;
  for (const Row& row : kRows) {
    if (row.engine != engine || row.part != experts) continue;
    const auto beside = row_of(engine, row.isa, row.format, dense);
    if (!beside) continue;
    sum += std::log(row.share / beside->share);
    ++count;
  }
  if (!own || count == 0) return own;
  return EngineShare{own->share * std::exp(sum / count), own->error + kExpertsError, false};
}

}  // namespace

std::optional<EngineShare> engine_share(std::string_view engine, std::string_view isa,
                                        std::string_view format, EnginePart part) {
  if (const auto row = row_of(engine, isa, format, part)) return row;
  if (part == EnginePart::decode_experts)
    return experts_by_dense(engine, isa, format, part, EnginePart::decode);
  if (part == EnginePart::prefill_experts)
    return experts_by_dense(engine, isa, format, part, EnginePart::prefill);
  return std::nullopt;
}

EngineCost engine_cost(std::string_view engine, std::string_view isa) {
  const Cost* any = nullptr;
  for (const Cost& row : kCosts) {
    if (row.engine != engine) continue;
    if (row.isa == isa) return {row.value_seconds, row.error};
    any = &row;
  }
  return any != nullptr ? EngineCost{any->value_seconds, 2 * any->error} : EngineCost{};
}

}  // namespace weighin
