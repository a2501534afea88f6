// How fast are this machine's GPUs, each measured in a child process of its own?
#pragma once

#include <vector>

#include "weighin/bench.hpp"
#include "weighin/host.hpp"

namespace weighin {

/// Measures the GPUs of the profile one after another. Whatever a driver does (crash, hang, lose its
/// device) is the status and reason of the figures that did not come. Empty where no GPU is to be
/// measured.
std::vector<Measurement> measure_gpus(const DeviceProfile& profile, const BenchOptions& options,
                                      const Host& host, const Events& events);

}  // namespace weighin
