// What did llama.cpp's kernels reach on an Intel Xeon with AMX (Sapphire Rapids)?
//
// script/compare-engine and its --fit on a guest of 2 cores (2.6 GHz, KVM) with
// @node-llama-cpp/linux-x64 3.22.1, 2 threads, on 2026-11-23. Ours avx512_vnni against the engine's
// sapphirerapids library, avx2 against haswell. The last column (of_read): script/compare-engine
// --kernels of 2026-11-24 (docs/accuracy.md), one thread reading 15.0 GB/s.
#include <array>

#include "advise/engine_profiles.hpp"

namespace weighin {
namespace {

constexpr std::string_view kWhere = "2-core Xeon guest, 2026-11-23";

constexpr std::array kAvx2{
    EngineRow{"F16", EnginePart::attention, 0.9921, 0.30},
    EngineRow{"F16", EnginePart::decode, 0.1180, 0.12, 0.58},
    EngineRow{"Q4_0", EnginePart::decode, 0.0769, 0.12, 0.39},
    EngineRow{"Q4_K", EnginePart::decode, 0.1827, 0.13, 0.50},
    EngineRow{"Q5_0", EnginePart::decode, 0.0526, 0.12},
    EngineRow{"Q5_K", EnginePart::decode, 0.0832, 0.12, 0.38},
    EngineRow{"Q6_K", EnginePart::decode, 0.1301, 0.12, 0.48},
    EngineRow{"Q8_0", EnginePart::decode, 0.1186, 0.12, 0.52},
    EngineRow{"Q4_K", EnginePart::decode_experts, 0.2725, 0.12},
    EngineRow{"Q6_K", EnginePart::decode_experts, 0.0812, 0.15},
    EngineRow{"F16", EnginePart::prefill, 0.5568, 0.15},
    EngineRow{"Q4_0", EnginePart::prefill, 0.4100, 0.15},
    EngineRow{"Q4_K", EnginePart::prefill, 0.6361, 0.15},
    EngineRow{"Q5_0", EnginePart::prefill, 0.2810, 0.15},
    EngineRow{"Q5_K", EnginePart::prefill, 0.3348, 0.15},
    EngineRow{"Q6_K", EnginePart::prefill, 0.4142, 0.15},
    EngineRow{"Q8_0", EnginePart::prefill, 0.6598, 0.15},
    EngineRow{"Q4_K", EnginePart::prefill_experts, 0.4028, 0.15},
};

constexpr std::array kAmx{
    EngineRow{"F16", EnginePart::attention, 0.7616, 0.30},
    EngineRow{"BF16", EnginePart::decode, 0.0627, 0.12, 0.74},
    EngineRow{"F16", EnginePart::decode, 0.0688, 0.12, 0.88},
    EngineRow{"IQ4_NL", EnginePart::decode, 0.0470, 0.12},
    EngineRow{"IQ4_XS", EnginePart::decode, 0.0693, 0.15},
    EngineRow{"Q2_K", EnginePart::decode, 0.0994, 0.12},
    EngineRow{"Q3_K", EnginePart::decode, 0.0476, 0.12},
    EngineRow{"Q4_0", EnginePart::decode, 0.1150, 0.12, 0.93},
    EngineRow{"Q4_K", EnginePart::decode, 0.0847, 0.16, 0.57},
    EngineRow{"Q5_0", EnginePart::decode, 0.0292, 0.12},
    EngineRow{"Q5_K", EnginePart::decode, 0.0454, 0.12, 0.49},
    EngineRow{"Q6_K", EnginePart::decode, 0.0588, 0.12, 0.51},
    EngineRow{"Q8_0", EnginePart::decode, 0.0623, 0.12, 0.96},
    EngineRow{"Q4_K", EnginePart::decode_experts, 0.0786, 0.12},
    EngineRow{"Q6_K", EnginePart::decode_experts, 0.2778, 0.15},
    EngineRow{"Q8_0", EnginePart::decode_experts, 0.0339, 0.12},
    EngineRow{"F16", EnginePart::prefill, 0.6004, 0.15},
    EngineRow{"IQ4_NL", EnginePart::prefill, 0.3667, 0.15},
    EngineRow{"IQ4_XS", EnginePart::prefill, 0.6305, 0.15},
    EngineRow{"Q2_K", EnginePart::prefill, 0.3616, 0.15},
    EngineRow{"Q3_K", EnginePart::prefill, 0.1396, 0.15},
    EngineRow{"Q4_0", EnginePart::prefill, 0.4635, 0.15},
    EngineRow{"Q4_K", EnginePart::prefill, 0.7112, 0.15},
    EngineRow{"Q5_0", EnginePart::prefill, 0.2208, 0.15},
    EngineRow{"Q5_K", EnginePart::prefill, 0.7131, 0.15},
    EngineRow{"Q6_K", EnginePart::prefill, 0.5594, 0.15},
    EngineRow{"Q8_0", EnginePart::prefill, 0.4463, 0.16},
    EngineRow{"Q4_K", EnginePart::prefill_experts, 0.1820, 0.15},
    EngineRow{"Q8_0", EnginePart::prefill_experts, 0.1173, 0.15},
};

}  // namespace

extern const EngineProfile xeon_avx2_profile, xeon_amx_profile;
const EngineProfile xeon_avx2_profile{{"llama.cpp", "avx2", "avx2", "Intel", "Sapphire Rapids"},
                                      kWhere,
                                      {3.64e-06, 0.5},
                                      0.0,
                                      0.0,
                                      kAvx2};
const EngineProfile xeon_amx_profile{
    {"llama.cpp", "avx512_vnni", "amx", "Intel", "Sapphire Rapids"},
    kWhere,
    {5.14e-06, 0.5},
    0.88,
    0.0,
    kAmx};

}  // namespace weighin
