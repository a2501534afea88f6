// How is Vulkan reached on a device that may not have it?
#include "vulkan/loader.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>

#include "vulkan/clean_text.hpp"

namespace weighin::vulkan {
namespace {

template <class F>
F cast_function(PFN_vkVoidFunction function) {
  return reinterpret_cast<F>(function);
}

// The function under its core name, or under the name that its extension gave it.
template <class F>
void find(const Loader& loader, VkInstance handle, F& function, const char* name,
          const char* other = nullptr) {
  function = cast_function<F>(loader.get_instance_proc_addr(handle, name));
  if (function == nullptr && other != nullptr) {
    function = cast_function<F>(loader.get_instance_proc_addr(handle, other));
  }
}

Error vulkan_error(std::string what, std::string where = {}) {
  return {ErrorKind::data, std::move(what), std::move(where), {}};
}

}  // namespace

Result<Loader> open_loader(const std::string& library) {
  void* const handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* why = ::dlerror();
    return Error{ErrorKind::no_input, "the Vulkan loader is not installed",
                 clean_text(why != nullptr ? why : library), "install libvulkan1"};
  }
  Loader loader;
  loader.get_instance_proc_addr =
      reinterpret_cast<PFN_vkGetInstanceProcAddr>(::dlsym(handle, "vkGetInstanceProcAddr"));
  if (loader.get_instance_proc_addr == nullptr) {
    return vulkan_error("the library is no Vulkan loader", library);
  }
  find(loader, nullptr, loader.create_instance, "vkCreateInstance");
  find(loader, nullptr, loader.enumerate_extensions, "vkEnumerateInstanceExtensionProperties");
  if (loader.create_instance == nullptr || loader.enumerate_extensions == nullptr) {
    return vulkan_error("the Vulkan loader lacks its entry points", library);
  }
  // Vulkan 1.0 loaders do not have this function.
  PFN_vkEnumerateInstanceVersion version = nullptr;
  find(loader, nullptr, version, "vkEnumerateInstanceVersion");
  loader.api_version = VK_API_VERSION_1_0;
  if (version != nullptr && version(&loader.api_version) != VK_SUCCESS) {
    loader.api_version = VK_API_VERSION_1_0;
  }
  return loader;
}

Result<Instance> create_instance(const Loader& loader) {
  constexpr std::uint32_t kMostExtensions = 1024;
  const auto available = ask_twice<VkExtensionProperties>(
      [&](std::uint32_t* count, VkExtensionProperties* all) {
        return loader.enumerate_extensions(nullptr, count, all);
      },
      kMostExtensions);
  std::vector<const char*> wanted;
  const auto want = [&](const char* name) {
    const bool found = std::any_of(available.begin(), available.end(), [&](const auto& one) {
      return std::strncmp(one.extensionName, name, sizeof one.extensionName) == 0;
    });
    if (found) wanted.push_back(name);
    return found;
  };
  Instance instance;
  instance.api_version = std::min<std::uint32_t>(loader.api_version, VK_API_VERSION_1_3);
  if (instance.api_version < VK_API_VERSION_1_1) {
    want(VK_KHR_GET_PHYSICAL_DEVICE_PROPERTIES_2_EXTENSION_NAME);
  }
  // Without it the loader hides drivers that are not wholly conformant (MoltenVK, dozen).
  const bool portability = want(VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME);

  VkApplicationInfo application{};
  application.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO;
  application.pApplicationName = "weighin";
  application.apiVersion = instance.api_version;
  VkInstanceCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
  info.pApplicationInfo = &application;
  if (portability) info.flags = VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR;
  info.enabledExtensionCount = static_cast<std::uint32_t>(wanted.size());
  info.ppEnabledExtensionNames = wanted.data();
  const VkResult result = loader.create_instance(&info, nullptr, &instance.handle);
  if (result != VK_SUCCESS) {
    return vulkan_error("no instance could be created (" + to_text(result) + ")");
  }
  if (instance.handle == nullptr) return vulkan_error("the instance that was created is null");

  const VkInstance handle = instance.handle;
  find(loader, handle, instance.enumerate_devices, "vkEnumeratePhysicalDevices");
  find(loader, handle, instance.enumerate_device_extensions,
       "vkEnumerateDeviceExtensionProperties");
  find(loader, handle, instance.properties, "vkGetPhysicalDeviceProperties");
  find(loader, handle, instance.features, "vkGetPhysicalDeviceFeatures");
  find(loader, handle, instance.memory, "vkGetPhysicalDeviceMemoryProperties");
  find(loader, handle, instance.queue_families, "vkGetPhysicalDeviceQueueFamilyProperties");
  find(loader, handle, instance.properties2, "vkGetPhysicalDeviceProperties2",
       "vkGetPhysicalDeviceProperties2KHR");
  find(loader, handle, instance.features2, "vkGetPhysicalDeviceFeatures2",
       "vkGetPhysicalDeviceFeatures2KHR");
  find(loader, handle, instance.memory2, "vkGetPhysicalDeviceMemoryProperties2",
       "vkGetPhysicalDeviceMemoryProperties2KHR");
  find(loader, handle, instance.cooperative_matrices,
       "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR");
  if (instance.enumerate_devices == nullptr || instance.enumerate_device_extensions == nullptr ||
      instance.properties == nullptr || instance.features == nullptr ||
      instance.memory == nullptr || instance.queue_families == nullptr) {
    return vulkan_error("the instance lacks functions of Vulkan 1.0");
  }
  return instance;
}

Result<DeviceList> list_devices(const Instance& instance, std::uint32_t limit) {
  DeviceList list;
  VkResult result = instance.enumerate_devices(instance.handle, &list.all, nullptr);
  if (result < 0) return vulkan_error("no device could be listed (" + to_text(result) + ")");
  list.devices.resize(std::min(list.all, limit));
  if (list.devices.empty()) return list;
  auto count = static_cast<std::uint32_t>(list.devices.size());
  result = instance.enumerate_devices(instance.handle, &count, list.devices.data());
  if (result < 0) return vulkan_error("no device could be listed (" + to_text(result) + ")");
  // The count may have changed since the first call, and VK_INCOMPLETE is what we asked for.
  if (count < list.devices.size()) {
    list.devices.resize(count);
    list.all = count;
  }
  std::erase(list.devices, VkPhysicalDevice{});
  return list;
}

std::string to_text(VkResult result) {
  switch (result) {
    case VK_SUCCESS:
      return "VK_SUCCESS";
    case VK_INCOMPLETE:
      return "VK_INCOMPLETE";
    case VK_ERROR_OUT_OF_HOST_MEMORY:
      return "VK_ERROR_OUT_OF_HOST_MEMORY";
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
      return "VK_ERROR_OUT_OF_DEVICE_MEMORY";
    case VK_ERROR_INITIALIZATION_FAILED:
      return "VK_ERROR_INITIALIZATION_FAILED";
    case VK_ERROR_DEVICE_LOST:
      return "VK_ERROR_DEVICE_LOST";
    case VK_ERROR_LAYER_NOT_PRESENT:
      return "VK_ERROR_LAYER_NOT_PRESENT";
    case VK_ERROR_EXTENSION_NOT_PRESENT:
      return "VK_ERROR_EXTENSION_NOT_PRESENT";
    case VK_ERROR_INCOMPATIBLE_DRIVER:
      return "VK_ERROR_INCOMPATIBLE_DRIVER";
    case VK_ERROR_TOO_MANY_OBJECTS:
      return "VK_ERROR_TOO_MANY_OBJECTS";
    case VK_ERROR_UNKNOWN:
      return "VK_ERROR_UNKNOWN";
    default:
      return "VkResult " + std::to_string(static_cast<int>(result));
  }
}

std::string version_text(std::uint32_t api_version) {
  return std::to_string(VK_API_VERSION_MAJOR(api_version)) + "." +
         std::to_string(VK_API_VERSION_MINOR(api_version)) + "." +
         std::to_string(VK_API_VERSION_PATCH(api_version));
}

}  // namespace weighin::vulkan
