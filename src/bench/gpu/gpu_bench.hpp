// How fast are this machine's GPUs, each measured in a child process of its own?
#pragma once

#include <vector>

#include "weighin/bench.hpp"
#include "weighin/host.hpp"

namespace weighin {

struct GpuFigures {
  std::vector<Measurement> list;
  std::vector<std::string> warnings;  ///< what became of drivers that did not answer whole
};

/// Measures the GPUs of the profile one after another. Whatever a driver does (crash, hang, lose its
/// device) is a warning, and the status and reason of the figures that did not come; those that were
/// told before stand. Empty where no GPU is to be measured.
GpuFigures measure_gpus(const DeviceProfile& profile, const BenchOptions& options, const Host& host,
                        const Events& events);

}  // namespace weighin
