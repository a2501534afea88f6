// What does NVIDIA's management library say about the GPUs, with or without a Vulkan driver?
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace weighin::nvml {

/// Opens libnvidia-ml.so.1 at run time and gives each device to `device`: `name`, `uuid`, `pci`,
/// `driver`, `memory` {total_bytes, free_bytes, used_bytes} or `memory_why`, and on a GPU that is
/// cut into MIG instances `mig` true and `slices`. Tells `stage` before each step that may hang.
/// Returns why there is no answer. To be called in a child process only.
std::optional<std::string> describe_devices(
    const std::function<void(const std::string&)>& stage,
    const std::function<void(const nlohmann::json&)>& device,
    const std::string& library = "libnvidia-ml.so.1");

}  // namespace weighin::nvml
