// What would this device be with other memory, another GPU, another disk?
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "advise/place.hpp"
#include "weighin/gate.hpp"

namespace weighin {
namespace {

constexpr const char* kSource = "what if";

Known<Bytes> supposed(Bytes bytes) { return Known<Bytes>::of(bytes, kSource, KnownBy::assumed); }

// What is in use stays in use; limits on the process stay.
void set_memory(DeviceProfile& device, Bytes bytes) {
  Memory& memory = device.memory;
  const Bytes used = memory.total_bytes && memory.available_bytes
                         ? std::max<Bytes>(0, *memory.total_bytes - *memory.available_bytes)
                         : 0;
  Bytes usable = std::max<Bytes>(0, bytes - used);
  Bytes capacity = bytes;
  for (const MemoryLimit& limit : device.limits.memory) {
    capacity = std::min(capacity, limit.limit_bytes);
    usable = std::min(usable, limit.room_bytes.value_or(limit.limit_bytes));
  }
  memory.available_bytes = supposed(std::max<Bytes>(0, bytes - used));
  memory.total_bytes = supposed(bytes);
  memory.capacity_bytes = supposed(capacity);
  memory.usable_bytes = supposed(usable);
  // A GPU that shares the memory shares the new one.
  for (Gpu& gpu : device.gpus) {
    if (!gpu.unified.value_or(false) || gpu.software) continue;
    // What the firmware has set aside stays as it is.
    const Bytes own = gpu.carve_out_bytes.value_or(0);
    gpu.vram_bytes = supposed(std::min(gpu.vram_bytes.value_or(bytes), bytes + own));
    gpu.vram_free_bytes = supposed(std::min(gpu.vram_free_bytes.value_or(usable), usable + own));
  }
}

void set_vram(DeviceProfile& device, Bytes bytes) {
  for (Gpu& gpu : device.gpus) {
    if (gpu.software || gpu.type == "cpu" || gpu.unified.value_or(false)) continue;
    const Bytes used = gpu.vram_bytes && gpu.vram_free_bytes
                           ? std::max<Bytes>(0, *gpu.vram_bytes - *gpu.vram_free_bytes)
                           : 0;
    gpu.vram_bytes = supposed(bytes);
    gpu.vram_free_bytes = supposed(std::max<Bytes>(0, bytes - used));
    return;
  }
  Gpu gpu;
  gpu.name = "a supposed GPU";
  gpu.type = "discrete";
  gpu.api = "vulkan";
  gpu.unified = Known<bool>::of(false, kSource, KnownBy::assumed);
  gpu.vram_bytes = gpu.vram_free_bytes = supposed(bytes);
  device.gpus.push_back(std::move(gpu));
}

Error wrong(std::string what) {
  return Error{ErrorKind::usage, std::move(what), "--what-if",
               "as in ram=32GiB,vram=12GiB,disk=100GB,cores=8,battery=no"};
}

}  // namespace

Result<DeviceProfile> what_if(const DeviceProfile& profile, std::string_view changes) {
  DeviceProfile device = profile;
  device.live = false;
  while (!changes.empty()) {
    const std::string_view part = changes.substr(0, changes.find(','));
    changes.remove_prefix(std::min(changes.size(), part.size() + 1));
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos)
      return wrong(fmt::format("\"{}\" changes nothing", part.substr(0, 40)));
    const std::string_view key = part.substr(0, equals), value = part.substr(equals + 1);
    if (key == "cores") {
      std::int64_t cores = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), cores);
      if (error != std::errc{} || end != value.data() + value.size() || cores < 1)
        return wrong(fmt::format("\"{}\" is no number of cores", value.substr(0, 40)));
      device.cpu.physical_cores = device.cpu.logical_cores = device.cpu.usable_threads =
          Known<std::int64_t>::of(cores, kSource, KnownBy::assumed);
      continue;
    }
    if (key == "battery") {
      if (value != "yes" && value != "no") return wrong("battery is yes or no");
      device.power.on_battery = Known<bool>::of(value == "yes", kSource, KnownBy::assumed);
      continue;
    }
    if (key != "ram" && key != "vram" && key != "disk")
      return wrong(fmt::format("\"{}\" cannot be supposed", key.substr(0, 40)));
    const Result<Bytes> bytes = parse_bytes(value);
    if (!bytes || *bytes < 0) return wrong(fmt::format("\"{}\" is no size", value.substr(0, 40)));
    if (key == "ram") set_memory(device, *bytes);
    if (key == "vram") set_vram(device, *bytes);
    if (key == "disk") {
      if (device.storage.empty()) device.storage.push_back({"~/.cache", {}, {}, {}, {}, {}, {}});
      device.storage.front().free_bytes = supposed(*bytes);
    }
  }
  return device;
}

}  // namespace weighin
