// Can anything that a child writes upset its parent?  Frames with figures in them, and figures alone.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bench/gpu/gpu_figures.hpp"
#include "vulkan/answer_frame.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto figure = weighin::read_figure(bytes);
  // What is taken for a figure has a name, and a rate where it was measured.
  if (figure && figure->name.empty()) std::abort();
  if (figure && figure->status == weighin::BenchStatus::ok &&
      !figure->bytes_per_second && !figure->operations_per_second)
    std::abort();
  for (const std::string& each : weighin::read_transcript(bytes).measurements)
    weighin::read_figure(each);
  return 0;
}
