// How is work given to a device, waited for and timed?
#include "vulkan/command_queue.hpp"

#include <array>
#include <chrono>
#include <cmath>

namespace weighin::vulkan {
namespace {

constexpr double kPatienceSeconds = 1.0, kSoftwarePatienceSeconds = 30.0;

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

double between(std::uint64_t first, std::uint64_t last, std::uint64_t mask, double tick_seconds) {
  return static_cast<double>((last - first) & mask) * tick_seconds;
}

Result<CommandQueue> CommandQueue::open(const ComputeDevice& device, bool transfer) {
  CommandQueue made(device);
  const QueueFamily& family = transfer ? device.transfer : device.compute;
  made.queue_ = transfer ? device.transfer_queue : device.compute_queue;
  VkCommandPoolCreateInfo pool{};
  pool.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
  pool.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT;
  pool.queueFamilyIndex = family.index;
  VkResult result = device.call.CreateCommandPool(device.handle, &pool, nullptr, &made.pool_);
  if (result != VK_SUCCESS) return vulkan_failure("no command pool could be made", result);
  VkCommandBufferAllocateInfo buffers{};
  buffers.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
  buffers.commandPool = made.pool_;
  buffers.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
  buffers.commandBufferCount = 1;
  result = device.call.AllocateCommandBuffers(device.handle, &buffers, &made.commands_);
  if (result != VK_SUCCESS) return vulkan_failure("no command buffer could be had", result);
  VkFenceCreateInfo fence{};
  fence.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO;
  result = device.call.CreateFence(device.handle, &fence, nullptr, &made.fence_);
  if (result != VK_SUCCESS) return vulkan_failure("no fence could be made", result);
  // Only a queue that computes can make its timestamps ready.
  const bool ready = !transfer || !device.own_transfer_queue;
  if (ready && family.timestamp_bits > 0 && device.able.timestamp_seconds > 0.0) {
    made.mask_ = family.timestamp_bits >= 64 ? ~0ull : (1ull << family.timestamp_bits) - 1;
    VkQueryPoolCreateInfo queries{};
    queries.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO;
    queries.queryType = VK_QUERY_TYPE_TIMESTAMP;
    queries.queryCount = 2;
    result = device.call.CreateQueryPool(device.handle, &queries, nullptr, &made.queries_);
    if (result != VK_SUCCESS) return vulkan_failure("no timestamps could be had", result);
  }
  return made;
}

Result<Timing> CommandQueue::submit(double begun, bool timed) {
  const double patience_seconds =
      device_->able.software ? kSoftwarePatienceSeconds : kPatienceSeconds;
  const DeviceFunctions& call = device_->call;
  VkSubmitInfo submit{};
  submit.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
  submit.commandBufferCount = 1;
  submit.pCommandBuffers = &commands_;
  VkResult result = call.ResetFences(device_->handle, 1, &fence_);
  if (result != VK_SUCCESS) return vulkan_failure("a fence could not be reset", result);
  const double submitted = now_seconds();
  result = call.QueueSubmit(queue_, 1, &submit, fence_);
  if (result != VK_SUCCESS) return vulkan_failure("the work was refused", result);
  const auto nanoseconds = static_cast<std::uint64_t>(patience_seconds * 1e9);
  result = call.WaitForFences(device_->handle, 1, &fence_, VK_TRUE, nanoseconds);
  const double end = now_seconds();
  if (result != VK_TIMEOUT) device_->came_back();
  if (result == VK_TIMEOUT)
    return Error{ErrorKind::data,
                 "the device had not finished after " + text_seconds(patience_seconds), "", ""};
  if (result != VK_SUCCESS) return vulkan_failure("the work was not finished", result);
  Timing timing{end - submitted, false, end - begun};
  if (!timed) return timing;
  std::array<std::uint64_t, 2> ticks{};
  result = call.GetQueryPoolResults(device_->handle, queries_, 0, 2, sizeof ticks, ticks.data(),
                                    sizeof ticks[0], VK_QUERY_RESULT_64_BIT);
  if (result != VK_SUCCESS) return timing;
  const double seconds =
      between(ticks[0] & mask_, ticks[1] & mask_, mask_, device_->able.timestamp_seconds);
  // A clock that stands still, or tells of more time than has passed, is none.
  if (!(seconds > 0.0) || seconds > 1.05 * timing.seconds + 1e-4) return timing;
  timing.seconds = seconds;
  timing.device_clock = true;
  return timing;
}

Result<Timing> CommandQueue::run(const Record& record) {
  const double begun = now_seconds();
  const DeviceFunctions& call = device_->call;
  VkCommandBufferBeginInfo begin{};
  begin.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
  begin.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
  VkResult result = call.BeginCommandBuffer(commands_, &begin);
  if (result != VK_SUCCESS) return vulkan_failure("no commands could be recorded", result);
  if (queries_ != nullptr) {
    call.CmdResetQueryPool(commands_, queries_, 0, 2);
    call.CmdWriteTimestamp(commands_, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, queries_, 0);
  }
  record(commands_);
  if (queries_ != nullptr)
    call.CmdWriteTimestamp(commands_, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries_, 1);
  result = call.EndCommandBuffer(commands_);
  if (result != VK_SUCCESS) return vulkan_failure("the commands were refused", result);
  return submit(begun, queries_ != nullptr);
}

Result<Done> CommandQueue::prepare(const Record& record) {
  VkCommandBufferBeginInfo begin{};
  begin.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
  VkResult result = device_->call.BeginCommandBuffer(commands_, &begin);
  if (result != VK_SUCCESS) return vulkan_failure("no commands could be recorded", result);
  record(commands_);
  result = device_->call.EndCommandBuffer(commands_);
  if (result != VK_SUCCESS) return vulkan_failure("the commands were refused", result);
  return Done{};
}

Result<Timing> CommandQueue::repeat() { return submit(now_seconds(), false); }

}  // namespace weighin::vulkan
