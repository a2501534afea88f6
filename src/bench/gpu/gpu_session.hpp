// What is measured on one GPU, in which order?
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/gpu/gpu_work.hpp"

namespace weighin {

/// What is wanted of one device.
struct GpuOrder {
  std::string place = "gpu0";
  double seconds = 1.0;  ///< for all windows together
  /// For everything, from the begin of the process on; 0 = as long as it takes.
  double most_seconds = 0.0;
  std::string only;      ///< part of a name; empty = all
  std::string variant;   ///< of each kernel; empty = the best that the device can run
};

struct GpuEvents {
  std::function<void(const std::string&)> stage;          ///< what comes next, in words
  std::function<void(const Measurement&)> measurement;    ///< a figure as it stands
};

/// The names and formats of all figures, in order, without a rate.
std::vector<Measurement> gpu_figures(const std::string& place, const std::string& only);

/// Measures; each figure is told as soon as it is there, and again with each further window. A figure
/// that cannot be had says why; an error means that the device can be asked no more (it was lost, or did
/// not finish), and figures that have not come are not there. `begun`: by clock_seconds(), when the process
/// began; 0 = now.
Result<Done> measure_gpu(GpuLab& lab, const GpuOrder& order, const GpuEvents& events,
                         double begun = 0.0);

}  // namespace weighin
