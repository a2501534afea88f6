// Which GPUs does NVIDIA's kernel driver know, when no library of NVIDIA can be asked?
#pragma once

#include <vector>

#include "probes/gpu/seen.hpp"

namespace weighin {

/// /proc/driver/nvidia/gpus/*/information: model, UUID and PCI address; no memory.
std::vector<SeenCard> read_nvidia_proc(const Host& host);

}  // namespace weighin
