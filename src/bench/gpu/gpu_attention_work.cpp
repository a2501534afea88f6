// How is one token's look back at a KV cache timed and checked on a GPU?
#include <algorithm>
#include <cmath>
#include <cstring>

#include "bench/gpu/gpu_work.hpp"
#include "kernels/reference.hpp"

namespace weighin {
namespace {

using kernels::Expected;
using vulkan::Timing;

constexpr std::uint64_t kSeed = 20261202;
// As on the CPU: 4096 cells of 8 heads of 128 values (Llama-3.1-8B, Mistral-7B, Qwen3-8B), each with
// four queries.
constexpr std::int64_t kHeads = 8, kHeadSize = 128, kQueries = 4;
constexpr std::int64_t kCells = 4096, kSmallCells = 512;
constexpr std::int64_t kPatternCells = 64;
constexpr float kQuerySize = 8.0f;  // scores of about 1, so that some cells matter more
constexpr std::int64_t kCellsOfSplit[] = {128, 256, 64};  // the ways to do it

struct Push {
  std::uint32_t cells_of_split, splits, heads, first_key, first_value;
  float scale;
};

struct AttentionJob {
  GpuLab* lab = nullptr;
  const GpuKernel* kernel = nullptr;
  const GpuVariant* variant = nullptr;
  std::int64_t cells = 0, layers = 0, position = 0;
  Bytes half_bytes = 0;  // the keys of a layer, or its values
  std::vector<float> queries;
  std::vector<unsigned char> keys, values;  // patterns: [cell][head]
  std::vector<Expected> expected;           // [head][query][value]
  vulkan::Pipeline split, merge;
  VkDescriptorSet split_set = nullptr, merge_set = nullptr;
  std::uint32_t splits = 1;

  Bytes row_bytes() const { return 2 * kHeadSize; }
  Bytes pattern_bytes() const { return kPatternCells * kHeads * row_bytes(); }

  void make_head(std::int64_t head) {
    kernels::Kernel plain{};
    plain.format = kernel->format.data();
    plain.activation = variant->activation;
    const auto seed = kSeed + 10 * static_cast<std::uint64_t>(head);
    const auto k = kernels::random_rows(kernel->format, kPatternCells, kHeadSize, seed);
    const auto v = kernels::random_rows(kernel->format, kPatternCells, kHeadSize, seed + 1);
    for (std::int64_t cell = 0; cell < kPatternCells; ++cell) {
      const auto to = static_cast<std::size_t>((cell * kHeads + head) * row_bytes());
      const auto from = static_cast<std::size_t>(cell * row_bytes());
      std::memcpy(keys.data() + to, k.data() + from, static_cast<std::size_t>(row_bytes()));
      std::memcpy(values.data() + to, v.data() + from, static_cast<std::size_t>(row_bytes()));
    }
    // All cells of the pattern come equally often, so the softmax over one pattern is that of all.
    const std::vector<float> own(queries.begin() + head * kQueries * kHeadSize,
                                 queries.begin() + (head + 1) * kQueries * kHeadSize);
    const auto results =
        kernels::expected_attention(plain, k, v, kPatternCells, kHeadSize, own, kQueries);
    expected.insert(expected.end(), results.begin(), results.end());
  }

  void make_data() {
    queries = kernels::random_activations(kHeads * kQueries * kHeadSize, kSeed + 5);
    for (float& value : queries) value *= kQuerySize;
    keys.resize(static_cast<std::size_t>(pattern_bytes()));
    values.resize(keys.size());
    for (std::int64_t head = 0; head < kHeads; ++head) make_head(head);
  }

  Result<Done> begin() {
    auto made = lab->pipeline(kernel->shader, variant->shader, 3, sizeof(Push),
                              {static_cast<std::uint32_t>(kHeadSize)});
    if (!made) return made.error();
    split = *made;
    made = lab->pipeline("attention_merge", "plain", 2, 4,
                         {static_cast<std::uint32_t>(kHeadSize), 0});
    if (!made) return made.error();
    merge = *made;
    // Results in the first half of their buffer, the splits' parts in the second.
    const Bytes half = lab->results().bytes / 2;
    const vulkan::Binding parts{&lab->results(), half, half};
    const vulkan::Binding first[] = {{&lab->data()}, {&lab->vectors()}, parts};
    const vulkan::Binding second[] = {parts, {&lab->results(), 0, half}};
    auto bound = vulkan::bind_buffers(lab->device(), split, first);
    if (!bound) return bound.error();
    split_set = *bound;
    bound = vulkan::bind_buffers(lab->device(), merge, second);
    if (!bound) return bound.error();
    merge_set = *bound;
    return Done{};
  }

  Result<Done> fill() {
    position = 0;
    // Other kernels take turns in the same buffers.
    auto filled =
        lab->upload(lab->vectors(), 0, queries.data(), static_cast<Bytes>(4 * queries.size()));
    if (!filled) return filled;
    filled = lab->repeat_pattern(keys, cells / kPatternCells);
    if (!filled) return filled;
    filled = lab->repeat_pattern(values, cells / kPatternCells, half_bytes);
    if (!filled) return filled;
    return lab->repeat_data(2 * half_bytes, layers);
  }

  Result<Timing> run(std::int64_t steps) {
    const vulkan::ComputeDevice& device = lab->device();
    return lab->queue().run([&](VkCommandBuffer commands) {
      for (std::int64_t i = 0; i < steps; ++i) {
        const auto first = static_cast<std::uint32_t>(2 * half_bytes * position / 16);
        const Push push{static_cast<std::uint32_t>(cells) / splits,
                        splits,
                        static_cast<std::uint32_t>(kHeads),
                        first,
                        first + static_cast<std::uint32_t>(half_bytes / 16),
                        1.0f / std::sqrt(static_cast<float>(kHeadSize))};
        vulkan::record_dispatch(device, commands, split, split_set, &push,
                                static_cast<std::uint32_t>(kHeads), splits);
        vulkan::record_barrier(device, commands);
        vulkan::record_dispatch(device, commands, merge, merge_set, &splits,
                                static_cast<std::uint32_t>(kHeads * kQueries));
        vulkan::record_barrier(device, commands);
        position = (position + 1) % layers;
      }
    });
  }

  Result<bool> check() {
    std::vector<float> results(expected.size());
    const auto done =
        lab->download(lab->results(), 0, results.data(), static_cast<Bytes>(4 * results.size()));
    if (!done) return done.error();
    for (std::size_t i = 0; i < results.size(); ++i) {
      const double error = std::fabs(static_cast<double>(results[i]) - expected[i].value);
      if (!(error <= variant->error_bound * expected[i].magnitude)) return false;
    }
    return true;
  }
};

}  // namespace

Result<GpuWork> gpu_attention_work(GpuLab& lab, const GpuKernel& kernel,
                                   const GpuVariant& variant) {
  const auto job = std::make_shared<AttentionJob>();
  job->lab = &lab;
  job->kernel = &kernel;
  job->variant = &variant;
  job->cells = lab.small() ? kSmallCells : kCells;
  job->half_bytes = job->cells * kHeads * job->row_bytes();
  job->layers = lab.data().bytes / (2 * job->half_bytes);
  if (job->layers == 0) return Error{ErrorKind::data, "there is too little memory", "", ""};
  job->make_data();
  const auto done = job->begin();
  if (!done) return done.error();
  GpuWork work = begin_work(lab, kernel, variant);
  work.label.working_set_bytes = job->layers * 2 * job->half_bytes;
  if (job->cells != kCells) work.label.why += "; " + std::to_string(job->cells) + " cells";
  work.amount = static_cast<double>(job->cells * kHeads * kernel.bytes_per_row(kHeadSize));
  work.fill = [job] { return job->fill(); };
  work.run = [job](std::int64_t steps) { return job->run(steps); };
  work.check = [job] { return job->check(); };
  work.ways = static_cast<std::int64_t>(std::size(kCellsOfSplit));
  work.choose = [job](std::int64_t way) -> Result<Done> {
    job->splits = static_cast<std::uint32_t>(job->cells / kCellsOfSplit[way]);
    return Done{};
  };
  job->splits = static_cast<std::uint32_t>(job->cells / kCellsOfSplit[0]);
  return work;
}

}  // namespace weighin
