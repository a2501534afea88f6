// What did llama.cpp's kernels reach on an AMD EPYC without AMX (Zen 5)?
//
// script/compare-engine and its --fit on a guest of 2 cores (KVM) with
// @node-llama-cpp/linux-x64 3.22.1, 2 threads, on 2026-11-29. Ours avx512_bf16 against the engine's
// zen4 library, which it chooses there, avx2 against haswell. The last column (of_read):
// script/compare-engine --kernels of the same day (docs/accuracy.md), one thread reading 42.4 GB/s.
#include <array>

#include "advise/engine_profiles.hpp"

namespace weighin {
namespace {

constexpr std::string_view kWhere = "2-core EPYC guest, 2026-11-29";

constexpr std::array kAvx2{
    EngineRow{"F16", EnginePart::attention, 0.3214, 0.30},
    EngineRow{"BF16", EnginePart::decode, 0.2516, 0.18, 0.48},
    EngineRow{"F16", EnginePart::decode, 0.3330, 0.18, 0.50},
    EngineRow{"Q4_0", EnginePart::decode, 0.2522, 0.18, 0.47},
    EngineRow{"Q4_K", EnginePart::decode, 0.4109, 0.18, 0.48},
    EngineRow{"Q4_K", EnginePart::decode_experts, 0.5556, 0.18},
    EngineRow{"Q5_0", EnginePart::decode, 0.1211, 0.18},
    EngineRow{"Q5_K", EnginePart::decode, 0.2652, 0.18, 0.37},
    EngineRow{"Q6_K", EnginePart::decode, 0.2117, 0.18, 0.47},
    EngineRow{"Q6_K", EnginePart::decode_experts, 0.1348, 0.18},
    EngineRow{"Q8_0", EnginePart::decode, 0.2467, 0.18, 0.44},
    EngineRow{"BF16", EnginePart::prefill, 0.5895, 0.15},
    EngineRow{"F16", EnginePart::prefill, 0.6128, 0.15},
    EngineRow{"Q4_0", EnginePart::prefill, 0.5259, 0.15},
    EngineRow{"Q4_K", EnginePart::prefill, 0.6197, 0.15},
    EngineRow{"Q4_K", EnginePart::prefill_experts, 0.4401, 0.15},
    EngineRow{"Q5_0", EnginePart::prefill, 0.2824, 0.15},
    EngineRow{"Q5_K", EnginePart::prefill, 0.3745, 0.15},
    EngineRow{"Q6_K", EnginePart::prefill, 0.4436, 0.15},
    EngineRow{"Q8_0", EnginePart::prefill, 0.6791, 0.15},
};

constexpr std::array kAvx512{
    EngineRow{"F16", EnginePart::attention, 0.4168, 0.30},
    EngineRow{"BF16", EnginePart::decode, 0.1305, 0.18, 0.73},
    EngineRow{"F16", EnginePart::decode, 0.1127, 0.18, 0.66},
    EngineRow{"Q4_0", EnginePart::decode, 0.1201, 0.18, 0.54},
    EngineRow{"Q4_K", EnginePart::decode, 0.1391, 0.18, 0.57},
    EngineRow{"Q4_K", EnginePart::decode_experts, 0.2114, 0.18},
    EngineRow{"Q5_0", EnginePart::decode, 0.0453, 0.18},
    EngineRow{"Q5_K", EnginePart::decode, 0.0847, 0.18, 0.38},
    EngineRow{"Q6_K", EnginePart::decode, 0.0961, 0.18, 0.51},
    EngineRow{"Q6_K", EnginePart::decode_experts, 0.0748, 0.18},
    EngineRow{"Q8_0", EnginePart::decode, 0.0649, 0.18, 0.47},
    EngineRow{"BF16", EnginePart::prefill, 0.8039, 0.15},
    EngineRow{"F16", EnginePart::prefill, 0.3780, 0.15},
    EngineRow{"Q4_0", EnginePart::prefill, 0.5096, 0.15},
    EngineRow{"Q4_K", EnginePart::prefill, 0.4234, 0.15},
    EngineRow{"Q4_K", EnginePart::prefill_experts, 0.1908, 0.15},
    EngineRow{"Q5_0", EnginePart::prefill, 0.1681, 0.15},
    EngineRow{"Q5_K", EnginePart::prefill, 0.1383, 0.15},
    EngineRow{"Q6_K", EnginePart::prefill, 0.1837, 0.15},
    EngineRow{"Q8_0", EnginePart::prefill, 0.2598, 0.15},
};

}  // namespace

extern const EngineProfile epyc_avx2_profile, epyc_avx512_profile;
const EngineProfile epyc_avx2_profile{
    {"llama.cpp", "avx2", "avx2", "AMD", "Zen 5"}, kWhere, {3.98e-06, 0.5}, 1.16, 3.0, kAvx2};
const EngineProfile epyc_avx512_profile{{"llama.cpp", "avx512_vnni", "avx512", "AMD", "Zen 5"},
                                        kWhere,
                                        {1.87e-06, 0.5},
                                        1.18,
                                        3.0,
                                        kAvx512};

}  // namespace weighin
