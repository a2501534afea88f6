// Can anything that a child writes upset its parent?  Frames with figures in them, and figures
// alone.
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
  if (figure && figure->status == weighin::BenchStatus::ok && !figure->bytes_per_second &&
      !figure->operations_per_second)
    std::abort();
  const weighin::Transcript whole = weighin::read_transcript(bytes);
  for (const std::string& each : whole.measurements) weighin::read_figure(each);
  // In pieces it is the same.
  weighin::FrameReader reader;
  for (std::size_t at = 0; at < size; at += 1 + size / 7)
    reader.feed(bytes.substr(at, 1 + size / 7));
  const weighin::Transcript& pieces = reader.transcript();
  if (pieces.measurements != whole.measurements || pieces.complete != whole.complete ||
      pieces.failure != whole.failure || pieces.damaged != whole.damaged ||
      pieces.stage != whole.stage)
    std::abort();
  return 0;
}
