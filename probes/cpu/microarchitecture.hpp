// By what name do people know the design of a processor?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weighin {

/// x86: by CPUID's vendor ("GenuineIntel"), display family, display model and stepping.
std::optional<std::string> x86_microarchitecture(std::string_view vendor, std::int64_t family,
                                                 std::int64_t model, std::int64_t stepping);

}  // namespace weighin
