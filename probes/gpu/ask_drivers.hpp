// What do all GPU drivers together answer, each asked in a child process of its own?
#pragma once

#include <string>

#include "weighin/device.hpp"

namespace weighin {

/// Asks every driver of a live machine, in parallel, and writes down what came back:
///
///     {"schema": "weighin-gpu-answer/1", "searched": ["/etc/vulkan/icd.d", …],
///      "drivers": [{"driver": "lvp_icd.x86_64.json", "interface": "vulkan"|"nvml",
///                   "status": "ok"|"error"|"unsupported"|"skipped", "why": "…", "seconds": 0.3,
///                   "devices": […]}]}
///
/// A driver that fails still shows the devices that it told of before. No child is started where
/// there is nothing to ask.
Result<std::string> ask_drivers(const Host& host, const ProbeOptions& options);

}  // namespace weighin
