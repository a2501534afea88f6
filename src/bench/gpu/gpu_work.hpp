// What can be timed on a GPU, and what does it make of itself?
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/gpu/gpu_lab.hpp"
#include "weighin/bench.hpp"

namespace weighin {

/// Something that is timed in windows and becomes a figure. Its work comes in steps of equal size, as
/// many in one submit as suit the device.
struct GpuWork {
  Measurement label;         ///< name, variant, format, data and a remark; no rate yet
  bool operations = false;   ///< the rate is in operations, not bytes
  double amount = 0.0;       ///< bytes or operations in one step
  std::int64_t most_steps = 1 << 20;  ///< in one submit
  std::function<Result<Done>()> fill;  ///< before each window
  std::function<Result<vulkan::Timing>(std::int64_t steps)> run;
  /// Whether the results of the last run agree with the reference.
  std::function<Result<bool>()> check;
  /// Ways to do it (sizes of workgroups and tiles); the fastest one is kept.
  std::int64_t ways = 1;
  std::function<Result<Done>(std::int64_t way)> choose;
};

/// The variant that is to be measured: the first that the device can run, or the one that is named.
/// Null where there is none; then `why` says what is lacking.
const GpuVariant* choose_variant(const GpuKernel& kernel, const GpuLab& lab,
                                 std::string_view name, std::string& why);

/// How the work of a kernel begins: its name, variant and what is to be said of the data.
GpuWork begin_work(const GpuLab& lab, const GpuKernel& kernel, const GpuVariant& variant);

/// The blocks that are timed: one of Llama-3.2-1B's shape.
std::vector<BlockShape> gpu_blocks();

/// Each kind of work; fails where the device refuses something. `lab` outlives the work.
Result<GpuWork> gpu_memory_work(GpuLab& lab, const GpuKernel& kernel, const GpuVariant& variant);
Result<GpuWork> gpu_decode_work(GpuLab& lab, const GpuKernel& kernel, const GpuVariant& variant);
Result<GpuWork> gpu_prefill_work(GpuLab& lab, const GpuKernel& kernel, const GpuVariant& variant);
Result<GpuWork> gpu_attention_work(GpuLab& lab, const GpuKernel& kernel,
                                   const GpuVariant& variant);
/// "dispatch": kernels that wait for each other in one submit.
Result<GpuWork> gpu_dispatch_work(GpuLab& lab, const GpuKernel& kernel, const GpuVariant& variant);
/// "submit": a submit, and the wait for its end, by the CPU's clock.
Result<GpuWork> gpu_submit_work(GpuLab& lab, const GpuKernel& kernel, const GpuVariant& variant);
/// "transfer to device" or "transfer to host".
Result<GpuWork> gpu_transfer_work(GpuLab& lab, bool to_device);
/// A whole transformer block as a chain of dispatches.
Result<GpuWork> gpu_block_work(GpuLab& lab, const BlockShape& shape);

}  // namespace weighin
