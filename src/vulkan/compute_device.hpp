// How is a device opened for computing, and what can it do there?
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "vulkan/loader.hpp"
#include "weighin/units.hpp"

namespace weighin::vulkan {

/// The functions of a device that computing needs: each is asked for by its name.
#define WEIGHIN_DEVICE_FUNCTIONS(F)                                                              \
  F(GetDeviceQueue) F(CreateBuffer) F(DestroyBuffer) F(GetBufferMemoryRequirements)              \
  F(AllocateMemory) F(FreeMemory) F(BindBufferMemory) F(MapMemory) F(CreateShaderModule)         \
  F(DestroyShaderModule) F(CreateDescriptorSetLayout) F(DestroyDescriptorSetLayout)              \
  F(CreatePipelineLayout) F(DestroyPipelineLayout) F(CreateComputePipelines) F(DestroyPipeline)  \
  F(CreateDescriptorPool) F(DestroyDescriptorPool) F(AllocateDescriptorSets)                     \
  F(UpdateDescriptorSets) F(CreateCommandPool) F(DestroyCommandPool) F(AllocateCommandBuffers)   \
  F(BeginCommandBuffer) F(EndCommandBuffer) F(CreateFence) F(DestroyFence) F(ResetFences)        \
  F(WaitForFences) F(QueueSubmit) F(CreateQueryPool) F(DestroyQueryPool) F(GetQueryPoolResults)  \
  F(CmdResetQueryPool) F(CmdWriteTimestamp) F(CmdBindPipeline) F(CmdBindDescriptorSets)          \
  F(CmdPushConstants) F(CmdDispatch) F(CmdPipelineBarrier) F(CmdCopyBuffer) F(CmdFillBuffer)     \
  F(DeviceWaitIdle) F(DestroyDevice)

struct DeviceFunctions {
#define WEIGHIN_MEMBER(name) PFN_vk##name name = nullptr;
  WEIGHIN_DEVICE_FUNCTIONS(WEIGHIN_MEMBER)
#undef WEIGHIN_MEMBER
};

/// A family of queues that work may be given to.
struct QueueFamily {
  std::uint32_t index = 0;
  std::uint32_t timestamp_bits = 0;  ///< 0 = its commands cannot be timed by the device
};

/// What decides which kernels run, and how large their work may be.
struct ComputeAbilities {
  std::string name;
  std::string type;  ///< discrete | integrated | virtual | cpu | other
  bool software = false;  ///< a rasterizer on the CPU
  std::uint32_t subgroup_size = 0;
  bool subgroup_add = false;
  bool integer_dot = false;              ///< four signed bytes packed in a word
  bool integer_dot_accelerated = false;  ///< … in hardware
  bool cooperative_matrix = false;       ///< 16-bit floats, sums of 32 bits, in some shape:
  std::uint32_t matrix_m = 0, matrix_n = 0, matrix_k = 0;
  bool subgroup_size_control = false;  ///< a pipeline may ask for whole subgroups
  Bytes max_storage_bytes = 0;     ///< of one binding
  Bytes max_allocation_bytes = 0;  ///< of memory at once
  Bytes shared_bytes = 0;          ///< of a workgroup
  Bytes offset_alignment = 256;    ///< of a binding's begin
  std::uint32_t max_invocations = 128;
  double timestamp_seconds = 0.0;  ///< of one tick of the device's clock; 0 = it has none
};

/// A device with one queue for computing and, where it has a family of queues that copy while
/// others compute, one of those. Never destroyed: the process that opened it ends right after its
/// answer, and a driver that hangs while it cleans up costs nothing.
struct ComputeDevice {
  VkPhysicalDevice physical = nullptr;
  VkDevice handle = nullptr;
  DeviceFunctions call;
  ComputeAbilities able;
  VkPhysicalDeviceMemoryProperties memory{};
  QueueFamily compute, transfer;  ///< the same family where there is none for copies alone
  VkQueue compute_queue = nullptr, transfer_queue = nullptr;
  bool own_transfer_queue = false;
  /// Called where the driver has come back from work that may take long: a submit that was waited for, a
  /// shader, an allocation. May be empty.
  std::function<void()> alive;
  void came_back() const {
    if (alive) alive();
  }
};

/// What the device can do, before it is opened.
ComputeAbilities compute_abilities(const Instance& instance, VkPhysicalDevice device);

/// Opens it with the features that kernels use, where it has them. Fails where it has less than
/// Vulkan 1.1 or no queue that computes.
Result<ComputeDevice> open_compute_device(const Loader& loader, const Instance& instance,
                                          VkPhysicalDevice device);

/// A failure of a function of Vulkan: "no fence could be made (VK_ERROR_OUT_OF_HOST_MEMORY)".
Error vulkan_failure(const std::string& what, VkResult result);
/// Whether the device is gone: then nothing more can be asked of it.
bool is_lost(const Error& error);

}  // namespace weighin::vulkan
