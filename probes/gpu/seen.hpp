// What has one interface shown of one GPU, before the answers of all are put together?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probes/gpu/heap_rule.hpp"
#include "weighin/device.hpp"

namespace weighin {

/// One device through one Vulkan driver.
struct SeenGpu {
  Gpu gpu;  ///< memory and unified not yet decided
  std::size_t driver =
      0;  ///< which driver's answer; two devices of one driver are never the same GPU
  std::uint32_t vendor_id = 0, device_id = 0, driver_id = 0;
  std::string uuid, luid, pci;  ///< keys; empty where the driver does not say
  HeapQuestion memory;
};

/// One card by something else than Vulkan: NVML, the NVIDIA kernel driver, DRM.
struct SeenCard {
  std::string interface;  ///< "NVML", "/proc/driver/nvidia", "/sys/class/drm/card0"
  std::string name, driver;
  std::uint32_t vendor_id = 0, device_id = 0;
  std::string uuid, pci;
  std::optional<Bytes> total_bytes, free_bytes;
  std::string memory_why;  ///< why there is no `total_bytes`
  std::optional<Bytes> gtt_bytes, gtt_free_bytes;
  bool shares_memory = false;  ///< the interface says that the GPU has no memory of its own
  bool cut = false;            ///< a board that is cut into slices: they count, not it
  bool slice = false;          ///< one such slice
};

/// "0000:01:00.0" from any way of writing it ("00000000:01:00.0"); empty where it is none.
std::string pci_text(const std::string& written);
/// 32 hexadecimal digits, or empty: "GPU-8932f937-…" and "8932F937…" are the same.
std::string uuid_key(const std::string& written);
/// 8-4-4-4-12 digits.
std::string uuid_text(const std::string& key);
/// "NVIDIA", "AMD", …, or "0x1234".
std::string vendor_text(std::uint32_t vendor_id);

}  // namespace weighin
