// Does a supposed device stay a device, whatever is supposed?
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "weighin/gate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weighin::DeviceProfile device;
  device.memory.total_bytes = weighin::Known<weighin::Bytes>::of(8 * weighin::kGiB, "fuzz");
  device.memory.available_bytes = weighin::Known<weighin::Bytes>::of(5 * weighin::kGiB, "fuzz");
  const auto made =
      weighin::what_if(device, std::string_view(reinterpret_cast<const char*>(data), size));
  if (made && made->memory.usable_bytes && *made->memory.usable_bytes < 0) __builtin_trap();
  return 0;
}
