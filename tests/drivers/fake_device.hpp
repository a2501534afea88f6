// What does the fake driver's device do where work is given to it?  It agrees to everything, keeps memory
// that the CPU may see, copies what is to be copied (at once), and computes nothing: results are whatever lay
// there.
//
// Each function may misbehave as fake_faults.hpp has it. "after" in the file names functions and how many
// calls of each go well before that; "when" names another function and how many calls of it must have been
// made before a call counts: {"vkQueueSubmit": {"function": "vkCreateComputePipelines", "calls": 5}}.
#pragma once

#include <cstdlib>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "fake_faults.hpp"
#include "vulkan/headers.hpp"
// After headers.hpp, which leaves out the prototypes.
#include <vulkan/vk_icd.h>

namespace fake {

inline const nlohmann::json* device_machine = nullptr;  // set where a device is created

/// The fault of this call; nothing as long as earlier calls are to go well.
inline std::optional<VkResult> device_fault(const char* function) {
  static std::map<std::string, std::int64_t> calls, counted;
  ++calls[function];
  const nlohmann::json& machine = *device_machine;
  if (machine.contains("when") && machine["when"].contains(function)) {
    const nlohmann::json& when = machine["when"][function];
    if (calls[when["function"].get<std::string>()] < when["calls"].get<std::int64_t>())
      return std::nullopt;
  }
  const std::int64_t before = counted[function]++;
  if (machine.contains("after") && machine["after"].contains(function) &&
      before < machine["after"][function].get<std::int64_t>())
    return std::nullopt;
  return misbehave(machine, function);
}

/// "slow" in the file names functions and the milliseconds that each call of them takes.
inline void take_long(const char* function) {
  const nlohmann::json slow = device_machine->value("slow", nlohmann::json::object());
  ::usleep(static_cast<useconds_t>(1000 * slow.value(function, 0)));
}

struct Dispatchable {
  VK_LOADER_DATA loader{ICD_LOADER_MAGIC};
};
struct Memory {
  void* data = nullptr;
};

/// A handle that is like no other. (Never given back: the process ends soon.)
template <class Handle>
VkResult give(Handle* to) {
  *to = reinterpret_cast<Handle>(std::malloc(16));
  return VK_SUCCESS;
}

template <class... Rest>
VKAPI_ATTR void VKAPI_CALL ignore(Rest...) {}

#define FAKE_MAKE(name, info, handle)                                                             \
  inline VKAPI_ATTR VkResult VKAPI_CALL name(VkDevice, const info*, const VkAllocationCallbacks*, \
                                             handle* to) {                                        \
    if (const auto fault = device_fault("vk" #name)) return *fault;                               \
    return give(to);                                                                              \
  }
FAKE_MAKE(CreateShaderModule, VkShaderModuleCreateInfo, VkShaderModule)
FAKE_MAKE(CreateDescriptorSetLayout, VkDescriptorSetLayoutCreateInfo, VkDescriptorSetLayout)
FAKE_MAKE(CreatePipelineLayout, VkPipelineLayoutCreateInfo, VkPipelineLayout)
FAKE_MAKE(CreateDescriptorPool, VkDescriptorPoolCreateInfo, VkDescriptorPool)
FAKE_MAKE(CreateCommandPool, VkCommandPoolCreateInfo, VkCommandPool)
FAKE_MAKE(CreateFence, VkFenceCreateInfo, VkFence)
FAKE_MAKE(CreateQueryPool, VkQueryPoolCreateInfo, VkQueryPool)
#undef FAKE_MAKE

struct Buffer {
  VkDeviceSize bytes = 0;
  char* data = nullptr;  // once memory is bound to it
};
inline VKAPI_ATTR VkResult VKAPI_CALL CreateBuffer(VkDevice, const VkBufferCreateInfo* info,
                                                   const VkAllocationCallbacks*, VkBuffer* to) {
  if (const auto fault = device_fault("vkCreateBuffer")) return *fault;
  *to = reinterpret_cast<VkBuffer>(new Buffer{info->size, nullptr});
  return VK_SUCCESS;
}
inline VKAPI_ATTR void VKAPI_CALL GetBufferMemoryRequirements(VkDevice, VkBuffer buffer,
                                                              VkMemoryRequirements* out) {
  *out = {reinterpret_cast<Buffer*>(buffer)->bytes, 256, ~0u};
}
inline VKAPI_ATTR VkResult VKAPI_CALL AllocateMemory(VkDevice, const VkMemoryAllocateInfo* info,
                                                     const VkAllocationCallbacks*,
                                                     VkDeviceMemory* to) {
  if (const auto fault = device_fault("vkAllocateMemory")) return *fault;
  void* const data = std::calloc(1, info->allocationSize);
  if (data == nullptr) return VK_ERROR_OUT_OF_DEVICE_MEMORY;
  *to = reinterpret_cast<VkDeviceMemory>(new Memory{data});
  return VK_SUCCESS;
}
inline VKAPI_ATTR VkResult VKAPI_CALL BindBufferMemory(VkDevice, VkBuffer buffer,
                                                       VkDeviceMemory memory, VkDeviceSize offset) {
  reinterpret_cast<Buffer*>(buffer)->data =
      static_cast<char*>(reinterpret_cast<Memory*>(memory)->data) + offset;
  return VK_SUCCESS;
}
inline VKAPI_ATTR void VKAPI_CALL CmdCopyBuffer(VkCommandBuffer, VkBuffer from, VkBuffer to,
                                                std::uint32_t count, const VkBufferCopy* all) {
  for (std::uint32_t i = 0; i < count; ++i) {
    std::memcpy(reinterpret_cast<Buffer*>(to)->data + all[i].dstOffset,
                reinterpret_cast<Buffer*>(from)->data + all[i].srcOffset, all[i].size);
  }
}
inline VKAPI_ATTR void VKAPI_CALL CmdFillBuffer(VkCommandBuffer, VkBuffer to, VkDeviceSize offset,
                                                VkDeviceSize bytes, std::uint32_t value) {
  for (VkDeviceSize at = 0; at + 4 <= bytes; at += 4)
    std::memcpy(reinterpret_cast<Buffer*>(to)->data + offset + at, &value, 4);
}
inline VKAPI_ATTR VkResult VKAPI_CALL MapMemory(VkDevice, VkDeviceMemory memory, VkDeviceSize,
                                                VkDeviceSize, VkMemoryMapFlags, void** out) {
  *out = reinterpret_cast<Memory*>(memory)->data;
  return VK_SUCCESS;
}
inline VKAPI_ATTR VkResult VKAPI_CALL CreateComputePipelines(VkDevice, VkPipelineCache,
                                                             std::uint32_t count,
                                                             const VkComputePipelineCreateInfo*,
                                                             const VkAllocationCallbacks*,
                                                             VkPipeline* out) {
  if (const auto fault = device_fault("vkCreateComputePipelines")) return *fault;
  take_long("vkCreateComputePipelines");
  for (std::uint32_t i = 0; i < count; ++i) give(out + i);
  return VK_SUCCESS;
}
inline VKAPI_ATTR VkResult VKAPI_CALL AllocateDescriptorSets(VkDevice,
                                                             const VkDescriptorSetAllocateInfo*,
                                                             VkDescriptorSet* out) {
  return give(out);
}
inline VKAPI_ATTR VkResult VKAPI_CALL AllocateCommandBuffers(VkDevice,
                                                             const VkCommandBufferAllocateInfo*,
                                                             VkCommandBuffer* out) {
  *out = reinterpret_cast<VkCommandBuffer>(new Dispatchable);
  return VK_SUCCESS;
}
inline VKAPI_ATTR VkResult VKAPI_CALL BeginCommandBuffer(VkCommandBuffer,
                                                         const VkCommandBufferBeginInfo*) {
  return VK_SUCCESS;
}
inline VKAPI_ATTR VkResult VKAPI_CALL EndCommandBuffer(VkCommandBuffer) { return VK_SUCCESS; }
inline VKAPI_ATTR VkResult VKAPI_CALL ResetFences(VkDevice, std::uint32_t, const VkFence*) {
  return VK_SUCCESS;
}
inline VKAPI_ATTR VkResult VKAPI_CALL WaitForFences(VkDevice, std::uint32_t, const VkFence*, VkBool32,
                                                    std::uint64_t) {
  if (const auto fault = device_fault("vkWaitForFences")) return *fault;
  return VK_SUCCESS;
}
inline VKAPI_ATTR VkResult VKAPI_CALL QueueSubmit(VkQueue, std::uint32_t, const VkSubmitInfo*,
                                                  VkFence) {
  if (const auto fault = device_fault("vkQueueSubmit")) return *fault;
  return VK_SUCCESS;
}
inline VKAPI_ATTR VkResult VKAPI_CALL GetQueryPoolResults(VkDevice, VkQueryPool, std::uint32_t,
                                                          std::uint32_t count, std::size_t,
                                                          void* out, VkDeviceSize,
                                                          VkQueryResultFlags) {
  for (std::uint32_t i = 0; i < count; ++i) static_cast<std::uint64_t*>(out)[i] = 1000u * i;
  return VK_SUCCESS;
}
inline VKAPI_ATTR void VKAPI_CALL GetDeviceQueue(VkDevice, std::uint32_t, std::uint32_t,
                                                 VkQueue* out) {
  *out = reinterpret_cast<VkQueue>(new Dispatchable);
}
inline VKAPI_ATTR VkResult VKAPI_CALL DeviceWaitIdle(VkDevice) { return VK_SUCCESS; }

/// A function of the device by its name; null where it has none of it.
inline PFN_vkVoidFunction device_function_named(std::string_view name) {
  const auto as = [](auto function) { return reinterpret_cast<PFN_vkVoidFunction>(function); };
#define FAKE_ROW(function) {"vk" #function, as(function)}
#define FAKE_NOTHING(function) \
  { "vk" #function, as(static_cast<PFN_vk##function>(ignore)) }
  static const std::map<std::string_view, PFN_vkVoidFunction> kAll{
      FAKE_ROW(GetDeviceQueue),        FAKE_ROW(CreateBuffer),
      FAKE_ROW(GetBufferMemoryRequirements), FAKE_ROW(AllocateMemory),
      FAKE_ROW(BindBufferMemory),      FAKE_ROW(MapMemory),
      FAKE_ROW(CreateShaderModule),    FAKE_ROW(CreateDescriptorSetLayout),
      FAKE_ROW(CreatePipelineLayout),  FAKE_ROW(CreateComputePipelines),
      FAKE_ROW(CreateDescriptorPool),  FAKE_ROW(AllocateDescriptorSets),
      FAKE_ROW(CreateCommandPool),     FAKE_ROW(AllocateCommandBuffers),
      FAKE_ROW(BeginCommandBuffer),    FAKE_ROW(EndCommandBuffer),
      FAKE_ROW(CreateFence),           FAKE_ROW(ResetFences),
      FAKE_ROW(WaitForFences),         FAKE_ROW(QueueSubmit),
      FAKE_ROW(CreateQueryPool),       FAKE_ROW(GetQueryPoolResults),
      FAKE_ROW(DeviceWaitIdle),        FAKE_NOTHING(DestroyBuffer),
      FAKE_NOTHING(FreeMemory),        FAKE_NOTHING(DestroyShaderModule),
      FAKE_NOTHING(DestroyDescriptorSetLayout), FAKE_NOTHING(DestroyPipelineLayout),
      FAKE_NOTHING(DestroyPipeline),   FAKE_NOTHING(DestroyDescriptorPool),
      FAKE_NOTHING(UpdateDescriptorSets), FAKE_NOTHING(DestroyCommandPool),
      FAKE_NOTHING(DestroyFence),      FAKE_NOTHING(DestroyQueryPool),
      FAKE_NOTHING(CmdResetQueryPool), FAKE_NOTHING(CmdWriteTimestamp),
      FAKE_NOTHING(CmdBindPipeline),   FAKE_NOTHING(CmdBindDescriptorSets),
      FAKE_NOTHING(CmdPushConstants),  FAKE_NOTHING(CmdDispatch),
      FAKE_NOTHING(CmdPipelineBarrier), FAKE_ROW(CmdCopyBuffer),
      FAKE_ROW(CmdFillBuffer),         FAKE_NOTHING(DestroyDevice),
  };
#undef FAKE_ROW
#undef FAKE_NOTHING
  const auto found = kAll.find(name);
  return found == kAll.end() ? nullptr : found->second;
}

}  // namespace fake
