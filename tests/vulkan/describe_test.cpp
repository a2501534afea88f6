// Does the description hold what the driver said, and ask only for what the driver knows?
#include "vulkan/describe.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "vulkan/fake_vulkan.hpp"

namespace weighin::vulkan {
namespace {

using nlohmann::json;
using test::fake;

// A description after `change` has furnished the fake.
template <class Change>
json described(std::uint32_t version, const Change& change) {
  const Loader loader = test::fake_loader(version);
  change();
  const auto instance = create_instance(loader);
  EXPECT_TRUE(instance.ok());
  fake.asked.clear();
  return instance ? describe_device(*instance, test::some_device()) : json();
}

void fill_text(char* to, std::size_t size, const char* text) { std::strncpy(to, text, size - 1); }

TEST(Describe, WritesDownWhatTheDriverSays) {
  const json out = described(VK_API_VERSION_1_3, [] {
    fake.device_extensions = {VK_EXT_PCI_BUS_INFO_EXTENSION_NAME,
                              VK_EXT_MEMORY_BUDGET_EXTENSION_NAME};
    VkPhysicalDeviceProperties& p = fake.properties;
    fill_text(p.deviceName, sizeof p.deviceName, "Fake \xFF GPU");
    p.vendorID = 0x10de;
    p.deviceID = 0x2684;
    p.deviceType = VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU;
    p.limits.maxStorageBufferRange = 4294967295u;
    p.limits.timestampPeriod = 2.5f;
    fake.memory.memoryHeapCount = 1;
    fake.memory.memoryHeaps[0] = {24ull << 30, VK_MEMORY_HEAP_DEVICE_LOCAL_BIT};
    fake.memory.memoryTypeCount = 1;
    fake.memory.memoryTypes[0] = {VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, 0};
    fake.queues = {{VK_QUEUE_COMPUTE_BIT, 2, 64, {1, 1, 1}}};
    fake.fill = [](VkBaseOutStructure* one) {
      if (one->sType == VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES) {
        auto* id = reinterpret_cast<VkPhysicalDeviceIDProperties*>(one);
        std::memset(id->deviceUUID, 0xAB, VK_UUID_SIZE);
        std::memset(id->deviceLUID, 0x01, VK_LUID_SIZE);
        id->deviceLUIDValid = VK_TRUE;
      } else if (one->sType == VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PCI_BUS_INFO_PROPERTIES_EXT) {
        reinterpret_cast<VkPhysicalDevicePCIBusInfoPropertiesEXT*>(one)->pciBus = 0x3b;
      } else if (one->sType == VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES) {
        auto* driver = reinterpret_cast<VkPhysicalDeviceDriverProperties*>(one);
        driver->driverID = VK_DRIVER_ID_NVIDIA_PROPRIETARY;
        std::memset(driver->driverName, 'x', sizeof driver->driverName);  // not terminated
      } else if (one->sType == VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT) {
        auto* budget = reinterpret_cast<VkPhysicalDeviceMemoryBudgetPropertiesEXT*>(one);
        budget->heapBudget[0] = 20ull << 30;
        budget->heapUsage[0] = 4096;
      } else if (one->sType == VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES) {
        reinterpret_cast<VkPhysicalDeviceMaintenance3Properties*>(one)->maxMemoryAllocationSize =
            1u << 31;
      } else if (one->sType == VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES) {
        auto* subgroup = reinterpret_cast<VkPhysicalDeviceSubgroupProperties*>(one);
        subgroup->subgroupSize = 32;
        subgroup->supportedOperations =
            VK_SUBGROUP_FEATURE_BASIC_BIT | VK_SUBGROUP_FEATURE_ARITHMETIC_BIT;
      } else if (one->sType == VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_PROPERTIES) {
        auto* sizes = reinterpret_cast<VkPhysicalDeviceSubgroupSizeControlProperties*>(one);
        sizes->minSubgroupSize = 8;
        sizes->maxSubgroupSize = 64;
      }
    };
  });
  EXPECT_EQ(out["name"], "Fake \xEF\xBF\xBD GPU");
  EXPECT_EQ(out["vendor_id"], 0x10de);
  EXPECT_EQ(out["type"], "discrete");
  EXPECT_EQ(out["api_version"], "1.3.0");
  EXPECT_EQ(out["uuid"], "abababababababababababababababab");
  EXPECT_EQ(out["luid"], "0101010101010101");
  EXPECT_EQ(out["pci"]["bus"], 0x3b);
  EXPECT_EQ(out["driver_id"], 4);
  EXPECT_EQ(out["driver_name"], std::string(VK_MAX_DRIVER_NAME_SIZE, 'x'));
  EXPECT_EQ(out["heaps"][0]["size_bytes"], 24ull << 30);
  EXPECT_EQ(out["heaps"][0]["budget_bytes"], 20ull << 30);
  EXPECT_EQ(out["heaps"][0]["usage_bytes"], 4096);
  EXPECT_EQ(out["limits"]["max_memory_allocation_bytes"], 1u << 31);
  EXPECT_EQ(out["limits"]["max_storage_buffer_bytes"], 4294967295u);
  EXPECT_EQ(out["limits"]["timestamp_period_nanoseconds"], 2.5);
  EXPECT_EQ(out["subgroup"]["operations"], (json{"basic", "arithmetic"}));
  EXPECT_EQ(out["subgroup"]["max_size"], 64);
  EXPECT_EQ(out["queues"][0]["timestamp_bits"], 64);
}

TEST(Describe, AsksAnOldDeviceForNothingNew) {
  // A device of Vulkan 1.0 behind a loader of 1.3: structures that it does not know would stay as
  // they were, or worse.
  const Loader loader = test::fake_loader();
  fake.properties.apiVersion = VK_API_VERSION_1_0;
  const auto instance = create_instance(loader);
  ASSERT_TRUE(instance.ok());
  const json out = describe_device(*instance, test::some_device());
  EXPECT_TRUE(fake.asked.empty());
  EXPECT_FALSE(out.contains("uuid"));
  EXPECT_FALSE(out.contains("pci"));
  EXPECT_FALSE(out.contains("driver_id"));
  EXPECT_FALSE(out.contains("subgroup"));
}

TEST(Describe, WorksWithTheFunctionsOfVulkan10Alone) {
  const Loader loader = test::fake_loader(VK_API_VERSION_1_0);
  fake.missing = {"vkGetPhysicalDeviceProperties2", "vkGetPhysicalDeviceFeatures2",
                  "vkGetPhysicalDeviceMemoryProperties2"};
  fake.memory.memoryHeapCount = 1;
  fake.memory.memoryHeaps[0] = {1u << 30, VK_MEMORY_HEAP_DEVICE_LOCAL_BIT};
  const auto instance = create_instance(loader);
  ASSERT_TRUE(instance.ok());
  const json out = describe_device(*instance, test::some_device());
  EXPECT_EQ(out["heaps"][0]["size_bytes"], 1u << 30);
  EXPECT_FALSE(out["heaps"][0].contains("budget_bytes"));
  EXPECT_EQ(out["features"], json{"shader_int64"});
}

TEST(Describe, BelievesNoCountOfHeaps) {
  const json out = described(VK_API_VERSION_1_3, [] {
    fake.memory.memoryHeapCount = 4000000000u;
    fake.memory.memoryTypeCount = 4000000000u;
  });
  EXPECT_EQ(out["heaps"].size(), VK_MAX_MEMORY_HEAPS);
  EXPECT_EQ(out["memory_types"].size(), VK_MAX_MEMORY_TYPES);
  const json none = described(VK_API_VERSION_1_3, [] {});
  EXPECT_TRUE(none["heaps"].is_array());
  EXPECT_TRUE(none["heaps"].empty());
}

TEST(Describe, WritesANumberThatIsNoneAsNull) {
  const json out = described(VK_API_VERSION_1_3, [] {
    fake.properties.limits.timestampPeriod = std::numeric_limits<float>::quiet_NaN();
  });
  const json back = json::parse(out.dump());
  EXPECT_TRUE(back["limits"]["timestamp_period_nanoseconds"].is_null());
}

TEST(Describe, WritesHexadecimal) {
  const std::uint8_t bytes[] = {0x00, 0x9F, 0xFF};
  EXPECT_EQ(hex_text(bytes), "009fff");
}

}  // namespace
}  // namespace weighin::vulkan
