// What does our own program do when it is run again as the child that measures one GPU?
#pragma once

#include <string>
#include <string_view>

#include "bench/gpu/gpu_session.hpp"

namespace weighin {

/// The hidden first argument that makes the program this child.
inline constexpr std::string_view kGpuBenchArgument = "__gpu-bench";

/// … and the second that makes it a child that runs this child, and passes on what it tells.
inline constexpr std::string_view kGpuRelayArgument = "relay";

/// What the child is to do, as its third argument has it: which device of the driver, and what of it.
struct GpuBenchRequest {
  std::string uuid;      ///< as Gpu::uuid has it; empty where the driver told none
  std::string name;      ///< of the device, where there is no UUID
  bool software = false; ///< a rasterizer may be measured, with small shapes
  GpuSizes sizes;
  GpuOrder order;
};
std::string request_text(const GpuBenchRequest& request);
/// Nothing of it may be missing; fails with ErrorKind::usage.
Result<GpuBenchRequest> read_request(std::string_view json);

bool is_gpu_bench_child(int argc, const char* const* argv);

/// `PROGRAM __gpu-bench LIBRARY REQUEST` measures a device of the Vulkan driver in LIBRARY (chosen for
/// the loader by VK_DRIVER_FILES). Figures go out in frames over the pipe whose number stands in
/// WEIGHIN_ANSWER_FD. `PROGRAM __gpu-bench relay LIBRARY REQUEST` runs the same in a child of its own,
/// and sees to it that nothing is left of that one. Returns only where it was called wrongly (64).
int gpu_bench_child_main(int argc, const char* const* argv);

}  // namespace weighin
