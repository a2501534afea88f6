// What follows from several probes together?
#pragma once

#include "weighin/device.hpp"

namespace weighin {

/// Fills what no probe knows alone: usable_bytes, capacity_bytes and bound_by of the memory,
/// usable_threads of the processor; and bounds GPUs that share main memory by what main memory
/// gives. Pure.
void settle(DeviceProfile& profile);

}  // namespace weighin
