// Are the features named that the driver has, and only asked for where it knows them?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "vulkan/describe.hpp"
#include "vulkan/fake_vulkan.hpp"

namespace weighin::vulkan {
namespace {

using test::fake;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

// Says yes to every feature of every structure that is asked for: VkBool32 fields after the header.
void yes_to_all(VkBaseOutStructure* one) {
  static const std::map<VkStructureType, std::size_t> kSizes{
      {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES,
       sizeof(VkPhysicalDevice16BitStorageFeatures)},
      {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_8BIT_STORAGE_FEATURES,
       sizeof(VkPhysicalDevice8BitStorageFeatures)},
      {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES,
       sizeof(VkPhysicalDeviceShaderFloat16Int8Features)},
      {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES,
       sizeof(VkPhysicalDeviceTimelineSemaphoreFeatures)},
      {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES,
       sizeof(VkPhysicalDeviceShaderIntegerDotProductFeatures)},
      {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_PROPERTIES,
       sizeof(VkPhysicalDeviceShaderIntegerDotProductProperties)},
      {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES,
       sizeof(VkPhysicalDeviceSubgroupSizeControlFeatures)},
      {kCooperativeMatrixFeatures, sizeof(CooperativeMatrixFeaturesKhr)},
      {kBfloat16Features, sizeof(Bfloat16Features)},
  };
  const auto found = kSizes.find(one->sType);
  if (found == kSizes.end()) return;
  auto* const fields = reinterpret_cast<std::uint32_t*>(one + 1);
  for (std::size_t i = 0; i < (found->second - sizeof *one) / 4; ++i) fields[i] = VK_TRUE;
}

struct Answer {
  std::vector<std::string> features;
  nlohmann::json matrices;
};

template <class Change>
Answer ask(std::uint32_t version, const Change& change) {
  const Loader loader = test::fake_loader(version);
  fake.fill = yes_to_all;
  change();
  const auto instance = create_instance(loader);
  EXPECT_TRUE(instance.ok());
  const Abilities able = abilities(*instance, test::some_device());
  return {describe_features(*instance, test::some_device(), able),
          describe_matrices(*instance, test::some_device(), able)};
}

TEST(Features, OfVulkan13NeedNoExtension) {
  const auto names = ask(VK_API_VERSION_1_3, [] {}).features;
  for (const char* name :
       {"shader_int64", "shader_float16", "shader_int8", "storage_buffer_16bit",
        "storage_buffer_8bit", "integer_dot_product", "integer_dot_product_4x8_accelerated",
        "subgroup_size_control", "timeline_semaphore"}) {
    EXPECT_THAT(names, Contains(name));
  }
  for (const char* name : {"cooperative_matrix", "shader_bfloat16", "memory_budget"}) {
    EXPECT_THAT(names, Not(Contains(name)));
  }
}

TEST(Features, OfVulkan11ComeWithTheirExtensions) {
  EXPECT_THAT(ask(VK_API_VERSION_1_1, [] {}).features,
              ElementsAre("shader_int64", "storage_buffer_16bit"));
  const auto names =
      ask(VK_API_VERSION_1_1, [] {
        fake.device_extensions = {"VK_KHR_shader_float16_int8", "VK_KHR_cooperative_matrix",
                                  "VK_KHR_shader_bfloat16", "VK_EXT_memory_budget"};
      }).features;
  EXPECT_THAT(names, ElementsAre("shader_int64", "shader_float16", "shader_int8", "shader_bfloat16",
                                 "storage_buffer_16bit", "cooperative_matrix", "memory_budget"));
}

TEST(Features, ThatTheDriverDeniesAreNotNamed) {
  EXPECT_THAT(ask(VK_API_VERSION_1_3, [] { fake.fill = nullptr; }).features,
              ElementsAre("shader_int64"));
}

CooperativeMatrixPropertiesKhr shape(std::uint32_t m, std::uint32_t type, std::uint32_t scope) {
  return {kCooperativeMatrixProperties, nullptr, m, 16, 16, type, type, 1, 1, VK_FALSE, scope};
}

TEST(Matrices, AreTheShapesThatASubgroupMultiplies) {
  const auto answer = ask(VK_API_VERSION_1_3, [] {
    fake.device_extensions = {"VK_KHR_cooperative_matrix"};
    fake.matrices = {shape(8, 0, 3), shape(16, 1000141000, 3), shape(32, 0, 2)};
  });
  ASSERT_EQ(answer.matrices.size(), 2u);
  EXPECT_EQ(answer.matrices[0]["m"], 8);
  EXPECT_EQ(answer.matrices[0]["a"], "f16");
  EXPECT_EQ(answer.matrices[0]["result"], "f32");
  EXPECT_EQ(answer.matrices[1]["b"], "bf16");
}

TEST(Matrices, WithoutTheExtensionAreNotAsked) {
  EXPECT_TRUE(ask(VK_API_VERSION_1_3, [] { fake.matrices = {shape(8, 0, 3)}; }).matrices.is_null());
  const auto failed = ask(VK_API_VERSION_1_3, [] {
    fake.device_extensions = {"VK_KHR_cooperative_matrix"};
    fake.matrices = {shape(8, 0, 3)};
    fake.matrices_result = VK_ERROR_OUT_OF_HOST_MEMORY;
  });
  EXPECT_TRUE(failed.matrices.is_array());
  EXPECT_TRUE(failed.matrices.empty());
}

TEST(Matrices, NameTheirTypes) {
  EXPECT_EQ(component_text(3), "s8");
  EXPECT_EQ(component_text(7), "u8");
  EXPECT_EQ(component_text(10), "u64");
  EXPECT_EQ(component_text(11), "type 11");
  EXPECT_EQ(component_text(1000491002), "f8e4m3");
}

}  // namespace
}  // namespace weighin::vulkan
