// What do the drivers' answers, live or recorded, say in our own words?
#pragma once

#include <string_view>
#include <vector>

#include "probes/gpu/seen.hpp"

namespace weighin {

struct DriverAnswers {
  std::vector<SeenGpu> gpus;    ///< through Vulkan
  std::vector<SeenCard> cards;  ///< through NVML
  std::vector<GpuFault> faults;
};

/// Reads a `weighin-gpu-answer/1` document. Nothing in it is trusted: a document, driver or device
/// that is broken becomes a fault, figures are clamped to sense, and texts are cleaned.
DriverAnswers read_answers(std::string_view json);

/// A rasterizer on the CPU, by what the driver is and not by what it can do: llvmpipe claims more
/// features than most GPUs.
bool is_software(const std::string& type, std::uint32_t vendor_id, std::uint32_t device_id,
                 std::uint32_t driver_id);

}  // namespace weighin
