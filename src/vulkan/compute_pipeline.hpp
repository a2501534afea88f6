// How does SPIR-V become work for a device?
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "vulkan/compute_device.hpp"
#include "vulkan/device_buffer.hpp"

namespace weighin::vulkan {

/// A piece of a buffer; 0 bytes = to its end.
struct Binding {
  const Buffer* buffer = nullptr;
  Bytes offset = 0;
  Bytes bytes = 0;
};

/// A shader that is ready to run, with the buffers that it works on. Lives as long as the device.
struct Pipeline {
  VkPipeline handle = nullptr;
  VkPipelineLayout layout = nullptr;
  VkDescriptorSetLayout set_layout = nullptr;
  VkDescriptorPool pool = nullptr;
  std::uint32_t bindings = 0, push_bytes = 0;
};

struct PipelineShape {
  std::span<const std::uint32_t> words;      ///< SPIR-V
  std::uint32_t bindings = 0;                ///< storage buffers 0 … bindings - 1
  std::uint32_t push_bytes = 0;
  std::vector<std::uint32_t> constants;      ///< specialisation constants 0, 1, …
  std::uint32_t whole_subgroups_of = 0;      ///< 0 = whatever the driver takes
};

Result<Pipeline> make_pipeline(const ComputeDevice& device, const PipelineShape& shape);
/// A set of buffers for it; a pipeline has at most 64 of them.
Result<VkDescriptorSet> bind_buffers(const ComputeDevice& device, const Pipeline& pipeline,
                                     std::span<const Binding> bindings);
/// Records one run: `x` times `y` workgroups.
void record_dispatch(const ComputeDevice& device, VkCommandBuffer commands,
                     const Pipeline& pipeline, VkDescriptorSet set, const void* push,
                     std::uint32_t x, std::uint32_t y = 1);
/// What comes after it sees what came before.
void record_barrier(const ComputeDevice& device, VkCommandBuffer commands);
/// The same between copies alone, on a queue that may do nothing else.
void record_copy_barrier(const ComputeDevice& device, VkCommandBuffer commands);
/// What was copied is seen by the CPU once the work is done.
void record_host_barrier(const ComputeDevice& device, VkCommandBuffer commands);
void free_pipeline(const ComputeDevice& device, Pipeline& pipeline);

}  // namespace weighin::vulkan
