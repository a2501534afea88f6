// How is the child that measures one GPU run, heard and ended?
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/gpu/gpu_child.hpp"
#include "vulkan/answer_frame.hpp"
#include "weighin/host.hpp"

namespace weighin {

/// What is to be run.
struct GpuTask {
  std::string program;  ///< our own executable
  std::string library;  ///< the driver's
  /// What chooses the driver for the loader; empty where our own surroundings do already.
  std::vector<std::pair<std::string, std::string>> environment{};
  GpuBenchRequest request;
  /// By way of a child that runs the one that measures, and tells on what it hears: for a process
  /// that is not ours, in which nothing is changed and nothing left.
  bool relayed = false;
};

/// What came of it.
struct GpuOutcome {
  Transcript transcript;
  std::optional<std::string> fault;  ///< in words; nothing where the answer is whole
  bool hung = false;                 ///< it was ended because it did not go on
};

/// Runs it to its end, or until it has been silent for longer than a dispatch may take, or until
/// its time (GpuOrder::most_seconds) is over. `heard` is called with each frame as it comes.
GpuOutcome run_gpu_task(const Host& host, const GpuTask& task, const FrameReader::Heard& heard);

}  // namespace weighin
