// What does our own program do when it is run again as the child that asks one driver?
#pragma once

#include <string_view>

namespace weighin {

/// The hidden first argument that makes the program a child.
inline constexpr std::string_view kGpuChildArgument = "__gpu-probe";

/// True where the arguments (after the program's name) ask for a child.
bool is_gpu_child(int argc, const char* const* argv);

/// `PROGRAM __gpu-probe vulkan LIBRARY` asks the Vulkan driver in LIBRARY (chosen for the loader by
/// VK_DRIVER_FILES), `PROGRAM __gpu-probe nvml` asks NVIDIA's management library,
/// `PROGRAM __gpu-probe all MILLISECONDS` asks all drivers, each in a child of its own with that
/// deadline, and answers with the document of ask_drivers(). The others answer in frames
/// over the pipe whose number stands in WEIGHIN_ANSWER_FD, then ends the process without any
/// clean-up that a driver could hang in. Returns only where it was called wrongly (64) or the pipe
/// is broken (74).
int gpu_child_main(int argc, const char* const* argv);

}  // namespace weighin
