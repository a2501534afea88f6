// Does any bytes as a device document do more than fail?
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "weighin/report.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text;
  text.reserve(size);
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(data[i]);
  const auto first = weighin::read_device_json(text, "fuzz");
  if (!first) return 0;
  // What was read must be written and read again as the same.
  const std::string written = weighin::device_json(*first);
  const auto second = weighin::read_device_json(written, "fuzz");
  if (!second || weighin::device_json(*second) != written) std::abort();
  const weighin::RenderOptions options;
  if (weighin::device_text(*first, options).empty()) std::abort();
  return 0;
}
