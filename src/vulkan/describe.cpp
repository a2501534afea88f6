// What does a Vulkan driver say about one of its devices?
#include "vulkan/describe.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "vulkan/clean_text.hpp"

namespace weighin::vulkan {
namespace {

using nlohmann::json;

constexpr std::uint32_t kMostExtensions = 2048;  // the registry has about 400
constexpr std::uint32_t kMostQueueFamilies = 64;

template <std::size_t N>
std::string_view bounded(const char (&text)[N]) {
  return {text, ::strnlen(text, N)};
}

const char* type_text(VkPhysicalDeviceType type) {
  switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
      return "integrated";
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
      return "discrete";
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
      return "virtual";
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
      return "cpu";
    default:
      return "other";
  }
}

void describe_memory(const Instance& instance, VkPhysicalDevice device, const Abilities& able,
                     json& out) {
  VkPhysicalDeviceMemoryProperties2 memory{};
  memory.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2;
  VkPhysicalDeviceMemoryBudgetPropertiesEXT budget{};
  const bool has_budget =
      instance.memory2 != nullptr && able.has(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
  if (instance.memory2 != nullptr) {
    Chain chain(&memory);
    if (has_budget) {
      chain.add(budget, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT);
    }
    instance.memory2(device, &memory);
  } else {
    instance.memory(device, &memory.memoryProperties);
  }
  const VkPhysicalDeviceMemoryProperties& all = memory.memoryProperties;
  const std::uint32_t heaps = std::min<std::uint32_t>(all.memoryHeapCount, VK_MAX_MEMORY_HEAPS);
  const std::uint32_t types = std::min<std::uint32_t>(all.memoryTypeCount, VK_MAX_MEMORY_TYPES);
  out["heaps"] = json::array();
  for (std::uint32_t i = 0; i < heaps; ++i) {
    json heap{{"size_bytes", all.memoryHeaps[i].size}, {"flags", all.memoryHeaps[i].flags}};
    if (has_budget) {
      heap["budget_bytes"] = budget.heapBudget[i];
      heap["usage_bytes"] = budget.heapUsage[i];
    }
    out["heaps"].push_back(std::move(heap));
  }
  out["memory_types"] = json::array();
  for (std::uint32_t i = 0; i < types; ++i) {
    out["memory_types"].push_back(
        {{"heap", all.memoryTypes[i].heapIndex}, {"flags", all.memoryTypes[i].propertyFlags}});
  }
}

std::vector<std::string> operation_names(VkSubgroupFeatureFlags flags) {
  static constexpr std::array<std::pair<VkSubgroupFeatureFlags, const char*>, 8> kNames{
      {{VK_SUBGROUP_FEATURE_BASIC_BIT, "basic"},
       {VK_SUBGROUP_FEATURE_VOTE_BIT, "vote"},
       {VK_SUBGROUP_FEATURE_ARITHMETIC_BIT, "arithmetic"},
       {VK_SUBGROUP_FEATURE_BALLOT_BIT, "ballot"},
       {VK_SUBGROUP_FEATURE_SHUFFLE_BIT, "shuffle"},
       {VK_SUBGROUP_FEATURE_SHUFFLE_RELATIVE_BIT, "shuffle_relative"},
       {VK_SUBGROUP_FEATURE_CLUSTERED_BIT, "clustered"},
       {VK_SUBGROUP_FEATURE_QUAD_BIT, "quad"}}};
  std::vector<std::string> names;
  for (const auto& [flag, name] : kNames) {
    if ((flags & flag) != 0) names.emplace_back(name);
  }
  return names;
}

// Everything that comes through vkGetPhysicalDeviceProperties2.
void describe_properties(const Instance& instance, VkPhysicalDevice device, const Abilities& able,
                         json& out) {
  VkPhysicalDeviceProperties2 properties{};
  properties.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
  VkPhysicalDeviceIDProperties id{};
  VkPhysicalDeviceSubgroupProperties subgroup{};
  VkPhysicalDeviceMaintenance3Properties maintenance3{};
  VkPhysicalDeviceMaintenance4Properties maintenance4{};
  VkPhysicalDeviceDriverProperties driver{};
  VkPhysicalDevicePCIBusInfoPropertiesEXT pci{};
  VkPhysicalDeviceSubgroupSizeControlProperties sizes{};
  const bool has_1_1 = able.api_version >= VK_API_VERSION_1_1;
  const bool has_maintenance3 = able.has(VK_API_VERSION_1_1, VK_KHR_MAINTENANCE_3_EXTENSION_NAME);
  const bool has_maintenance4 = able.has(VK_API_VERSION_1_3, VK_KHR_MAINTENANCE_4_EXTENSION_NAME);
  const bool has_driver = able.has(VK_API_VERSION_1_2, VK_KHR_DRIVER_PROPERTIES_EXTENSION_NAME);
  const bool has_pci = able.has(VK_EXT_PCI_BUS_INFO_EXTENSION_NAME);
  const bool has_sizes = able.has(VK_API_VERSION_1_3, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME);
  if (instance.properties2 == nullptr) return;
  Chain chain(&properties);
  if (has_1_1) {
    chain.add(id, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES);
    chain.add(subgroup, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES);
  }
  if (has_maintenance3) {
    chain.add(maintenance3, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES);
  }
  if (has_maintenance4) {
    chain.add(maintenance4, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_4_PROPERTIES);
  }
  if (has_driver) chain.add(driver, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES);
  if (has_pci) chain.add(pci, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PCI_BUS_INFO_PROPERTIES_EXT);
  if (has_sizes) {
    chain.add(sizes, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_PROPERTIES);
  }
  instance.properties2(device, &properties);

  if (has_1_1) {
    out["uuid"] = hex_text(id.deviceUUID);
    if (id.deviceLUIDValid == VK_TRUE) out["luid"] = hex_text(id.deviceLUID);
    out["subgroup"]["size"] = subgroup.subgroupSize;
    out["subgroup"]["operations"] = operation_names(subgroup.supportedOperations);
    out["subgroup"]["compute"] = (subgroup.supportedStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0;
  }
  if (has_sizes) {
    out["subgroup"]["min_size"] = sizes.minSubgroupSize;
    out["subgroup"]["max_size"] = sizes.maxSubgroupSize;
  }
  if (has_maintenance3) {
    out["limits"]["max_memory_allocation_bytes"] = maintenance3.maxMemoryAllocationSize;
  }
  if (has_maintenance4) out["limits"]["max_buffer_bytes"] = maintenance4.maxBufferSize;
  if (has_driver) {
    out["driver_id"] = static_cast<std::uint32_t>(driver.driverID);
    out["driver_name"] = clean_text(bounded(driver.driverName));
    out["driver_info"] = clean_text(bounded(driver.driverInfo));
  }
  if (has_pci) {
    out["pci"] = {{"domain", pci.pciDomain},
                  {"bus", pci.pciBus},
                  {"device", pci.pciDevice},
                  {"function", pci.pciFunction}};
  }
}

}  // namespace

bool Abilities::has(std::string_view extension) const {
  return std::any_of(extensions.begin(), extensions.end(),
                     [&](const auto& one) { return bounded(one.extensionName) == extension; });
}

Abilities abilities(const Instance& instance, VkPhysicalDevice device) {
  VkPhysicalDeviceProperties properties{};
  instance.properties(device, &properties);
  Abilities able;
  // A device of a newer Vulkan may be asked for newer structures only where the instance allows it;
  // one of Vulkan 1.0 behind a newer loader may not, whatever the instance is.
  able.api_version = std::min(properties.apiVersion, instance.api_version);
  able.extensions = ask_twice<VkExtensionProperties>(
      [&](std::uint32_t* count, VkExtensionProperties* all) {
        return instance.enumerate_device_extensions(device, nullptr, count, all);
      },
      kMostExtensions);
  return able;
}

json describe_device(const Instance& instance, VkPhysicalDevice device) {
  const Abilities able = abilities(instance, device);
  VkPhysicalDeviceProperties properties{};
  instance.properties(device, &properties);
  const VkPhysicalDeviceLimits& limits = properties.limits;
  json out{
      {"name", clean_text(bounded(properties.deviceName))},
      {"vendor_id", properties.vendorID},
      {"device_id", properties.deviceID},
      {"type", type_text(properties.deviceType)},
      {"api_version", version_text(properties.apiVersion)},
      {"driver_version", properties.driverVersion},
      {"limits",
       {{"max_storage_buffer_bytes", limits.maxStorageBufferRange},
        {"max_shared_memory_bytes", limits.maxComputeSharedMemorySize},
        {"max_workgroup_invocations", limits.maxComputeWorkGroupInvocations},
        {"max_allocation_count", limits.maxMemoryAllocationCount},
        {"max_push_constants_bytes", limits.maxPushConstantsSize},
        {"min_storage_buffer_offset_bytes", limits.minStorageBufferOffsetAlignment},
        {"timestamp_period_nanoseconds", limits.timestampPeriod},
        {"timestamps", limits.timestampComputeAndGraphics == VK_TRUE}}},
  };
  describe_properties(instance, device, able, out);
  describe_memory(instance, device, able, out);
  out["features"] = describe_features(instance, device, able);
  const json matrices = describe_matrices(instance, device, able);
  if (!matrices.is_null()) out["cooperative_matrices"] = matrices;

  // The function returns nothing; ask_twice wants a result.
  const auto queues = ask_twice<VkQueueFamilyProperties>(
      [&](std::uint32_t* count, VkQueueFamilyProperties* all) {
        instance.queue_families(device, count, all);
        return VK_SUCCESS;
      },
      kMostQueueFamilies);
  out["queues"] = json::array();
  for (const VkQueueFamilyProperties& queue : queues) {
    out["queues"].push_back({{"flags", queue.queueFlags},
                             {"count", queue.queueCount},
                             {"timestamp_bits", queue.timestampValidBits}});
  }
  return out;
}

std::string hex_text(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace weighin::vulkan
