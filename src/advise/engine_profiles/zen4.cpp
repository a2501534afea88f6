// What did llama.cpp's kernels reach on an AMD EPYC of Zen 4 cores?
//
// script/compare-engine and its --fit on a guest of 2 cores (KVM) with
// @node-llama-cpp/linux-x64 3.22.1, 2 threads, on 2026-11-29 and 30. Ours avx512_bf16 against the
// engine's zen4 library, which it chooses there, avx2 against haswell. Its neighbours changed what
// memory gave (36 to 59 GB/s within minutes). The last column (of_read): script/compare-engine
// --kernels of the same night (docs/accuracy.md), one thread reading 28.8 GB/s.
#include <array>

#include "advise/engine_profiles.hpp"

namespace weighin {
namespace {

constexpr std::string_view kWhere = "2-core EPYC guest (Zen 4), 2026-11-30";

constexpr std::array kAvx2{
    EngineRow{"F16", EnginePart::attention, 0.2742, 0.30},
    EngineRow{"F16", EnginePart::decode, 0.2794, 0.18, 0.94},
    EngineRow{"Q4_0", EnginePart::decode, 0.3687, 0.18, 0.64},
    EngineRow{"Q4_K", EnginePart::decode, 0.4412, 0.18, 0.72},
    EngineRow{"Q4_K", EnginePart::decode_experts, 0.5556, 0.18},
    EngineRow{"Q5_0", EnginePart::decode, 0.1252, 0.18},
    EngineRow{"Q5_K", EnginePart::decode, 0.2423, 0.18, 0.49},
    EngineRow{"Q6_K", EnginePart::decode, 0.3287, 0.18, 0.74},
    EngineRow{"Q6_K", EnginePart::decode_experts, 0.2917, 0.18},
    EngineRow{"Q8_0", EnginePart::decode, 0.2635, 0.18, 0.42},
    EngineRow{"F16", EnginePart::prefill, 0.4830, 0.15},
    EngineRow{"Q4_0", EnginePart::prefill, 0.5109, 0.15},
    EngineRow{"Q4_K", EnginePart::prefill, 0.6777, 0.15},
    EngineRow{"Q4_K", EnginePart::prefill_experts, 0.4189, 0.15},
    EngineRow{"Q5_0", EnginePart::prefill, 0.3167, 0.15},
    EngineRow{"Q5_K", EnginePart::prefill, 0.3128, 0.15},
    EngineRow{"Q6_K", EnginePart::prefill, 0.4799, 0.15},
    EngineRow{"Q8_0", EnginePart::prefill, 0.6835, 0.15},
};

constexpr std::array kAvx512{
    EngineRow{"F16", EnginePart::attention, 0.5374, 0.30},
    EngineRow{"F16", EnginePart::decode, 0.1753, 0.18, 0.94},
    EngineRow{"Q4_0", EnginePart::decode, 0.1829, 0.18, 0.44},
    EngineRow{"Q4_K", EnginePart::decode, 0.2209, 0.18, 0.76},
    EngineRow{"Q4_K", EnginePart::decode_experts, 0.3974, 0.18},
    EngineRow{"Q5_0", EnginePart::decode, 0.0765, 0.18},
    EngineRow{"Q5_K", EnginePart::decode, 0.1223, 0.18, 0.50},
    EngineRow{"Q6_K", EnginePart::decode, 0.1677, 0.18, 0.78},
    EngineRow{"Q6_K", EnginePart::decode_experts, 0.0823, 0.18},
    EngineRow{"Q8_0", EnginePart::decode, 0.0932, 0.18, 0.48},
    EngineRow{"F16", EnginePart::prefill, 0.3708, 0.15},
    EngineRow{"Q4_0", EnginePart::prefill, 0.4802, 0.15},
    EngineRow{"Q4_K", EnginePart::prefill, 0.4443, 0.15},
    EngineRow{"Q4_K", EnginePart::prefill_experts, 0.2128, 0.15},
    EngineRow{"Q5_0", EnginePart::prefill, 0.2582, 0.15},
    EngineRow{"Q5_K", EnginePart::prefill, 0.1661, 0.15},
    EngineRow{"Q6_K", EnginePart::prefill, 0.2608, 0.15},
    EngineRow{"Q8_0", EnginePart::prefill, 0.3492, 0.15},
};

}  // namespace

extern const EngineProfile zen4_avx2_profile, zen4_avx512_profile;
const EngineProfile zen4_avx2_profile{{"llama.cpp", "avx2", "avx2", "AMD", "Zen 4"},
                                      kWhere,
                                      {2.52e-06, 0.5},
                                      1.22,
                                      3.0,
                                      kAvx2};
const EngineProfile zen4_avx512_profile{{"llama.cpp", "avx512_vnni", "avx512", "AMD", "Zen 4"},
                                        kWhere,
                                        {9.42e-07, 0.5},
                                        1.17,
                                        3.0,
                                        kAvx512};

}  // namespace weighin
