// Which features that inference uses does a Vulkan device have?
#include "vulkan/describe.hpp"

namespace weighin::vulkan {
namespace {

// Cooperative matrix work in a workgroup exists only in NVIDIA's second extension; ggml and we
// multiply in a subgroup (VkScopeKHR).
constexpr std::uint32_t kScopeSubgroup = 3;
constexpr std::uint32_t kMostMatrices = 256;  // drivers list about 5 to 60
constexpr std::string_view kCooperativeMatrix = "VK_KHR_cooperative_matrix";
constexpr std::string_view kBfloat16 = "VK_KHR_shader_bfloat16";

// The structures that are asked for, all cleared; one that was not asked for stays "no".
struct Asked {
  VkPhysicalDeviceFeatures2 features{};
  VkPhysicalDevice16BitStorageFeatures storage16{};
  VkPhysicalDevice8BitStorageFeatures storage8{};
  VkPhysicalDeviceShaderFloat16Int8Features float16_int8{};
  VkPhysicalDeviceTimelineSemaphoreFeatures timeline{};
  VkPhysicalDeviceBufferDeviceAddressFeatures address{};
  VkPhysicalDeviceVulkanMemoryModelFeatures memory_model{};
  VkPhysicalDeviceShaderIntegerDotProductFeatures dot_product{};
  VkPhysicalDeviceSubgroupSizeControlFeatures subgroup_size{};
  CooperativeMatrixFeaturesKhr matrices{};
  VkPhysicalDeviceCooperativeMatrixFeaturesNV matrices_nv{};
  Bfloat16Features bfloat16{};
  VkPhysicalDeviceProperties2 properties{};
  VkPhysicalDeviceShaderIntegerDotProductProperties dot_speed{};
};

void ask(const Instance& instance, VkPhysicalDevice device, const Abilities& able, Asked& asked) {
  asked.features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
  if (instance.features2 == nullptr) {
    instance.features(device, &asked.features.features);
    return;
  }
  Chain chain(&asked.features);
  if (able.has(VK_API_VERSION_1_1, VK_KHR_16BIT_STORAGE_EXTENSION_NAME)) {
    chain.add(asked.storage16, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES);
  }
  if (able.has(VK_API_VERSION_1_2, VK_KHR_8BIT_STORAGE_EXTENSION_NAME)) {
    chain.add(asked.storage8, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_8BIT_STORAGE_FEATURES);
  }
  if (able.has(VK_API_VERSION_1_2, VK_KHR_SHADER_FLOAT16_INT8_EXTENSION_NAME)) {
    chain.add(asked.float16_int8, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES);
  }
  if (able.has(VK_API_VERSION_1_2, VK_KHR_TIMELINE_SEMAPHORE_EXTENSION_NAME)) {
    chain.add(asked.timeline, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES);
  }
  if (able.has(VK_API_VERSION_1_2, VK_KHR_BUFFER_DEVICE_ADDRESS_EXTENSION_NAME)) {
    chain.add(asked.address, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES);
  }
  if (able.has(VK_API_VERSION_1_2, VK_KHR_VULKAN_MEMORY_MODEL_EXTENSION_NAME)) {
    chain.add(asked.memory_model, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES);
  }
  const bool dot_product =
      able.has(VK_API_VERSION_1_3, VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME);
  if (dot_product) {
    chain.add(asked.dot_product,
              VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES);
  }
  if (able.has(VK_API_VERSION_1_3, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME)) {
    chain.add(asked.subgroup_size,
              VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES);
  }
  if (able.has(kCooperativeMatrix)) chain.add(asked.matrices, kCooperativeMatrixFeatures);
  if (able.has(VK_NV_COOPERATIVE_MATRIX_EXTENSION_NAME)) {
    chain.add(asked.matrices_nv, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_NV);
  }
  if (able.has(kBfloat16)) chain.add(asked.bfloat16, kBfloat16Features);
  instance.features2(device, &asked.features);

  if (dot_product && instance.properties2 != nullptr) {
    asked.properties.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
    Chain speed(&asked.properties);
    speed.add(asked.dot_speed,
              VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_PROPERTIES);
    instance.properties2(device, &asked.properties);
  }
}

}  // namespace

std::vector<std::string> describe_features(const Instance& instance, VkPhysicalDevice device,
                                           const Abilities& able) {
  Asked asked;
  ask(instance, device, able, asked);
  std::vector<std::string> names;
  const auto add = [&](VkBool32 there, const char* name) {
    if (there != VK_FALSE) names.emplace_back(name);
  };
  add(asked.features.features.shaderInt16, "shader_int16");
  add(asked.features.features.shaderInt64, "shader_int64");
  add(asked.features.features.shaderFloat64, "shader_float64");
  add(asked.float16_int8.shaderFloat16, "shader_float16");
  add(asked.float16_int8.shaderInt8, "shader_int8");
  add(asked.bfloat16.shaderBFloat16Type, "shader_bfloat16");
  add(asked.storage16.storageBuffer16BitAccess, "storage_buffer_16bit");
  add(asked.storage8.storageBuffer8BitAccess, "storage_buffer_8bit");
  add(asked.dot_product.shaderIntegerDotProduct, "integer_dot_product");
  // The form that quantized kernels use: four int8 products packed in 32 bits, both signed.
  add(asked.dot_speed.integerDotProduct4x8BitPackedSignedAccelerated,
      "integer_dot_product_4x8_accelerated");
  add(asked.dot_speed.integerDotProduct4x8BitPackedMixedSignednessAccelerated,
      "integer_dot_product_4x8_mixed_accelerated");
  add(asked.matrices.cooperativeMatrix, "cooperative_matrix");
  add(asked.matrices_nv.cooperativeMatrix, "cooperative_matrix_nv");
  add(asked.subgroup_size.subgroupSizeControl, "subgroup_size_control");
  add(asked.subgroup_size.computeFullSubgroups, "full_subgroups");
  add(asked.timeline.timelineSemaphore, "timeline_semaphore");
  add(asked.address.bufferDeviceAddress, "buffer_device_address");
  add(asked.memory_model.vulkanMemoryModel, "vulkan_memory_model");
  add(able.has(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME), "memory_budget");
  add(able.has(VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME), "external_memory_host");
  return names;
}

nlohmann::json describe_matrices(const Instance& instance, VkPhysicalDevice device,
                                 const Abilities& able) {
  if (!able.has(kCooperativeMatrix) || instance.cooperative_matrices == nullptr) return {};
  CooperativeMatrixPropertiesKhr blank{};
  blank.sType = kCooperativeMatrixProperties;
  const auto all = ask_twice<CooperativeMatrixPropertiesKhr>(
      [&](std::uint32_t* count, CooperativeMatrixPropertiesKhr* answers) {
        return instance.cooperative_matrices(device, count, answers);
      },
      kMostMatrices, blank);
  auto out = nlohmann::json::array();
  for (const CooperativeMatrixPropertiesKhr& one : all) {
    if (one.scope != kScopeSubgroup) continue;
    out.push_back({{"m", one.MSize},
                   {"n", one.NSize},
                   {"k", one.KSize},
                   {"a", component_text(one.AType)},
                   {"b", component_text(one.BType)},
                   {"c", component_text(one.CType)},
                   {"result", component_text(one.ResultType)}});
  }
  return out;
}

std::string component_text(std::uint32_t type) {
  static constexpr const char* kNames[] = {"f16", "f32", "f64", "s8",  "s16", "s32",
                                           "s64", "u8",  "u16", "u32", "u64"};
  if (type < std::size(kNames)) return kNames[type];
  if (type == 1000141000) return "bf16";    // VK_KHR_shader_bfloat16
  if (type == 1000491002) return "f8e4m3";  // VK_EXT_shader_float8
  if (type == 1000491003) return "f8e5m2";
  return "type " + std::to_string(type);
}

}  // namespace weighin::vulkan
