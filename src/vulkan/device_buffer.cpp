// How does a piece of a device's memory become a buffer?
#include "vulkan/device_buffer.hpp"

#include <algorithm>
#include <optional>

namespace weighin::vulkan {
namespace {

std::optional<std::uint32_t> find_type(const ComputeDevice& device, std::uint32_t allowed,
                                       VkMemoryPropertyFlags wanted) {
  for (std::uint32_t i = 0; i < device.memory.memoryTypeCount; ++i) {
    if ((allowed >> i & 1u) == 0) continue;
    if ((device.memory.memoryTypes[i].propertyFlags & wanted) == wanted) return i;
  }
  return std::nullopt;
}

// The first kind of memory that there is.
std::optional<std::uint32_t> choose_type(const ComputeDevice& device, std::uint32_t allowed,
                                         Where where) {
  constexpr VkMemoryPropertyFlags kSeen =
      VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
  constexpr VkMemoryPropertyFlags kCached = kSeen | VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
  constexpr VkMemoryPropertyFlags kLocal = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
  const bool host = where == Where::host;
  for (const VkMemoryPropertyFlags kind : {host ? kCached : kLocal, host ? kSeen : 0}) {
    if (const auto type = find_type(device, allowed, kind)) return type;
  }
  return std::nullopt;
}

}  // namespace

Result<Buffer> make_buffer(const ComputeDevice& device, Bytes bytes, Where where) {
  Buffer made;
  made.bytes = std::max<Bytes>(16, (bytes + 15) / 16 * 16);
  VkBufferCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;
  info.size = static_cast<VkDeviceSize>(made.bytes);
  info.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
               VK_BUFFER_USAGE_TRANSFER_DST_BIT;
  const std::uint32_t families[] = {device.compute.index, device.transfer.index};
  if (device.own_transfer_queue) {
    info.sharingMode = VK_SHARING_MODE_CONCURRENT;
    info.queueFamilyIndexCount = 2;
    info.pQueueFamilyIndices = families;
  }
  VkResult result = device.call.CreateBuffer(device.handle, &info, nullptr, &made.handle);
  if (result != VK_SUCCESS) return vulkan_failure("no buffer could be made", result);
  VkMemoryRequirements needs{};
  device.call.GetBufferMemoryRequirements(device.handle, made.handle, &needs);
  const auto type = choose_type(device, needs.memoryTypeBits, where);
  if (!type) return Error{ErrorKind::data, "the device has no memory for a buffer", "", ""};
  VkMemoryAllocateInfo allocation{};
  allocation.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
  allocation.allocationSize = needs.size;
  allocation.memoryTypeIndex = *type;
  result = device.call.AllocateMemory(device.handle, &allocation, nullptr, &made.memory);
  if (result != VK_SUCCESS) {
    device.call.DestroyBuffer(device.handle, made.handle, nullptr);
    return vulkan_failure(text_binary(made.bytes) + " of its memory could not be had", result);
  }
  result = device.call.BindBufferMemory(device.handle, made.handle, made.memory, 0);
  if (result == VK_SUCCESS && where == Where::host) {
    result = device.call.MapMemory(device.handle, made.memory, 0, VK_WHOLE_SIZE, 0, &made.data);
  }
  if (result != VK_SUCCESS) {
    free_buffer(device, made);
    return vulkan_failure("a buffer's memory could not be used", result);
  }
  device.came_back();
  return made;
}

void free_buffer(const ComputeDevice& device, Buffer& buffer) {
  if (buffer.handle != nullptr) device.call.DestroyBuffer(device.handle, buffer.handle, nullptr);
  if (buffer.memory != nullptr) device.call.FreeMemory(device.handle, buffer.memory, nullptr);
  buffer = {};
}

}  // namespace weighin::vulkan
