// Which GPUs does the kernel show under /sys/class/drm, and how much memory do they have?
#pragma once

#include <vector>

#include "probes/gpu/seen.hpp"

namespace weighin {

/// The cards of drivers that serve computing (amdgpu, radeon, i915, xe, nvidia, nouveau), with
/// amdgpu's figures for VRAM and GTT. Display adapters of virtual machines and of server boards are
/// no GPUs for us.
std::vector<SeenCard> read_drm(const Host& host);

}  // namespace weighin
