// How does SPIR-V become work for a device?
#include "vulkan/compute_pipeline.hpp"

namespace weighin::vulkan {
namespace {

constexpr std::uint32_t kMostSets = 64;

VkResult make_layouts(const ComputeDevice& device, const PipelineShape& shape, Pipeline& made) {
  std::vector<VkDescriptorSetLayoutBinding> bindings(shape.bindings);
  for (std::uint32_t i = 0; i < shape.bindings; ++i) {
    bindings[i] = {i, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1, VK_SHADER_STAGE_COMPUTE_BIT, nullptr};
  }
  VkDescriptorSetLayoutCreateInfo set{};
  set.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO;
  set.bindingCount = shape.bindings;
  set.pBindings = bindings.data();
  VkResult result =
      device.call.CreateDescriptorSetLayout(device.handle, &set, nullptr, &made.set_layout);
  if (result != VK_SUCCESS) return result;
  const VkPushConstantRange push{VK_SHADER_STAGE_COMPUTE_BIT, 0, shape.push_bytes};
  VkPipelineLayoutCreateInfo layout{};
  layout.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO;
  layout.setLayoutCount = 1;
  layout.pSetLayouts = &made.set_layout;
  layout.pushConstantRangeCount = shape.push_bytes > 0 ? 1 : 0;
  layout.pPushConstantRanges = &push;
  result = device.call.CreatePipelineLayout(device.handle, &layout, nullptr, &made.layout);
  if (result != VK_SUCCESS) return result;
  const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, kMostSets * shape.bindings};
  VkDescriptorPoolCreateInfo pool{};
  pool.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO;
  pool.maxSets = kMostSets;
  pool.poolSizeCount = 1;
  pool.pPoolSizes = &size;
  return device.call.CreateDescriptorPool(device.handle, &pool, nullptr, &made.pool);
}

void record(const ComputeDevice& device, VkCommandBuffer commands, VkPipelineStageFlags before,
            VkAccessFlags written, VkPipelineStageFlags after, VkAccessFlags used) {
  VkMemoryBarrier barrier{};
  barrier.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER;
  barrier.srcAccessMask = written;
  barrier.dstAccessMask = used;
  device.call.CmdPipelineBarrier(commands, before, after, 0, 1, &barrier, 0, nullptr, 0, nullptr);
}

}  // namespace

Result<Pipeline> make_pipeline(const ComputeDevice& device, const PipelineShape& shape) {
  Pipeline made;
  made.bindings = shape.bindings;
  made.push_bytes = shape.push_bytes;
  VkResult result = make_layouts(device, shape, made);
  if (result != VK_SUCCESS) return vulkan_failure("no layout could be made", result);
  VkShaderModuleCreateInfo code{};
  code.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO;
  code.codeSize = shape.words.size_bytes();
  code.pCode = shape.words.data();
  VkShaderModule module = nullptr;
  result = device.call.CreateShaderModule(device.handle, &code, nullptr, &module);
  if (result != VK_SUCCESS) return vulkan_failure("the shader was refused", result);

  std::vector<VkSpecializationMapEntry> entries;
  for (std::uint32_t i = 0; i < shape.constants.size(); ++i) entries.push_back({i, 4 * i, 4});
  VkSpecializationInfo constants{};
  constants.mapEntryCount = static_cast<std::uint32_t>(entries.size());
  constants.pMapEntries = entries.data();
  constants.dataSize = 4 * shape.constants.size();
  constants.pData = shape.constants.data();
  VkPipelineShaderStageRequiredSubgroupSizeCreateInfo subgroup{};
  subgroup.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO;
  subgroup.requiredSubgroupSize = shape.whole_subgroups_of;
  VkComputePipelineCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO;
  info.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
  info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
  info.stage.module = module;
  info.stage.pName = "main";
  info.stage.pSpecializationInfo = &constants;
  if (shape.whole_subgroups_of > 0) {
    info.stage.pNext = &subgroup;
    info.stage.flags = VK_PIPELINE_SHADER_STAGE_CREATE_REQUIRE_FULL_SUBGROUPS_BIT;
  }
  info.layout = made.layout;
  result =
      device.call.CreateComputePipelines(device.handle, nullptr, 1, &info, nullptr, &made.handle);
  device.call.DestroyShaderModule(device.handle, module, nullptr);
  device.came_back();
  if (result != VK_SUCCESS || made.handle == nullptr) {
    free_pipeline(device, made);
    return vulkan_failure("the shader could not be compiled", result);
  }
  return made;
}

Result<VkDescriptorSet> bind_buffers(const ComputeDevice& device, const Pipeline& pipeline,
                                     std::span<const Binding> bindings) {
  VkDescriptorSetAllocateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO;
  info.descriptorPool = pipeline.pool;
  info.descriptorSetCount = 1;
  info.pSetLayouts = &pipeline.set_layout;
  VkDescriptorSet set = nullptr;
  const VkResult result = device.call.AllocateDescriptorSets(device.handle, &info, &set);
  if (result != VK_SUCCESS) return vulkan_failure("no descriptors could be had", result);
  std::vector<VkDescriptorBufferInfo> buffers(bindings.size());
  std::vector<VkWriteDescriptorSet> writes(bindings.size());
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    const Binding& one = bindings[i];
    const Bytes bytes = one.bytes > 0 ? one.bytes : one.buffer->bytes - one.offset;
    buffers[i] = {one.buffer->handle, static_cast<VkDeviceSize>(one.offset),
                  static_cast<VkDeviceSize>(bytes)};
    writes[i].sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET;
    writes[i].dstSet = set;
    writes[i].dstBinding = static_cast<std::uint32_t>(i);
    writes[i].descriptorCount = 1;
    writes[i].descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
    writes[i].pBufferInfo = &buffers[i];
  }
  device.call.UpdateDescriptorSets(device.handle, static_cast<std::uint32_t>(writes.size()),
                                   writes.data(), 0, nullptr);
  return set;
}

void record_dispatch(const ComputeDevice& device, VkCommandBuffer commands,
                     const Pipeline& pipeline, VkDescriptorSet set, const void* push,
                     std::uint32_t x, std::uint32_t y) {
  device.call.CmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.handle);
  device.call.CmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.layout, 0, 1,
                                    &set, 0, nullptr);
  if (pipeline.push_bytes > 0) {
    device.call.CmdPushConstants(commands, pipeline.layout, VK_SHADER_STAGE_COMPUTE_BIT, 0,
                                 pipeline.push_bytes, push);
  }
  device.call.CmdDispatch(commands, x, y, 1);
}

void record_barrier(const ComputeDevice& device, VkCommandBuffer commands) {
  constexpr VkPipelineStageFlags kStages =
      VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;
  record(device, commands, kStages, VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
         kStages,
         VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_READ_BIT |
             VK_ACCESS_TRANSFER_WRITE_BIT);
}

void record_copy_barrier(const ComputeDevice& device, VkCommandBuffer commands) {
  record(device, commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_ACCESS_TRANSFER_WRITE_BIT,
         VK_PIPELINE_STAGE_TRANSFER_BIT,
         VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT);
}

void record_host_barrier(const ComputeDevice& device, VkCommandBuffer commands) {
  record(device, commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_ACCESS_TRANSFER_WRITE_BIT,
         VK_PIPELINE_STAGE_HOST_BIT, VK_ACCESS_HOST_READ_BIT);
}

void free_pipeline(const ComputeDevice& device, Pipeline& pipeline) {
  device.call.DestroyPipeline(device.handle, pipeline.handle, nullptr);
  device.call.DestroyDescriptorPool(device.handle, pipeline.pool, nullptr);
  device.call.DestroyPipelineLayout(device.handle, pipeline.layout, nullptr);
  device.call.DestroyDescriptorSetLayout(device.handle, pipeline.set_layout, nullptr);
  pipeline = {};
}

}  // namespace weighin::vulkan
