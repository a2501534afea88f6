// Where does the work on a GPU lie, and how do data get there and back?
#include "bench/gpu/gpu_lab.hpp"

#include <algorithm>
#include <cstring>

#include "kernels/gpu/shaders.hpp"
#include "vulkan/cooperative_spirv.hpp"

namespace weighin {
namespace {

// The largest last-level caches: 256 MB on a card (AMD MI300X: https://www.amd.com/content/dam/amd/
// en/documents/instinct-tech-docs/data-sheets/amd-instinct-mi300x-data-sheet.pdf), 32 MB that an
// integrated GPU shares (Strix Halo); twice and four times that.
constexpr Bytes kCardBytes = 512 * kMiB, kIntegratedBytes = 128 * kMiB, kSmallBytes = 16 * kMiB;
constexpr Bytes kLeastBytes = 4 * kMiB;
constexpr Bytes kVectorBytes = 4 * kMiB, kScaleBytes = kMiB, kResultBytes = 16 * kMiB;
constexpr Bytes kStagingBytes = 32 * kMiB, kSmallStagingBytes = 4 * kMiB;

// What prefill_coopmat.glsl keeps in shared memory, and how many subgroups share it.
constexpr Bytes kMatrixBytes = 20480;
constexpr std::uint32_t kMatrixSubgroups = 4;

Bytes wanted_bytes(const vulkan::ComputeAbilities& able, bool small) {
  if (small) return kSmallBytes;
  return able.type == "integrated" || able.type == "cpu" ? kIntegratedBytes : kCardBytes;
}

}  // namespace

std::string lack_of(const GpuVariant& variant, const vulkan::ComputeAbilities& able) {
  if ((variant.needs & kNeedsSubgroupAdd) != 0 && !able.subgroup_add)
    return "needs sums among the invocations of a subgroup";
  // A rasterizer emulates it, right and slow, which is enough to try the kernel there.
  if ((variant.needs & kNeedsIntegerDot) != 0 &&
      !(able.integer_dot && (able.integer_dot_accelerated || able.software)))
    return "needs an integer dot product in hardware";
  if ((variant.needs & kNeedsCooperativeMatrix) != 0 &&
      !(able.cooperative_matrix && able.subgroup_size_control &&
        able.shared_bytes >= kMatrixBytes &&
        able.max_invocations >= kMatrixSubgroups * able.subgroup_size))
    return "needs cooperative matrices of 16-bit floats";
  // Mesa 26.2's lavapipe does it right, and took 30 s and more for one tile of 128 x 128.
  if ((variant.needs & kNeedsCooperativeMatrix) != 0 && able.software)
    return "emulates cooperative matrices far too slowly";
  return "";
}

Result<GpuLab> GpuLab::open(const vulkan::Loader& loader, const vulkan::Instance& instance,
                            VkPhysicalDevice physical, const GpuSizes& sizes,
                            std::function<void()> alive) {
  auto opened = vulkan::open_compute_device(loader, instance, physical);
  if (!opened) return opened.error();
  auto device = std::make_unique<vulkan::ComputeDevice>(*opened);
  device->alive = std::move(alive);
  const vulkan::ComputeAbilities& able = device->able;
  auto queue = vulkan::CommandQueue::open(*device);
  if (!queue) return queue.error();
  auto transfer = vulkan::CommandQueue::open(*device, true);
  if (!transfer) return transfer.error();
  GpuLab lab(std::move(device), *queue, *transfer);
  lab.small_ = sizes.small;
  const Bytes wanted = wanted_bytes(able, sizes.small);
  Bytes most = std::min(wanted, able.max_storage_bytes);
  if (able.max_allocation_bytes > 0) most = std::min(most, able.max_allocation_bytes);
  if (sizes.most_bytes > 0) most = std::min(most, sizes.most_bytes);
  if (most < kLeastBytes) {
    return Error{ErrorKind::data,
                 "less than " + text_binary(kLeastBytes) + " of its memory may be used", "", ""};
  }
  for (Bytes bytes = most / kLeastBytes * kLeastBytes; bytes >= kLeastBytes; bytes /= 2) {
    auto data = vulkan::make_buffer(lab.device(), bytes, vulkan::Where::device);
    if (!data && bytes / 2 < kLeastBytes) return data.error();
    if (!data && vulkan::is_lost(data.error())) return data.error();
    if (!data) continue;
    lab.data_ = *data;
    break;
  }
  lab.beyond_caches_ = !sizes.small && lab.data_.bytes >= wanted;
  if (!lab.beyond_caches_) {
    lab.remark_ =
        "the data are only " + text_binary(lab.data_.bytes) + ": part of them may lie in caches";
  }
  const Bytes staging = sizes.small ? kSmallStagingBytes : kStagingBytes;
  const auto make = [&](vulkan::Buffer& buffer, Bytes bytes, vulkan::Where where) -> Result<Done> {
    auto made = vulkan::make_buffer(lab.device(), bytes, where);
    if (!made) return made.error();
    buffer = *made;
    return Done{};
  };
  for (const Result<Done>& done : {make(lab.vectors_, kVectorBytes, vulkan::Where::device),
                                   make(lab.scales_, kScaleBytes, vulkan::Where::device),
                                   make(lab.results_, kResultBytes, vulkan::Where::device),
                                   make(lab.staging_, staging, vulkan::Where::host)}) {
    if (!done) return done.error();
  }
  return lab;
}

Result<Done> GpuLab::upload(const vulkan::Buffer& to, Bytes offset, const void* bytes,
                            Bytes count) {
  const auto* from = static_cast<const unsigned char*>(bytes);
  for (Bytes at = 0; at < count; at += staging_.bytes) {
    const Bytes part = std::min(count - at, staging_.bytes);
    std::memcpy(staging_.data, from + at, static_cast<std::size_t>(part));
    const VkBufferCopy copy{0, static_cast<VkDeviceSize>(offset + at),
                            static_cast<VkDeviceSize>(part)};
    const auto done = queue_.run([&](VkCommandBuffer commands) {
      device_->call.CmdCopyBuffer(commands, staging_.handle, to.handle, 1, &copy);
      vulkan::record_barrier(*device_, commands);
    });
    if (!done) return done.error();
  }
  return Done{};
}

Result<Done> GpuLab::download(const vulkan::Buffer& from, Bytes offset, void* bytes, Bytes count) {
  auto* to = static_cast<unsigned char*>(bytes);
  for (Bytes at = 0; at < count; at += staging_.bytes) {
    const Bytes part = std::min(count - at, staging_.bytes);
    const VkBufferCopy copy{static_cast<VkDeviceSize>(offset + at), 0,
                            static_cast<VkDeviceSize>(part)};
    const auto done = queue_.run([&](VkCommandBuffer commands) {
      vulkan::record_barrier(*device_, commands);
      device_->call.CmdCopyBuffer(commands, from.handle, staging_.handle, 1, &copy);
      vulkan::record_host_barrier(*device_, commands);
    });
    if (!done) return done.error();
    std::memcpy(to + at, staging_.data, static_cast<std::size_t>(part));
  }
  return Done{};
}

Result<Done> GpuLab::repeat_pattern(std::span<const unsigned char> pattern, std::int64_t times,
                                    Bytes offset) {
  const auto bytes = static_cast<Bytes>(pattern.size());
  const auto first = upload(data_, offset, pattern.data(), bytes);
  if (!first) return first.error();
  return repeat_data(bytes, times, offset);
}

Result<Done> GpuLab::repeat_data(Bytes bytes, std::int64_t times, Bytes offset) {
  if (times < 2) return Done{};
  const auto done = queue_.run([&](VkCommandBuffer commands) {
    // What is there is doubled until all is there.
    for (std::int64_t there = 1; there < times; there *= 2) {
      const std::int64_t more = std::min(there, times - there);
      const VkBufferCopy copy{static_cast<VkDeviceSize>(offset),
                              static_cast<VkDeviceSize>(offset + there * bytes),
                              static_cast<VkDeviceSize>(more * bytes)};
      device_->call.CmdCopyBuffer(commands, data_.handle, data_.handle, 1, &copy);
      vulkan::record_barrier(*device_, commands);
    }
  });
  if (!done) return done.error();
  return Done{};
}

bool GpuLab::can_run(const GpuVariant& variant) const {
  return lack_of(variant, device_->able).empty();
}

Result<vulkan::Pipeline> GpuLab::pipeline(std::string_view shader, std::string_view variant,
                                          std::uint32_t bindings, std::uint32_t push_bytes,
                                          std::vector<std::uint32_t> constants) {
  vulkan::PipelineShape shape;
  shape.words = kernels::shader_words(shader, variant);
  if (shape.words.empty()) {
    return Error{ErrorKind::data,
                 "the shader " + std::string(shader) + " (" + std::string(variant) +
                     ") was not compiled into the program",
                 "", ""};
  }
  shape.bindings = bindings;
  shape.push_bytes = push_bytes;
  shape.constants = std::move(constants);
  return vulkan::make_pipeline(*device_, shape);
}

Result<vulkan::Pipeline> GpuLab::matrix_pipeline(std::string_view shader, std::uint32_t bindings,
                                                 std::uint32_t push_bytes,
                                                 std::uint32_t subgroups) {
  const vulkan::ComputeAbilities& able = device_->able;
  const auto words = vulkan::khronos_matrices(kernels::shader_words(shader, "coopmat"));
  if (!words) return words.error();
  vulkan::PipelineShape shape;
  shape.words = *words;
  shape.bindings = bindings;
  shape.push_bytes = push_bytes;
  shape.constants = {subgroups * able.subgroup_size, able.matrix_m, able.matrix_n, able.matrix_k};
  shape.whole_subgroups_of = able.subgroup_size;
  return vulkan::make_pipeline(*device_, shape);
}

std::uint32_t GpuLab::wide_group() const {
  return device_->able.max_invocations >= 256 ? 256 : 128;
}

}  // namespace weighin
