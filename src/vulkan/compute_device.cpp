// How is a device opened for computing, and what can it do there?
#include "vulkan/compute_device.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "vulkan/clean_text.hpp"
#include "vulkan/describe.hpp"

namespace weighin::vulkan {
namespace {

constexpr const char* kCooperativeMatrix = "VK_KHR_cooperative_matrix";
constexpr const char* kPortability = "VK_KHR_portability_subset";
constexpr std::uint32_t kMostFamilies = 64, kMostMatrices = 256;
constexpr std::uint32_t kScopeSubgroup = 3, kFloat16 = 0, kFloat32 = 1;  // VkComponentTypeKHR
constexpr std::uint32_t kMesa = 0x10005;                                 // VK_VENDOR_ID_MESA

const char* type_text(VkPhysicalDeviceType type) {
  switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
      return "discrete";
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
      return "integrated";
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
      return "virtual";
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
      return "cpu";
    default:
      return "other";
  }
}

// All structures of one question, cleared: what is not asked for stays "no".
struct Features {
  VkPhysicalDeviceFeatures2 base{};
  VkPhysicalDevice16BitStorageFeatures storage16{};
  VkPhysicalDeviceShaderFloat16Int8Features float16{};
  VkPhysicalDeviceVulkanMemoryModelFeatures memory_model{};
  VkPhysicalDeviceShaderIntegerDotProductFeatures dot{};
  VkPhysicalDeviceSubgroupSizeControlFeatures subgroup{};
  CooperativeMatrixFeaturesKhr matrices{};
};

// Chains what this device knows of; the same structures are then what is enabled.
void chain_features(const Abilities& knows, Features& all) {
  all.base.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
  Chain chain(&all.base);
  if (knows.has(VK_API_VERSION_1_3, VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME))
    chain.add(all.dot, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES);
  if (knows.has(VK_API_VERSION_1_3, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME))
    chain.add(all.subgroup, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES);
  if (!knows.has(kCooperativeMatrix)) return;
  // Only these matrices compute with 16-bit floats as such.
  chain.add(all.matrices, kCooperativeMatrixFeatures);
  chain.add(all.storage16, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES);
  if (knows.has(VK_API_VERSION_1_2, VK_KHR_SHADER_FLOAT16_INT8_EXTENSION_NAME))
    chain.add(all.float16, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES);
  if (knows.has(VK_API_VERSION_1_2, VK_KHR_VULKAN_MEMORY_MODEL_EXTENSION_NAME))
    chain.add(all.memory_model, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES);
}

// A shape of 16-bit floats with sums of 32 bits; the largest, which needs the fewest loads.
void find_matrix(const Instance& instance, VkPhysicalDevice device, ComputeAbilities& able) {
  if (instance.cooperative_matrices == nullptr) return;
  CooperativeMatrixPropertiesKhr blank{};
  blank.sType = kCooperativeMatrixProperties;
  const auto all = ask_twice<CooperativeMatrixPropertiesKhr>(
      [&](std::uint32_t* count, CooperativeMatrixPropertiesKhr* answers) {
        return instance.cooperative_matrices(device, count, answers);
      },
      kMostMatrices, blank);
  const auto suits = [](std::uint32_t size) { return size == 8 || size == 16; };
  for (const CooperativeMatrixPropertiesKhr& one : all) {
    if (one.scope != kScopeSubgroup || one.AType != kFloat16 || one.BType != kFloat16 ||
        one.CType != kFloat32 || one.ResultType != kFloat32 || !suits(one.MSize) ||
        !suits(one.NSize) || !suits(one.KSize))
      continue;
    if (one.MSize * one.NSize * one.KSize <= able.matrix_m * able.matrix_n * able.matrix_k)
      continue;
    able.matrix_m = one.MSize;
    able.matrix_n = one.NSize;
    able.matrix_k = one.KSize;
  }
  able.cooperative_matrix = able.matrix_m != 0;
}

std::vector<VkQueueFamilyProperties> queue_families(const Instance& instance,
                                                    VkPhysicalDevice device) {
  std::uint32_t count = 0;
  instance.queue_families(device, &count, nullptr);
  count = std::min(count, kMostFamilies);
  std::vector<VkQueueFamilyProperties> families(count);
  if (count > 0) instance.queue_families(device, &count, families.data());
  families.resize(std::min<std::size_t>(count, families.size()));
  return families;
}

// The first family with all of `wanted` and nothing of `unwanted`.
std::optional<QueueFamily> find_family(const std::vector<VkQueueFamilyProperties>& families,
                                       VkQueueFlags wanted, VkQueueFlags unwanted) {
  for (std::uint32_t i = 0; i < families.size(); ++i) {
    const VkQueueFamilyProperties& family = families[i];
    if (family.queueCount > 0 && (family.queueFlags & wanted) == wanted &&
        (family.queueFlags & unwanted) == 0)
      return QueueFamily{i, family.timestampValidBits};
  }
  return std::nullopt;
}

void ask_limits(const Instance& instance, VkPhysicalDevice device, ComputeAbilities& able) {
  VkPhysicalDeviceProperties2 properties{};
  properties.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
  VkPhysicalDeviceSubgroupProperties subgroup{};
  VkPhysicalDeviceMaintenance3Properties sizes{};
  VkPhysicalDeviceShaderIntegerDotProductProperties dot{};
  Chain chain(&properties);
  chain.add(subgroup, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES);
  chain.add(sizes, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES);
  if (able.integer_dot)
    chain.add(dot, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_PROPERTIES);
  instance.properties2(device, &properties);
  const VkPhysicalDeviceLimits& limits = properties.properties.limits;
  able.name = clean_text({properties.properties.deviceName,
                          sizeof properties.properties.deviceName});
  able.type = type_text(properties.properties.deviceType);
  // Mesa's own vendor number is that of its rasterizers.
  able.software = able.type == "cpu" || properties.properties.vendorID == kMesa;
  able.subgroup_size = subgroup.subgroupSize;
  able.subgroup_add = subgroup.subgroupSize >= 4 &&
                      (subgroup.supportedStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0 &&
                      (subgroup.supportedOperations & VK_SUBGROUP_FEATURE_ARITHMETIC_BIT) != 0;
  able.integer_dot_accelerated =
      able.integer_dot && dot.integerDotProduct4x8BitPackedSignedAccelerated != VK_FALSE;
  constexpr std::uint64_t kMost = 1ull << 46;
  able.max_storage_bytes = limits.maxStorageBufferRange;
  able.max_allocation_bytes =
      static_cast<Bytes>(std::min<std::uint64_t>(sizes.maxMemoryAllocationSize, kMost));
  able.shared_bytes = limits.maxComputeSharedMemorySize;
  able.offset_alignment =
      static_cast<Bytes>(std::min<std::uint64_t>(limits.minStorageBufferOffsetAlignment, kMost));
  able.max_invocations =
      std::min(limits.maxComputeWorkGroupInvocations, limits.maxComputeWorkGroupSize[0]);
  if (limits.timestampPeriod > 0.0f && limits.timestampPeriod < 1e6f)
    able.timestamp_seconds = static_cast<double>(limits.timestampPeriod) * 1e-9;
}

}  // namespace

Error vulkan_failure(const std::string& what, VkResult result) {
  return {ErrorKind::data, what + " (" + to_text(result) + ")", "", ""};
}

bool is_lost(const Error& error) {
  return error.what.find("VK_ERROR_DEVICE_LOST") != std::string::npos;
}

ComputeAbilities compute_abilities(const Instance& instance, VkPhysicalDevice device) {
  ComputeAbilities able;
  const Abilities knows = abilities(instance, device);
  if (knows.api_version < VK_API_VERSION_1_1 || instance.features2 == nullptr ||
      instance.properties2 == nullptr) {
    VkPhysicalDeviceProperties properties{};
    instance.properties(device, &properties);
    able.name = clean_text({properties.deviceName, sizeof properties.deviceName});
    return able;
  }
  Features features;
  chain_features(knows, features);
  instance.features2(device, &features.base);
  able.integer_dot = features.dot.shaderIntegerDotProduct != VK_FALSE;
  able.subgroup_size_control = features.subgroup.subgroupSizeControl != VK_FALSE &&
                               features.subgroup.computeFullSubgroups != VK_FALSE;
  ask_limits(instance, device, able);
  if (features.matrices.cooperativeMatrix != VK_FALSE &&
      features.storage16.storageBuffer16BitAccess != VK_FALSE &&
      features.float16.shaderFloat16 != VK_FALSE &&
      features.memory_model.vulkanMemoryModel != VK_FALSE)
    find_matrix(instance, device, able);
  return able;
}

Result<ComputeDevice> open_compute_device(const Loader& loader, const Instance& instance,
                                          VkPhysicalDevice device) {
  const Abilities knows = abilities(instance, device);
  if (knows.api_version < VK_API_VERSION_1_1 || instance.features2 == nullptr ||
      instance.properties2 == nullptr)
    return Error{ErrorKind::data, "the device has less than Vulkan 1.1", "", ""};
  ComputeDevice made;
  made.physical = device;
  made.able = compute_abilities(instance, device);
  instance.memory(device, &made.memory);
  made.memory.memoryHeapCount = std::min<std::uint32_t>(made.memory.memoryHeapCount, 16);
  made.memory.memoryTypeCount = std::min<std::uint32_t>(made.memory.memoryTypeCount, 32);

  const auto families = queue_families(instance, device);
  const auto compute = find_family(families, VK_QUEUE_COMPUTE_BIT, 0);
  if (!compute) return Error{ErrorKind::data, "the device has no queue that computes", "", ""};
  made.compute = *compute;
  const auto transfer = find_family(families, VK_QUEUE_TRANSFER_BIT,
                                    VK_QUEUE_COMPUTE_BIT | VK_QUEUE_GRAPHICS_BIT);
  made.own_transfer_queue = transfer.has_value();
  made.transfer = transfer.value_or(made.compute);

  Features features;
  chain_features(knows, features);
  instance.features2(device, &features.base);
  features.base.features = {};
  features.storage16.storagePushConstant16 = features.storage16.storageInputOutput16 = VK_FALSE;
  features.matrices.cooperativeMatrixRobustBufferAccess = VK_FALSE;
  std::vector<const char*> extensions;
  for (const char* name : {kPortability, kCooperativeMatrix}) {
    if (knows.has(name)) extensions.push_back(name);
  }
  if (knows.api_version < VK_API_VERSION_1_3) {
    for (const char* name : {VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME,
                             VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME}) {
      if (knows.has(name)) extensions.push_back(name);
    }
  }
  if (knows.api_version < VK_API_VERSION_1_2 && knows.has(kCooperativeMatrix)) {
    for (const char* name : {VK_KHR_SHADER_FLOAT16_INT8_EXTENSION_NAME,
                             VK_KHR_VULKAN_MEMORY_MODEL_EXTENSION_NAME}) {
      if (knows.has(name)) extensions.push_back(name);
    }
  }

  const float priority = 1.0f;
  VkDeviceQueueCreateInfo queues[2]{};
  for (VkDeviceQueueCreateInfo& queue : queues) {
    queue.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO;
    queue.queueCount = 1;
    queue.pQueuePriorities = &priority;
  }
  queues[0].queueFamilyIndex = made.compute.index;
  queues[1].queueFamilyIndex = made.transfer.index;
  VkDeviceCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO;
  info.pNext = &features.base;
  info.queueCreateInfoCount = made.own_transfer_queue ? 2 : 1;
  info.pQueueCreateInfos = queues;
  info.enabledExtensionCount = static_cast<std::uint32_t>(extensions.size());
  info.ppEnabledExtensionNames = extensions.data();
  const auto find = [&](const char* name) {
    return loader.get_instance_proc_addr(instance.handle, name);
  };
  const auto create = reinterpret_cast<PFN_vkCreateDevice>(find("vkCreateDevice"));
  const auto find_function =
      reinterpret_cast<PFN_vkGetDeviceProcAddr>(find("vkGetDeviceProcAddr"));
  if (create == nullptr || find_function == nullptr)
    return Error{ErrorKind::data, "the instance cannot create devices", "", ""};
  const VkResult result = create(device, &info, nullptr, &made.handle);
  if (result != VK_SUCCESS) return vulkan_failure("the device could not be opened", result);
  if (made.handle == nullptr) return Error{ErrorKind::data, "the opened device is null", "", ""};
  bool whole = true;
#define WEIGHIN_FIND(name)                                                                    \
  made.call.name = reinterpret_cast<PFN_vk##name>(find_function(made.handle, "vk" #name));    \
  whole = whole && made.call.name != nullptr;
  WEIGHIN_DEVICE_FUNCTIONS(WEIGHIN_FIND)
#undef WEIGHIN_FIND
  if (!whole) return Error{ErrorKind::data, "the device lacks functions of Vulkan 1.0", "", ""};
  made.call.GetDeviceQueue(made.handle, made.compute.index, 0, &made.compute_queue);
  made.call.GetDeviceQueue(made.handle, made.transfer.index, 0, &made.transfer_queue);
  if (made.compute_queue == nullptr || made.transfer_queue == nullptr)
    return Error{ErrorKind::data, "a queue of the device is null", "", ""};
  return made;
}

}  // namespace weighin::vulkan
