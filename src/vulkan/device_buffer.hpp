// How does a piece of a device's memory become a buffer?
#pragma once

#include "vulkan/compute_device.hpp"

namespace weighin::vulkan {

/// Where a buffer lies.
enum class Where {
  device,  ///< where the device is fastest
  host,    ///< where the CPU sees it, cached where possible
};

/// A buffer with memory of its own. Host memory is mapped and coherent. Lives as long as the device.
struct Buffer {
  VkBuffer handle = nullptr;
  VkDeviceMemory memory = nullptr;
  Bytes bytes = 0;
  void* data = nullptr;  ///< of host memory
};

/// Of at least 16 bytes, for storage and for copies. Fails where there is no memory for it.
Result<Buffer> make_buffer(const ComputeDevice& device, Bytes bytes, Where where);
/// Gives its memory back; nothing that uses it may be under way.
void free_buffer(const ComputeDevice& device, Buffer& buffer);

}  // namespace weighin::vulkan
