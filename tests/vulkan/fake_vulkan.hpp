// Which Vulkan answers whatever a test wants, without a loader or a driver?
#pragma once

#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "vulkan/loader.hpp"

namespace weighin::vulkan::test {

/// One fake machine at a time: the functions below are plain functions, as Vulkan's are.
struct Fake {
  VkResult create_result = VK_SUCCESS;
  bool null_instance = false;
  std::vector<std::string> instance_extensions, device_extensions;
  std::vector<std::string> missing;  ///< functions that get_instance_proc_addr does not know
  std::uint32_t devices = 1;
  std::uint32_t devices_at_second_call = 0;  ///< 0: as many as at the first
  VkResult list_result = VK_SUCCESS;
  VkPhysicalDeviceProperties properties{};
  VkPhysicalDeviceMemoryProperties memory{};
  std::vector<VkQueueFamilyProperties> queues;
  std::vector<CooperativeMatrixPropertiesKhr> matrices;
  VkResult matrices_result = VK_SUCCESS;
  /// Fills a structure of a pNext chain.
  std::function<void(VkBaseOutStructure*)> fill;
  std::vector<VkStructureType> asked;  ///< structures that came in chains
  VkInstanceCreateInfo create_info{};
  std::uint32_t application_version = 0;
  std::vector<std::string> enabled;
};
inline Fake fake;

inline void walk(void* chain) {
  for (auto* one = static_cast<VkBaseOutStructure*>(chain); one != nullptr; one = one->pNext) {
    fake.asked.push_back(one->sType);
    if (fake.fill) fake.fill(one);
  }
}

inline VkResult give_names(const std::vector<std::string>& names, std::uint32_t* count,
                           VkExtensionProperties* all) {
  if (all == nullptr) {
    *count = static_cast<std::uint32_t>(names.size());
    return VK_SUCCESS;
  }
  for (std::uint32_t i = 0; i < *count && i < names.size(); ++i) {
    std::strncpy(all[i].extensionName, names[i].c_str(), sizeof all[i].extensionName - 1);
  }
  return *count < names.size() ? VK_INCOMPLETE : VK_SUCCESS;
}

inline VkResult VKAPI_CALL create_instance_fake(const VkInstanceCreateInfo* info,
                                                const VkAllocationCallbacks*, VkInstance* out) {
  fake.create_info = *info;
  fake.application_version = info->pApplicationInfo->apiVersion;
  fake.enabled.assign(info->ppEnabledExtensionNames,
                      info->ppEnabledExtensionNames + info->enabledExtensionCount);
  static int instance;
  *out = fake.null_instance ? nullptr : reinterpret_cast<VkInstance>(&instance);
  return fake.create_result;
}
inline VkResult VKAPI_CALL instance_extensions_fake(const char*, std::uint32_t* count,
                                                    VkExtensionProperties* all) {
  return give_names(fake.instance_extensions, count, all);
}
inline VkResult VKAPI_CALL device_extensions_fake(VkPhysicalDevice, const char*,
                                                  std::uint32_t* count,
                                                  VkExtensionProperties* all) {
  return give_names(fake.device_extensions, count, all);
}
inline VkResult VKAPI_CALL enumerate_fake(VkInstance, std::uint32_t* count,
                                          VkPhysicalDevice* devices) {
  static int some[2048];
  if (devices == nullptr) {
    *count = fake.devices;
    return fake.list_result;
  }
  if (fake.devices_at_second_call != 0) *count = fake.devices_at_second_call;
  for (std::uint32_t i = 0; i < *count && i < fake.devices && i < 2048; ++i) {
    devices[i] = reinterpret_cast<VkPhysicalDevice>(&some[i]);
  }
  return *count < fake.devices ? VK_INCOMPLETE : VK_SUCCESS;
}
inline void VKAPI_CALL properties_fake(VkPhysicalDevice, VkPhysicalDeviceProperties* out) {
  *out = fake.properties;
}
inline void VKAPI_CALL properties2_fake(VkPhysicalDevice, VkPhysicalDeviceProperties2* out) {
  out->properties = fake.properties;
  walk(out->pNext);
}
inline void VKAPI_CALL features_fake(VkPhysicalDevice, VkPhysicalDeviceFeatures* out) {
  out->shaderInt64 = VK_TRUE;
}
inline void VKAPI_CALL features2_fake(VkPhysicalDevice, VkPhysicalDeviceFeatures2* out) {
  out->features.shaderInt64 = VK_TRUE;
  walk(out->pNext);
}
inline void VKAPI_CALL memory_fake(VkPhysicalDevice, VkPhysicalDeviceMemoryProperties* out) {
  *out = fake.memory;
}
inline void VKAPI_CALL memory2_fake(VkPhysicalDevice, VkPhysicalDeviceMemoryProperties2* out) {
  out->memoryProperties = fake.memory;
  walk(out->pNext);
}
inline void VKAPI_CALL queues_fake(VkPhysicalDevice, std::uint32_t* count,
                                   VkQueueFamilyProperties* out) {
  if (out == nullptr) {
    *count = static_cast<std::uint32_t>(fake.queues.size());
    return;
  }
  for (std::uint32_t i = 0; i < *count && i < fake.queues.size(); ++i) out[i] = fake.queues[i];
}
inline VkResult VKAPI_CALL matrices_fake(VkPhysicalDevice, std::uint32_t* count,
                                         CooperativeMatrixPropertiesKhr* out) {
  if (out == nullptr) {
    *count = static_cast<std::uint32_t>(fake.matrices.size());
    return fake.matrices_result;
  }
  for (std::uint32_t i = 0; i < *count && i < fake.matrices.size(); ++i) out[i] = fake.matrices[i];
  return fake.matrices_result;
}

inline PFN_vkVoidFunction VKAPI_CALL find_fake(VkInstance, const char* name) {
  for (const std::string& missing : fake.missing) {
    if (missing == name) return nullptr;
  }
  const auto is = [&](const char* one) { return std::strcmp(name, one) == 0; };
  const auto as = [](auto function) { return reinterpret_cast<PFN_vkVoidFunction>(function); };
  if (is("vkEnumeratePhysicalDevices")) return as(enumerate_fake);
  if (is("vkEnumerateDeviceExtensionProperties")) return as(device_extensions_fake);
  if (is("vkGetPhysicalDeviceProperties")) return as(properties_fake);
  if (is("vkGetPhysicalDeviceProperties2")) return as(properties2_fake);
  if (is("vkGetPhysicalDeviceFeatures")) return as(features_fake);
  if (is("vkGetPhysicalDeviceFeatures2")) return as(features2_fake);
  if (is("vkGetPhysicalDeviceMemoryProperties")) return as(memory_fake);
  if (is("vkGetPhysicalDeviceMemoryProperties2")) return as(memory2_fake);
  if (is("vkGetPhysicalDeviceQueueFamilyProperties")) return as(queues_fake);
  if (is("vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR")) return as(matrices_fake);
  return nullptr;
}

/// A loader of the fake, with a new, empty machine behind it.
inline Loader fake_loader(std::uint32_t api_version = VK_API_VERSION_1_3) {
  fake = Fake{};
  fake.properties.apiVersion = api_version;
  Loader loader;
  loader.get_instance_proc_addr = find_fake;
  loader.create_instance = create_instance_fake;
  loader.enumerate_extensions = instance_extensions_fake;
  loader.api_version = api_version;
  return loader;
}

inline VkPhysicalDevice some_device() {
  static int device;
  return reinterpret_cast<VkPhysicalDevice>(&device);
}

}  // namespace weighin::vulkan::test
