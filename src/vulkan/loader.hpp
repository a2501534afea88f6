// How is Vulkan reached on a device that may not have it?
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vulkan/headers.hpp"
#include "weighin/result.hpp"

namespace weighin::vulkan {

/// The Vulkan loader, opened at run time: what can be asked before there is an instance. It stays
/// open to the end of the process, for drivers leave threads behind.
struct Loader {
  PFN_vkGetInstanceProcAddr get_instance_proc_addr = nullptr;
  PFN_vkCreateInstance create_instance = nullptr;
  PFN_vkEnumerateInstanceExtensionProperties enumerate_extensions = nullptr;
  std::uint32_t api_version = 0;  ///< the loader's own
};

/// Opens `library`; fails with ErrorKind::no_input where there is no such library, and with
/// ErrorKind::data where it is no Vulkan loader.
Result<Loader> open_loader(const std::string& library = "libvulkan.so.1");

/// An instance and the functions of it that the probe asks. Never destroyed: the process that asks
/// drivers ends right after the answer, and a driver that hangs while it cleans up costs nothing.
struct Instance {
  VkInstance handle = nullptr;
  std::uint32_t api_version = 0;  ///< what it was created for
  PFN_vkEnumeratePhysicalDevices enumerate_devices = nullptr;
  PFN_vkEnumerateDeviceExtensionProperties enumerate_device_extensions = nullptr;
  PFN_vkGetPhysicalDeviceProperties properties = nullptr;
  PFN_vkGetPhysicalDeviceFeatures features = nullptr;
  PFN_vkGetPhysicalDeviceMemoryProperties memory = nullptr;
  PFN_vkGetPhysicalDeviceQueueFamilyProperties queue_families = nullptr;
  // Null on an instance of Vulkan 1.0 without VK_KHR_get_physical_device_properties2.
  PFN_vkGetPhysicalDeviceProperties2 properties2 = nullptr;
  PFN_vkGetPhysicalDeviceFeatures2 features2 = nullptr;
  PFN_vkGetPhysicalDeviceMemoryProperties2 memory2 = nullptr;
  // Null without VK_KHR_cooperative_matrix.
  GetCooperativeMatrixProperties cooperative_matrices = nullptr;
};

/// An instance without layers, for Vulkan 1.3 or what the loader has.
Result<Instance> create_instance(const Loader& loader);

/// The physical devices, at most `limit` of them; `all` is how many the drivers claim.
struct DeviceList {
  std::vector<VkPhysicalDevice> devices;
  std::uint32_t all = 0;
};
Result<DeviceList> list_devices(const Instance& instance, std::uint32_t limit);

/// "VK_ERROR_INCOMPATIBLE_DRIVER", or "VkResult -1234" for one we do not know.
std::string to_text(VkResult result);
/// "1.3.239"
std::string version_text(std::uint32_t api_version);

/// Asks a function of the form f(&count, array) as the specification says: first for the count,
/// then for at most `limit` entries, and trusts neither count. Empty where it fails.
template <class T, class Call>
std::vector<T> ask_twice(const Call& call, std::uint32_t limit, const T& blank = T{}) {
  std::uint32_t count = 0;
  if (call(&count, static_cast<T*>(nullptr)) < 0 || count == 0) return {};
  if (count > limit) count = limit;
  std::vector<T> answers(count, blank);
  if (call(&count, answers.data()) < 0) return {};
  if (count < answers.size()) answers.resize(count);
  return answers;
}

}  // namespace weighin::vulkan
