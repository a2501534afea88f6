// What of Vulkan do we need that Debian 12's headers (1.3.239) do not name yet?
//
// Numbers and layouts are those of the Vulkan specification (registry.khronos.org/vulkan,
// VK_KHR_cooperative_matrix, VK_KHR_shader_bfloat16, VK_EXT_shader_float8).
#pragma once

#include <cstdint>

#define VK_NO_PROTOTYPES
#include <vulkan/vulkan.h>

namespace weighin::vulkan {

inline constexpr auto kCooperativeMatrixFeatures = static_cast<VkStructureType>(1000506000);
inline constexpr auto kCooperativeMatrixProperties = static_cast<VkStructureType>(1000506001);
inline constexpr auto kBfloat16Features = static_cast<VkStructureType>(1000141000);

/// VkPhysicalDeviceCooperativeMatrixFeaturesKHR
struct CooperativeMatrixFeaturesKhr {
  VkStructureType sType;
  void* pNext;
  VkBool32 cooperativeMatrix;
  VkBool32 cooperativeMatrixRobustBufferAccess;
};

/// VkCooperativeMatrixPropertiesKHR; component types and scope as plain numbers, for a driver may
/// answer values that no header names.
struct CooperativeMatrixPropertiesKhr {
  VkStructureType sType;
  void* pNext;
  std::uint32_t MSize, NSize, KSize;
  std::uint32_t AType, BType, CType, ResultType;
  VkBool32 saturatingAccumulation;
  std::uint32_t scope;
};
static_assert(sizeof(CooperativeMatrixPropertiesKhr) == 2 * sizeof(void*) + 40);

/// VkPhysicalDeviceShaderBfloat16FeaturesKHR
struct Bfloat16Features {
  VkStructureType sType;
  void* pNext;
  VkBool32 shaderBFloat16Type;
  VkBool32 shaderBFloat16DotProduct;
  VkBool32 shaderBFloat16CooperativeMatrix;
};

using GetCooperativeMatrixProperties = VkResult(VKAPI_PTR*)(VkPhysicalDevice, std::uint32_t*,
                                                            CooperativeMatrixPropertiesKhr*);

}  // namespace weighin::vulkan
