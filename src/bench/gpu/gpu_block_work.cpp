// How is a whole transformer block timed and checked on a GPU?
//
// A chain of dispatches with a barrier where one needs what another has made: norm; query, key and
// value; rope and the cache; attention and its merge; output; norm; gate and up; the gate; down. What
// down has made is added by the next block's norm.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "bench/gpu/gpu_block_check.hpp"
#include "bench/gpu/gpu_work.hpp"
#include "kernels/blocks.hpp"
#include "kernels/reference.hpp"

namespace weighin {
namespace {

using vulkan::Binding;
using vulkan::Timing;

constexpr std::uint64_t kSeed = 20261203;
constexpr std::int64_t kPatternRows = 61, kPatternCells = 64;
constexpr std::int64_t kPosition = 1000;
constexpr std::uint32_t kRowsOfGroup = 4;
constexpr std::int64_t kSmallFeedForward = 2048, kSmallDepth = 128;

/// Weights a sixteenth of what random blocks have, so that scores stay about 1 and every cell counts.
void soften(std::vector<unsigned char>& plain) {
  for (std::size_t at = 0; at + sizeof(kernels::BlockQ4K) <= plain.size();
       at += sizeof(kernels::BlockQ4K)) {
    kernels::BlockQ4K block;
    std::memcpy(&block, plain.data() + at, sizeof block);
    // Four off the exponent; random scales have 5 and more.
    block.d = static_cast<std::uint16_t>(block.d - (4u << 10));
    block.dmin = static_cast<std::uint16_t>(block.dmin - (4u << 10));
    std::memcpy(plain.data() + at, &block, sizeof block);
  }
}

/// A pipeline bound to its buffers.
struct Bound {
  vulkan::Pipeline pipeline;
  VkDescriptorSet set = nullptr;
};

struct BlockJob {
  GpuLab* lab = nullptr;
  const GpuKernel* kernel = nullptr;
  const GpuVariant* variant = nullptr;
  BlockParts parts;
  std::vector<float> token;
  BlockResult expected;
  Bytes block_bytes = 0, weight_bytes = 0;
  Bytes key_offset = 0, value_offset = 0;
  std::int64_t blocks = 0, position = 0;
  std::uint32_t splits = 1;
  struct Placed {
    PatternMatrix BlockParts::*matrix;
    Bytes offset;
    VkDescriptorSet set;
  };
  std::vector<Placed> matrices{{&BlockParts::query, 0, nullptr}, {&BlockParts::key, 0, nullptr},
                               {&BlockParts::value, 0, nullptr}, {&BlockParts::output, 0, nullptr},
                               {&BlockParts::gate, 0, nullptr},  {&BlockParts::up, 0, nullptr},
                               {&BlockParts::down, 0, nullptr}};
  vulkan::Pipeline norm, decode, rope, attention, merge, gate;
  VkDescriptorSet norm_set = nullptr, rope_set = nullptr, attention_set = nullptr,
                  merge_set = nullptr, gate_set = nullptr;
  Binding token_at, added_at, norm_at, turns_at, input_at, heads_at, parts_at, looked_at, both_at,
      gated_at;

  const BlockShape& shape() const { return parts.shape; }
  Bytes padded(std::int64_t rows, std::int64_t columns) const {
    return (rows + kPatternRows - 1) / kPatternRows * kPatternRows * kernel->bytes_per_row(columns);
  }

  void lay_out() {
    const BlockShape& s = shape();
    const std::int64_t wide = s.heads * s.head_size, narrow = s.kv_heads * s.head_size;
    const std::int64_t sizes[][2] = {{wide, s.embedding},         {narrow, s.embedding},
                                     {narrow, s.embedding},       {s.embedding, wide},
                                     {s.feed_forward, s.embedding}, {s.feed_forward, s.embedding},
                                     {s.embedding, s.feed_forward}};
    std::uint64_t seed = kSeed;
    for (std::size_t i = 0; i < matrices.size(); ++i) {
      PatternMatrix& matrix = parts.*matrices[i].matrix;
      matrix.rows = sizes[i][0];
      matrix.columns = sizes[i][1];
      matrix.plain = kernels::random_rows(s.format, kPatternRows, matrix.columns, ++seed);
      soften(matrix.plain);
      matrices[i].offset = block_bytes;
      block_bytes += padded(matrix.rows, matrix.columns);
      weight_bytes += matrix.rows * kernel->bytes_per_row(matrix.columns);
    }
    const Bytes half = s.depth * narrow * 2;
    key_offset = block_bytes;
    value_offset = key_offset + half;
    block_bytes = value_offset + half;
    splits = static_cast<std::uint32_t>(std::max<std::int64_t>(1, s.depth / 128));
  }

  void make_values() {
    const BlockShape& s = shape();
    parts.pattern_rows = kPatternRows;
    parts.pattern_cells = kPatternCells;
    token = kernels::random_activations(s.embedding, kSeed + 20);
    parts.norm = kernels::random_activations(s.embedding, kSeed + 21);
    for (std::int64_t pair = 0; pair < s.head_size / 2; ++pair) {
      const double angle = static_cast<double>(kPosition) *
                           std::pow(10000.0, -2.0 * static_cast<double>(pair) /
                                                 static_cast<double>(s.head_size));
      parts.turns.push_back(static_cast<float>(std::cos(angle)));
      parts.turns.push_back(static_cast<float>(std::sin(angle)));
    }
    const std::int64_t narrow = s.kv_heads * s.head_size;
    for (auto* half : {&parts.keys, &parts.values}) {
      const auto rows = kernels::random_rows("F16", kPatternCells, narrow,
                                             half == &parts.keys ? kSeed + 22 : kSeed + 23);
      half->resize(rows.size() / 2);
      std::memcpy(half->data(), rows.data(), rows.size());
    }
    expected = expected_block(parts, token);
  }

  // What lies between the matrices: constant values among the vectors, the rest among the results.
  void place_values() {
    const BlockShape& s = shape();
    Bytes vectors = 0, results = 0;
    const auto place = [](const vulkan::Buffer& buffer, Bytes& used, std::int64_t floats) {
      const Binding made{&buffer, used, 4 * floats};
      used += (4 * floats + 255) / 256 * 256;
      return made;
    };
    norm_at = place(lab->vectors(), vectors, s.embedding);
    turns_at = place(lab->vectors(), vectors, s.head_size);
    input_at = place(lab->vectors(), vectors, s.embedding);
    looked_at = place(lab->vectors(), vectors, s.heads * s.head_size);
    gated_at = place(lab->vectors(), vectors, s.feed_forward);
    token_at = place(lab->results(), results, s.embedding);
    added_at = place(lab->results(), results, s.embedding);
    heads_at = place(lab->results(), results, (s.heads + 2 * s.kv_heads) * s.head_size);
    parts_at = place(lab->results(), results, s.heads * splits * (s.head_size + 2));
    both_at = place(lab->results(), results, 2 * s.feed_forward);
  }

  Result<Done> make_pipelines() {
    const auto head = static_cast<std::uint32_t>(shape().head_size);
    const std::uint32_t subgroup =
        std::clamp<std::uint32_t>(lab->device().able.subgroup_size, 32, 64);
    const auto make = [&](vulkan::Pipeline& to, std::string_view shader, std::string_view name,
                          std::uint32_t bindings, std::uint32_t push,
                          std::vector<std::uint32_t> constants) -> Result<Done> {
      auto made = lab->pipeline(shader, name, bindings, push, std::move(constants));
      if (!made) return made.error();
      to = *made;
      return Done{};
    };
    for (const Result<Done>& done :
         {make(norm, "rms_norm", variant->shader, 4, 8, {lab->wide_group()}),
          make(decode, kernel->shader, variant->shader, 3, 16, {subgroup, kRowsOfGroup}),
          make(rope, "rope", "plain", 3, 20, {}),
          make(attention, "attention_f16", "plain", 3, 24, {head}),
          make(merge, "attention_merge", "plain", 2, 4, {head, 1}),
          make(gate, "gated_silu", "plain", 2, 4, {})}) {
      if (!done) return done.error();
    }
    return Done{};
  }

  Result<Done> bind() {
    const BlockShape& s = shape();
    const Binding data{&lab->data()};
    const auto bound = [&](VkDescriptorSet& to, const vulkan::Pipeline& pipeline,
                           std::vector<Binding> all) -> Result<Done> {
      auto made = vulkan::bind_buffers(lab->device(), pipeline, all);
      if (!made) return made.error();
      to = *made;
      return Done{};
    };
    const auto part = [](const Binding& whole, std::int64_t first, std::int64_t floats) {
      return Binding{whole.buffer, whole.offset + 4 * first, 4 * floats};
    };
    const std::int64_t wide = s.heads * s.head_size, narrow = s.kv_heads * s.head_size;
    const Binding inputs[] = {input_at, input_at, input_at, looked_at, input_at, input_at, gated_at};
    const Binding outputs[] = {part(heads_at, 0, wide),
                               part(heads_at, wide, narrow),
                               part(heads_at, wide + narrow, narrow),
                               added_at,
                               part(both_at, 0, s.feed_forward),
                               part(both_at, s.feed_forward, s.feed_forward),
                               added_at};
    for (std::size_t i = 0; i < matrices.size(); ++i) {
      const auto done = bound(matrices[i].set, decode, {data, inputs[i], outputs[i]});
      if (!done) return done;
    }
    for (const Result<Done>& done :
         {bound(norm_set, norm, {token_at, added_at, norm_at, input_at}),
          bound(rope_set, rope, {heads_at, data, turns_at}),
          bound(attention_set, attention, {data, part(heads_at, 0, wide), parts_at}),
          bound(merge_set, merge, {parts_at, looked_at}),
          bound(gate_set, gate, {both_at, gated_at})}) {
      if (!done) return done.error();
    }
    return Done{};
  }

  Result<Done> upload(const Binding& to, const std::vector<float>& values) {
    return lab->upload(*to.buffer, to.offset, values.data(), static_cast<Bytes>(4 * values.size()));
  }

  Result<Done> reset() {
    auto done = upload(token_at, token);
    if (!done) return done;
    return upload(added_at, std::vector<float>(token.size(), 0.0f));
  }

  Result<Done> fill() {
    position = 0;
    for (const Placed& placed : matrices) {
      const PatternMatrix& matrix = parts.*placed.matrix;
      std::vector<unsigned char> packed(matrix.plain.size());
      kernel->pack(matrix.plain.data(), kPatternRows, matrix.columns, packed.data());
      const auto done = lab->repeat_pattern(
          packed, (matrix.rows + kPatternRows - 1) / kPatternRows, placed.offset);
      if (!done) return done;
    }
    for (const auto& [half, offset] : {std::pair{&parts.keys, key_offset},
                                       std::pair{&parts.values, value_offset}}) {
      std::vector<unsigned char> cells(2 * half->size());
      std::memcpy(cells.data(), half->data(), cells.size());
      const auto done = lab->repeat_pattern(cells, shape().depth / kPatternCells, offset);
      if (!done) return done;
    }
    auto done = lab->repeat_data(block_bytes, blocks);
    if (!done) return done;
    done = upload(norm_at, parts.norm);
    if (!done) return done;
    done = upload(turns_at, parts.turns);
    if (!done) return done;
    return reset();
  }

  void multiply(VkCommandBuffer commands, std::size_t index) const {
    const Placed& placed = matrices[index];
    const PatternMatrix& matrix = parts.*placed.matrix;
    const auto rows = static_cast<std::uint32_t>(matrix.rows);
    const std::uint32_t push[] = {
        rows, static_cast<std::uint32_t>(matrix.columns / 32),
        static_cast<std::uint32_t>((position * block_bytes + placed.offset) / 16), 0};
    vulkan::record_dispatch(lab->device(), commands, decode, placed.set, push,
                            (rows + kRowsOfGroup - 1) / kRowsOfGroup);
  }

  void normalize(VkCommandBuffer commands) const {
    struct {
      std::uint32_t count;
      float epsilon;
    } const push{static_cast<std::uint32_t>(shape().embedding), kernels::kNormEpsilon};
    vulkan::record_dispatch(lab->device(), commands, norm, norm_set, &push, 1);
  }

  void look_back(VkCommandBuffer commands) const {
    const BlockShape& s = shape();
    const vulkan::ComputeDevice& device = lab->device();
    const auto wide = static_cast<std::uint32_t>(s.heads * s.head_size);
    const auto narrow = static_cast<std::uint32_t>(s.kv_heads * s.head_size);
    const Bytes begin = position * block_bytes, last = (s.depth - 1) * narrow * 2;
    const std::uint32_t rope_push[] = {
        wide / 2, narrow / 2, static_cast<std::uint32_t>(s.head_size / 2),
        static_cast<std::uint32_t>((begin + key_offset + last) / 4),
        static_cast<std::uint32_t>((begin + value_offset + last) / 4)};
    vulkan::record_dispatch(device, commands, rope, rope_set, rope_push,
                            (wide / 2 + narrow + 63) / 64);
    vulkan::record_barrier(device, commands);
    struct {
      std::uint32_t cells_of_split, splits, heads, first_key, first_value;
      float scale;
    } const push{static_cast<std::uint32_t>(s.depth) / splits,
                 splits,
                 static_cast<std::uint32_t>(s.kv_heads),
                 static_cast<std::uint32_t>((begin + key_offset) / 16),
                 static_cast<std::uint32_t>((begin + value_offset) / 16),
                 1.0f / std::sqrt(static_cast<float>(s.head_size))};
    vulkan::record_dispatch(device, commands, attention, attention_set, &push,
                            static_cast<std::uint32_t>(s.kv_heads), splits);
    vulkan::record_barrier(device, commands);
    vulkan::record_dispatch(device, commands, merge, merge_set, &splits,
                            static_cast<std::uint32_t>(s.heads));
  }

  void record(VkCommandBuffer commands) const {
    const vulkan::ComputeDevice& device = lab->device();
    const auto barrier = [&] { vulkan::record_barrier(device, commands); };
    normalize(commands);
    barrier();
    for (const std::size_t matrix : {0, 1, 2}) multiply(commands, matrix);
    barrier();
    look_back(commands);
    barrier();
    multiply(commands, 3);
    barrier();
    normalize(commands);
    barrier();
    for (const std::size_t matrix : {4, 5}) multiply(commands, matrix);
    barrier();
    const auto count = static_cast<std::uint32_t>(shape().feed_forward);
    vulkan::record_dispatch(device, commands, gate, gate_set, &count, (count + 63) / 64);
    barrier();
    multiply(commands, 6);
    barrier();
  }

  Result<Timing> run(std::int64_t steps) {
    return lab->queue().run([&](VkCommandBuffer commands) {
      for (std::int64_t i = 0; i < steps; ++i) {
        record(commands);
        position = (position + 1) % blocks;
      }
    });
  }

  Result<std::vector<float>> values_of(const Binding& from) {
    std::vector<float> values(static_cast<std::size_t>(from.bytes / 4));
    const auto done = lab->download(*from.buffer, from.offset, values.data(), from.bytes);
    if (!done) return done.error();
    return values;
  }

  // Many blocks in a row have no reference; one more, from the first token on, has.
  Result<bool> check() {
    const auto done = reset();
    if (!done) return done.error();
    const auto once = run(1);
    if (!once) return once.error();
    const auto after = values_of(token_at);
    if (!after) return after.error();
    const auto added = values_of(added_at);
    if (!added) return added.error();
    return near(*after, expected.token) && near(*added, expected.added);
  }
};

const GpuKernel* find_kernel(const std::string& format) {
  for (const GpuKernel* kernel : gpu_kernel_table()) {
    if (kernel->kind == GpuKernelKind::decode && kernel->format == format) return kernel;
  }
  return nullptr;
}

/// The best one that takes 32-bit floats: the norms write those.
const GpuVariant* float_variant(const GpuKernel& kernel, const GpuLab& lab) {
  for (const GpuVariant& variant : kernel.variants) {
    if (variant.activation == kernels::Activation::f32 && lab.can_run(variant)) return &variant;
  }
  return nullptr;
}

}  // namespace

Result<GpuWork> gpu_block_work(GpuLab& lab, const BlockShape& wanted) {
  const auto job = std::make_shared<BlockJob>();
  job->lab = &lab;
  job->parts.shape = wanted;
  GpuWork work;
  work.label.name = "block " + wanted.name;
  work.label.format = wanted.format;
  work.label.isa = "vulkan";
  work.label.beyond_caches = lab.beyond_caches();
  work.label.why = lab.remark();
  BlockShape& shape = job->parts.shape;
  if (lab.small()) {
    shape.feed_forward = kSmallFeedForward;
    shape.depth = kSmallDepth;
    work.label.why += "; a feed-forward of 2048 and 128 cells";
  }
  job->kernel = find_kernel(shape.format);
  if (job->kernel != nullptr) job->variant = float_variant(*job->kernel, lab);
  if (job->variant == nullptr) {
    work.label.why = "there is no kernel for " + shape.format;
    return work;
  }
  work.label.isa = job->variant->isa;
  job->lay_out();
  job->blocks = lab.data().bytes / job->block_bytes;
  if (job->blocks == 0) {
    work.label.why = "the block takes " + text_binary(job->block_bytes) + " of the GPU's memory";
    return work;
  }
  job->make_values();
  job->place_values();
  auto done = job->make_pipelines();
  if (!done) return done.error();
  done = job->bind();
  if (!done) return done.error();
  work.label.working_set_bytes = job->blocks * job->block_bytes;
  work.amount = static_cast<double>(job->weight_bytes);
  work.fill = [job] { return job->fill(); };
  work.run = [job](std::int64_t steps) { return job->run(steps); };
  work.check = [job] { return job->check(); };
  return work;
}

}  // namespace weighin
