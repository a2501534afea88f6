// Which Vulkan driver shows any GPU that a test describes, through the real loader?
//
// Its devices are those of the file beside its manifest: for NAME.json that is NAME.gpu, a JSON
// object
// {"devices": […]} with devices as a weighin-gpu-answer/1 has them, so that a recorded answer can
// be served again. Beside them it may have "faults" (fake_faults.hpp), and a number
// "slow_milliseconds" that it takes to create an instance. With "opens" its devices can be opened, and
// compute nothing (fake_device.hpp).
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "fake_device.hpp"
#include "fake_faults.hpp"
#include "vulkan/headers.hpp"
// After headers.hpp, which leaves out the prototypes.
#include <vulkan/vk_icd.h>

namespace {

using nlohmann::json;
using namespace weighin::vulkan;

struct Device {
  VK_LOADER_DATA loader;  // first, as the loader demands
  json about;
};

const json& machine() {
  static const json file = [] {
    std::string path =
        std::getenv("VK_DRIVER_FILES") != nullptr ? std::getenv("VK_DRIVER_FILES") : "";
    path = path.substr(0, path.rfind('.')) + ".gpu";
    std::ifstream stream(path, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(stream)),
                           std::istreambuf_iterator<char>());
    json read = json::parse(text, nullptr, false);
    return read.is_object() ? read : json::object();
  }();
  return file;
}

std::vector<Device>& devices() {
  static std::vector<Device> all = [] {
    std::vector<Device> made;
    for (const json& one : machine().value("devices", json::array())) {
      made.push_back({{ICD_LOADER_MAGIC}, one});
    }
    return made;
  }();
  return all;
}

json member(const json& object, const char* name) {
  return object.is_object() && object.contains(name) ? object[name] : json();
}
template <class T>
T number(const json& object, const char* name, T otherwise = 0) {
  const json value = member(object, name);
  return value.is_number() ? value.get<T>() : otherwise;
}
std::string text(const json& object, const char* name) {
  const json value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<VkResult> misbehave(const char* function) {
  return fake::misbehave(machine(), function);
}

const json& about(VkPhysicalDevice device) { return reinterpret_cast<Device*>(device)->about; }

// Bytes may be given as they are (not all are UTF-8) in "NAME_hex"; all of the buffer is then
// written, with no NUL at the end where the bytes fill it.
template <std::size_t N>
void write_text(char (&to)[N], const json& object, const std::string& name) {
  std::string bytes = text(object, name.c_str());
  const std::string hex = text(object, (name + "_hex").c_str());
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  bytes.resize(N, '\0');
  std::copy(bytes.begin(), bytes.end(), to);
}

template <std::size_t N>
void write_hex(std::uint8_t (&to)[N], const std::string& hex) {
  for (std::size_t i = 0; i < N && 2 * i + 1 < hex.size(); ++i) {
    to[i] = static_cast<std::uint8_t>(std::stoi(hex.substr(2 * i, 2), nullptr, 16));
  }
}

std::uint32_t version(const json& device) {
  unsigned major = 1, minor = 3, patch = 0;
  std::sscanf(text(device, "api_version").c_str(), "%u.%u.%u", &major, &minor, &patch);
  return VK_MAKE_API_VERSION(0, major, minor, patch);
}

bool has_feature(const json& device, const char* name) {
  const json all = member(device, "features");
  return all.is_array() && std::find(all.begin(), all.end(), name) != all.end();
}

std::vector<std::string> extensions(const json& device) {
  std::vector<std::string> all;
  if (member(device, "pci").is_object()) all.emplace_back(VK_EXT_PCI_BUS_INFO_EXTENSION_NAME);
  const json heaps = member(device, "heaps");
  if (heaps.is_array() && std::any_of(heaps.begin(), heaps.end(), [](const json& heap) {
        return heap.contains("budget_bytes");
      })) {
    all.emplace_back(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
  }
  if (member(device, "driver_id").is_number()) all.emplace_back("VK_KHR_driver_properties");
  if (member(device, "cooperative_matrices").is_array())
    all.emplace_back("VK_KHR_cooperative_matrix");
  if (has_feature(device, "external_memory_host")) all.emplace_back("VK_EXT_external_memory_host");
  if (has_feature(device, "shader_bfloat16")) all.emplace_back("VK_KHR_shader_bfloat16");
  return all;
}

std::uint32_t component(const std::string& name) {
  static const char* const kNames[] = {"f16", "f32", "f64", "s8",  "s16", "s32",
                                       "s64", "u8",  "u16", "u32", "u64"};
  for (std::uint32_t i = 0; i < std::size(kNames); ++i) {
    if (name == kNames[i]) return i;
  }
  return name == "bf16" ? 1000141000 : 99;
}

// ---- what an instance can do

VKAPI_ATTR VkResult VKAPI_CALL create_instance(const VkInstanceCreateInfo*,
                                               const VkAllocationCallbacks*, VkInstance* instance) {
  if (const auto fault = misbehave("vkCreateInstance")) return *fault;
  ::usleep(1000 * number<useconds_t>(machine(), "slow_milliseconds"));
  static Device dispatch{{ICD_LOADER_MAGIC}, {}};
  if (fake::asked(machine(), "vkCreateInstance", "null")) {
    *instance = VK_NULL_HANDLE;
    return VK_SUCCESS;
  }
  *instance = reinterpret_cast<VkInstance>(&dispatch);
  return VK_SUCCESS;
}
VKAPI_ATTR void VKAPI_CALL destroy_instance(VkInstance, const VkAllocationCallbacks*) {}
VKAPI_ATTR VkResult VKAPI_CALL instance_extensions(const char*, std::uint32_t* count,
                                                   VkExtensionProperties*) {
  *count = 0;
  return VK_SUCCESS;
}
VKAPI_ATTR VkResult VKAPI_CALL instance_version(std::uint32_t* out) {
  *out = VK_API_VERSION_1_3;
  return VK_SUCCESS;
}
VKAPI_ATTR VkResult VKAPI_CALL enumerate_devices(VkInstance, std::uint32_t* count,
                                                 VkPhysicalDevice* out) {
  constexpr const char* kThis = "vkEnumeratePhysicalDevices";
  if (const auto fault = misbehave(kThis)) return *fault;
  std::vector<Device>& all = devices();
  if (out == nullptr) {
    *count = fake::claimed(machine(), kThis, all.size());
    return VK_SUCCESS;
  }
  if (fake::asked(machine(), kThis, "null")) {
    for (std::uint32_t i = 0; i < *count; ++i) out[i] = VK_NULL_HANDLE;
    return VK_SUCCESS;
  }
  if (fake::asked(machine(), kThis, "overrun")) {
    // Far more than there is room for, and a count to match.
    for (std::uint32_t i = 0; i < 100000; ++i) out[i] = reinterpret_cast<VkPhysicalDevice>(&all[0]);
    *count = 100000;
    return VK_SUCCESS;
  }
  const auto give = std::min(*count, static_cast<std::uint32_t>(all.size()));
  for (std::uint32_t i = 0; i < give; ++i) out[i] = reinterpret_cast<VkPhysicalDevice>(&all[i]);
  *count = give;
  return give < all.size() ? VK_INCOMPLETE : VK_SUCCESS;
}
VKAPI_ATTR VkResult VKAPI_CALL device_extensions(VkPhysicalDevice device, const char*,
                                                 std::uint32_t* count, VkExtensionProperties* out) {
  constexpr const char* kThis = "vkEnumerateDeviceExtensionProperties";
  if (const auto fault = misbehave(kThis)) return *fault;
  const auto all = extensions(about(device));
  if (out == nullptr) {
    *count = fake::claimed(machine(), kThis, all.size());
    return VK_SUCCESS;
  }
  *count = std::min(*count, static_cast<std::uint32_t>(all.size()));
  for (std::uint32_t i = 0; i < *count; ++i) {
    out[i] = {};
    std::copy(all[i].begin(), all[i].end(), out[i].extensionName);
  }
  return VK_SUCCESS;
}

VKAPI_ATTR void VKAPI_CALL properties(VkPhysicalDevice device, VkPhysicalDeviceProperties* out) {
  misbehave("vkGetPhysicalDeviceProperties");
  const json& d = about(device);
  const json limits = member(d, "limits");
  *out = {};
  out->apiVersion = version(d);
  out->driverVersion = number<std::uint32_t>(d, "driver_version");
  out->vendorID = number<std::uint32_t>(d, "vendor_id");
  out->deviceID = number<std::uint32_t>(d, "device_id");
  const std::string type = text(d, "type");
  out->deviceType = type == "integrated" ? VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU
                    : type == "discrete" ? VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU
                    : type == "virtual"  ? VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU
                    : type == "cpu"      ? VK_PHYSICAL_DEVICE_TYPE_CPU
                                         : VK_PHYSICAL_DEVICE_TYPE_OTHER;
  write_text(out->deviceName, d, "name");
  out->limits.maxStorageBufferRange = number<std::uint32_t>(limits, "max_storage_buffer_bytes");
  out->limits.maxComputeSharedMemorySize = number<std::uint32_t>(limits, "max_shared_memory_bytes");
  out->limits.maxComputeWorkGroupInvocations =
      number<std::uint32_t>(limits, "max_workgroup_invocations");
  out->limits.maxMemoryAllocationCount = number<std::uint32_t>(limits, "max_allocation_count");
  out->limits.maxPushConstantsSize = number<std::uint32_t>(limits, "max_push_constants_bytes");
  out->limits.minStorageBufferOffsetAlignment =
      number<std::uint32_t>(limits, "min_storage_buffer_offset_bytes");
  // JSON has no NaN: a null stands for it.
  out->limits.timestampPeriod = number<float>(limits, "timestamp_period_nanoseconds", 0.0f / 0.0f);
  out->limits.timestampComputeAndGraphics = member(limits, "timestamps") == json(true);
}

void fill_properties(const json& d, VkBaseOutStructure* one) {
  const json limits = member(d, "limits"), subgroup = member(d, "subgroup"), pci = member(d, "pci");
  switch (static_cast<int>(one->sType)) {
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES: {
      auto& id = *reinterpret_cast<VkPhysicalDeviceIDProperties*>(one);
      write_hex(id.deviceUUID, text(d, "uuid"));
      write_hex(id.deviceLUID, text(d, "luid"));
      id.deviceLUIDValid = !text(d, "luid").empty();
      break;
    }
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES: {
      auto& out = *reinterpret_cast<VkPhysicalDeviceSubgroupProperties*>(one);
      static const char* const kNames[] = {"basic",     "vote",    "arithmetic",
                                           "ballot",    "shuffle", "shuffle_relative",
                                           "clustered", "quad"};
      out.subgroupSize = number<std::uint32_t>(subgroup, "size");
      const json operations = member(subgroup, "operations");
      for (std::uint32_t i = 0; operations.is_array() && i < std::size(kNames); ++i) {
        if (std::find(operations.begin(), operations.end(), kNames[i]) != operations.end()) {
          out.supportedOperations |= 1u << i;
        }
      }
      if (member(subgroup, "compute") == json(true))
        out.supportedStages = VK_SHADER_STAGE_COMPUTE_BIT;
      break;
    }
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_PROPERTIES: {
      auto& out = *reinterpret_cast<VkPhysicalDeviceSubgroupSizeControlProperties*>(one);
      out.minSubgroupSize = number<std::uint32_t>(subgroup, "min_size");
      out.maxSubgroupSize = number<std::uint32_t>(subgroup, "max_size");
      break;
    }
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES:
      reinterpret_cast<VkPhysicalDeviceMaintenance3Properties*>(one)->maxMemoryAllocationSize =
          number<std::uint64_t>(limits, "max_memory_allocation_bytes");
      break;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_4_PROPERTIES:
      reinterpret_cast<VkPhysicalDeviceMaintenance4Properties*>(one)->maxBufferSize =
          number<std::uint64_t>(limits, "max_buffer_bytes");
      break;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES: {
      auto& out = *reinterpret_cast<VkPhysicalDeviceDriverProperties*>(one);
      out.driverID = static_cast<VkDriverId>(number<std::uint32_t>(d, "driver_id"));
      write_text(out.driverName, d, "driver_name");
      write_text(out.driverInfo, d, "driver_info");
      break;
    }
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PCI_BUS_INFO_PROPERTIES_EXT: {
      auto& out = *reinterpret_cast<VkPhysicalDevicePCIBusInfoPropertiesEXT*>(one);
      out.pciDomain = number<std::uint32_t>(pci, "domain");
      out.pciBus = number<std::uint32_t>(pci, "bus");
      out.pciDevice = number<std::uint32_t>(pci, "device");
      out.pciFunction = number<std::uint32_t>(pci, "function");
      break;
    }
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_PROPERTIES: {
      auto& out = *reinterpret_cast<VkPhysicalDeviceShaderIntegerDotProductProperties*>(one);
      out.integerDotProduct4x8BitPackedSignedAccelerated =
          has_feature(d, "integer_dot_product_4x8_accelerated");
      out.integerDotProduct4x8BitPackedMixedSignednessAccelerated =
          has_feature(d, "integer_dot_product_4x8_mixed_accelerated");
      break;
    }
    default:
      break;
  }
}
VKAPI_ATTR void VKAPI_CALL properties2(VkPhysicalDevice device, VkPhysicalDeviceProperties2* out) {
  misbehave("vkGetPhysicalDeviceProperties2");
  properties(device, &out->properties);
  for (auto* one = static_cast<VkBaseOutStructure*>(out->pNext); one != nullptr; one = one->pNext) {
    fill_properties(about(device), one);
  }
}

VKAPI_ATTR void VKAPI_CALL features(VkPhysicalDevice device, VkPhysicalDeviceFeatures* out) {
  *out = {};
  out->shaderInt16 = has_feature(about(device), "shader_int16");
  out->shaderInt64 = has_feature(about(device), "shader_int64");
  out->shaderFloat64 = has_feature(about(device), "shader_float64");
}
void fill_features(const json& d, VkBaseOutStructure* one) {
  const auto has = [&](const char* name) { return static_cast<VkBool32>(has_feature(d, name)); };
  // All of these structures are VkBool32s after their header, in the order of the names given.
  const auto set = [&](std::initializer_list<const char*> names) {
    auto* field = reinterpret_cast<VkBool32*>(one + 1);
    for (const char* name : names) *field++ = *name != '\0' ? has(name) : VK_FALSE;
  };
  switch (static_cast<int>(one->sType)) {
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES:
      set({"storage_buffer_16bit"});
      break;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_8BIT_STORAGE_FEATURES:
      set({"storage_buffer_8bit"});
      break;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES:
      set({"shader_float16", "shader_int8"});
      break;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES:
      set({"timeline_semaphore"});
      break;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES:
      set({"buffer_device_address"});
      break;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES:
      set({"vulkan_memory_model"});
      break;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES:
      set({"integer_dot_product"});
      break;
    case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES:
      set({"subgroup_size_control", "full_subgroups"});
      break;
    case kCooperativeMatrixFeatures:
      set({"cooperative_matrix"});
      break;
    case kBfloat16Features:
      set({"shader_bfloat16"});
      break;
    default:
      break;
  }
}
VKAPI_ATTR void VKAPI_CALL features2(VkPhysicalDevice device, VkPhysicalDeviceFeatures2* out) {
  features(device, &out->features);
  for (auto* one = static_cast<VkBaseOutStructure*>(out->pNext); one != nullptr; one = one->pNext) {
    fill_features(about(device), one);
  }
}

VKAPI_ATTR void VKAPI_CALL memory(VkPhysicalDevice device, VkPhysicalDeviceMemoryProperties* out) {
  misbehave("vkGetPhysicalDeviceMemoryProperties");
  *out = {};
  for (const json& heap : about(device).value("heaps", json::array())) {
    if (out->memoryHeapCount == VK_MAX_MEMORY_HEAPS) break;
    out->memoryHeaps[out->memoryHeapCount++] = {number<std::uint64_t>(heap, "size_bytes"),
                                                number<std::uint32_t>(heap, "flags")};
  }
  for (const json& type : about(device).value("memory_types", json::array())) {
    if (out->memoryTypeCount == VK_MAX_MEMORY_TYPES) break;
    out->memoryTypes[out->memoryTypeCount++] = {number<std::uint32_t>(type, "flags"),
                                                number<std::uint32_t>(type, "heap")};
  }
  out->memoryHeapCount = number<std::uint32_t>(about(device), "heap_count", out->memoryHeapCount);
}
VKAPI_ATTR void VKAPI_CALL memory2(VkPhysicalDevice device,
                                   VkPhysicalDeviceMemoryProperties2* out) {
  memory(device, &out->memoryProperties);
  for (auto* one = static_cast<VkBaseOutStructure*>(out->pNext); one != nullptr; one = one->pNext) {
    if (one->sType != VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT) continue;
    auto& budget = *reinterpret_cast<VkPhysicalDeviceMemoryBudgetPropertiesEXT*>(one);
    std::size_t i = 0;
    for (const json& heap : about(device).value("heaps", json::array())) {
      if (i == VK_MAX_MEMORY_HEAPS) break;
      budget.heapBudget[i] = number<std::uint64_t>(heap, "budget_bytes");
      budget.heapUsage[i++] = number<std::uint64_t>(heap, "usage_bytes");
    }
  }
}

VKAPI_ATTR void VKAPI_CALL queues(VkPhysicalDevice device, std::uint32_t* count,
                                  VkQueueFamilyProperties* out) {
  constexpr const char* kThis = "vkGetPhysicalDeviceQueueFamilyProperties";
  misbehave(kThis);
  const json all = about(device).value("queues", json::array());
  if (out == nullptr) {
    *count = fake::claimed(machine(), kThis, all.size());
    return;
  }
  for (std::uint32_t i = 0; i < *count && i < all.size(); ++i) {
    out[i] = {number<std::uint32_t>(all[i], "flags"),
              number<std::uint32_t>(all[i], "count"),
              number<std::uint32_t>(all[i], "timestamp_bits"),
              {1, 1, 1}};
  }
}

VKAPI_ATTR VkResult VKAPI_CALL matrices(VkPhysicalDevice device, std::uint32_t* count,
                                        CooperativeMatrixPropertiesKhr* out) {
  const json all = about(device).value("cooperative_matrices", json::array());
  for (std::uint32_t i = 0; out != nullptr && i < *count && i < all.size(); ++i) {
    out[i].MSize = number<std::uint32_t>(all[i], "m");
    out[i].NSize = number<std::uint32_t>(all[i], "n");
    out[i].KSize = number<std::uint32_t>(all[i], "k");
    out[i].AType = component(text(all[i], "a"));
    out[i].BType = component(text(all[i], "b"));
    out[i].CType = component(text(all[i], "c"));
    out[i].ResultType = component(text(all[i], "result"));
    out[i].scope = 3;  // a subgroup
  }
  *count = out == nullptr ? static_cast<std::uint32_t>(all.size())
                          : std::min(*count, static_cast<std::uint32_t>(all.size()));
  return VK_SUCCESS;
}

// ---- what the loader wants to be there, and nobody here calls

VKAPI_ATTR void VKAPI_CALL format(VkPhysicalDevice, VkFormat, VkFormatProperties* out) {
  *out = {};
}
VKAPI_ATTR VkResult VKAPI_CALL image_format(VkPhysicalDevice, VkFormat, VkImageType, VkImageTiling,
                                            VkImageUsageFlags, VkImageCreateFlags,
                                            VkImageFormatProperties*) {
  return VK_ERROR_FORMAT_NOT_SUPPORTED;
}
VKAPI_ATTR void VKAPI_CALL sparse_format(VkPhysicalDevice, VkFormat, VkImageType,
                                         VkSampleCountFlagBits, VkImageUsageFlags, VkImageTiling,
                                         std::uint32_t* count, VkSparseImageFormatProperties*) {
  *count = 0;
}
VKAPI_ATTR VkResult VKAPI_CALL create_device(VkPhysicalDevice, const VkDeviceCreateInfo*,
                                             const VkAllocationCallbacks*, VkDevice* out) {
  if (const auto fault = misbehave("vkCreateDevice")) return *fault;
  // Only a file that says so has devices that can be opened.
  if (!machine().value("opens", false)) return VK_ERROR_INITIALIZATION_FAILED;
  fake::device_machine = &machine();
  *out = reinterpret_cast<VkDevice>(new fake::Dispatchable);
  return VK_SUCCESS;
}
VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL device_function(VkDevice, const char* name) {
  return fake::device_function_named(name);
}

PFN_vkVoidFunction find(const char* name) {
  const auto as = [](auto function) { return reinterpret_cast<PFN_vkVoidFunction>(function); };
  static const std::pair<std::string_view, PFN_vkVoidFunction> kFunctions[] = {
      {"vkCreateInstance", as(create_instance)},
      {"vkDestroyInstance", as(destroy_instance)},
      {"vkEnumerateInstanceExtensionProperties", as(instance_extensions)},
      {"vkEnumerateInstanceVersion", as(instance_version)},
      {"vkEnumeratePhysicalDevices", as(enumerate_devices)},
      {"vkEnumerateDeviceExtensionProperties", as(device_extensions)},
      {"vkGetPhysicalDeviceProperties", as(properties)},
      {"vkGetPhysicalDeviceProperties2", as(properties2)},
      {"vkGetPhysicalDeviceFeatures", as(features)},
      {"vkGetPhysicalDeviceFeatures2", as(features2)},
      {"vkGetPhysicalDeviceMemoryProperties", as(memory)},
      {"vkGetPhysicalDeviceMemoryProperties2", as(memory2)},
      {"vkGetPhysicalDeviceQueueFamilyProperties", as(queues)},
      {"vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR", as(matrices)},
      {"vkGetPhysicalDeviceFormatProperties", as(format)},
      {"vkGetPhysicalDeviceImageFormatProperties", as(image_format)},
      {"vkGetPhysicalDeviceSparseImageFormatProperties", as(sparse_format)},
      {"vkCreateDevice", as(create_device)},
      {"vkGetDeviceProcAddr", as(device_function)},
  };
  for (const auto& [known, function] : kFunctions) {
    if (known == name) return function;
  }
  return nullptr;
}

}  // namespace

extern "C" {
__attribute__((visibility("default"))) VkResult vk_icdNegotiateLoaderICDInterfaceVersion(
    std::uint32_t* speaks) {
  misbehave("vk_icdNegotiateLoaderICDInterfaceVersion");
  if (*speaks > 5) *speaks = 5;
  return VK_SUCCESS;
}
__attribute__((visibility("default"))) PFN_vkVoidFunction vk_icdGetInstanceProcAddr(
    VkInstance, const char* name) {
  return find(name);
}
__attribute__((visibility("default"))) PFN_vkVoidFunction vk_icdGetPhysicalDeviceProcAddr(
    VkInstance, const char* name) {
  return find(name);
}
}
