// How is a matrix of weights timed against one vector, and against many?
#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <tuple>
#include <utility>

#include "bench/gpu/gpu_vectors.hpp"
#include "bench/gpu/gpu_work.hpp"
#include "kernels/reference.hpp"

namespace weighin {
namespace {

using kernels::Activation;
using kernels::Expected;
using vulkan::Timing;

constexpr std::uint64_t kSeed = 20261201;
constexpr std::uint32_t kUnitBytes = 16, kMostGroups = 32768;
// Rows and vectors that differ. Primes: no tile of 8 or 16 can be taken for another one.
constexpr std::int64_t kPatternRows = 61, kDistinct = 37;
constexpr std::int64_t kColumns = 4096, kPrefillColumns = 2048;
constexpr std::int64_t kBatch = 512, kSmallBatch = 96;
constexpr std::int64_t kPrefillRows = 8192;  // in one dispatch; their results are to fit the buffer
constexpr std::int64_t kTile = 64, kMatrixTile = 128;
constexpr std::uint32_t kMatrixSubgroups = 4;  // of prefill_coopmat.glsl
// More results than this are checked in part, for the sake of time.
constexpr std::int64_t kManyResults = 1 << 18;

// Invocations of a workgroup and rows that it takes at once.
struct DecodeWay {
  std::uint32_t subgroups, rows;
};
constexpr DecodeWay kDecodeWays[] = {{1, 2}, {1, 4}, {2, 4}};

struct DecodePush {
  std::uint32_t rows, blocks, first_unit, first_result;
};
struct PrefillPush {
  std::uint32_t rows, columns, batch, first_unit, stride;
};

struct MatrixJob {
  GpuLab* lab = nullptr;
  const GpuKernel* kernel = nullptr;
  const GpuVariant* variant = nullptr;
  bool prefill = false;
  std::int64_t columns = 0, batch = 1, distinct = 1;
  Bytes row_bytes = 0;
  std::int64_t patterns = 0;  // in the data
  std::int64_t step_rows = kPatternRows;
  std::vector<unsigned char> pattern;
  std::vector<unsigned char> vectors, scales;  // as the kernel reads them
  std::vector<Expected> expected;              // [distinct][kPatternRows]
  vulkan::Pipeline pipeline;
  VkDescriptorSet set = nullptr;
  std::map<std::int64_t, std::pair<vulkan::Pipeline, VkDescriptorSet>> ready;  // by way
  std::uint32_t rows_of_group = 1;
  std::int64_t position = 0, last_rows = 0;

  std::int64_t rows() const { return patterns * kPatternRows; }
  bool matrices() const { return (variant->needs & kNeedsCooperativeMatrix) != 0; }
  std::int64_t tile() const { return matrices() ? kMatrixTile : kTile; }
  /// From a vector's results to the next one's: whole tiles, for matrices are stored whole.
  std::int64_t stride(std::int64_t count) const {
    return prefill ? (count + kMatrixTile - 1) / kMatrixTile * kMatrixTile : count;
  }

  void make_data() {
    kernels::Kernel plain{};
    plain.format = kernel->format.data();  // a literal: it ends with a NUL
    plain.activation = variant->activation;
    const auto weights = kernels::random_rows(kernel->format, kPatternRows, columns, kSeed);
    std::vector<float> values = kernels::random_activations(columns * distinct, kSeed + 1);
    expected = kernels::expected_results(plain, weights, kPatternRows, columns, values, distinct);
    pattern.resize(weights.size());
    kernel->pack(weights.data(), kPatternRows, columns, pattern.data());
    values.resize(static_cast<std::size_t>(columns * batch));
    for (auto i = static_cast<std::size_t>(columns * distinct); i < values.size(); ++i)
      values[i] = values[i - static_cast<std::size_t>(columns * distinct)];
    make_vectors(values);
  }

  template <class T>
  static std::vector<unsigned char> bytes_of(const std::vector<T>& values) {
    std::vector<unsigned char> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
  }

  void make_vectors(const std::vector<float>& values) {
    if (variant->activation == Activation::q8_per_32) {
      const Bytes8 rounded = prefill ? plain_bytes(values.data(), columns, batch)
                                     : spread_bytes(values.data(), columns);
      vectors = bytes_of(rounded.numbers);
      scales = bytes_of(rounded.scales);
    } else if (prefill) {
      vectors = bytes_of(halves(values.data(), static_cast<std::int64_t>(values.size())));
    } else {
      vectors = bytes_of(spread_floats(values.data(), columns));
    }
  }

  // Other kernels take turns in the same buffers.
  Result<Done> fill() {
    position = 0;
    auto done = lab->upload(lab->vectors(), 0, vectors.data(), static_cast<Bytes>(vectors.size()));
    if (!done) return done;
    done = lab->upload(lab->scales(), 0, scales.data(), static_cast<Bytes>(scales.size()));
    if (!done) return done;
    return lab->repeat_pattern(pattern, patterns);
  }

  Result<Done> choose(std::int64_t way) {
    std::vector<std::uint32_t> constants;
    if (!prefill) {
      const DecodeWay& chosen = kDecodeWays[way];
      const std::uint32_t subgroup =
          std::clamp<std::uint32_t>(lab->device().able.subgroup_size, 32, 64);
      rows_of_group = chosen.rows;
      constants = {std::min(chosen.subgroups * subgroup, lab->wide_group()), chosen.rows};
    }
    if (const auto found = ready.find(way); found != ready.end()) {
      std::tie(pipeline, set) = found->second;
      return Done{};
    }
    const std::uint32_t bindings = variant->activation == Activation::q8_per_32 ? 4 : 3;
    auto made = matrices() ? lab->matrix_pipeline(kernel->shader, bindings, sizeof(PrefillPush),
                                                  kMatrixSubgroups)
                           : lab->pipeline(kernel->shader, variant->shader, bindings,
                                           prefill ? sizeof(PrefillPush) : sizeof(DecodePush),
                                           constants);
    if (!made) return made.error();
    pipeline = *made;
    std::vector<vulkan::Binding> all{{&lab->data()}, {&lab->vectors()}, {&lab->results()}};
    if (bindings == 4) all.push_back({&lab->scales()});
    auto bound = vulkan::bind_buffers(lab->device(), pipeline, all);
    if (!bound) return bound.error();
    set = *bound;
    ready.emplace(way, std::pair{pipeline, set});
    return Done{};
  }

  void record(VkCommandBuffer commands, std::int64_t first, std::int64_t count) const {
    const auto unit = static_cast<std::uint32_t>(first * row_bytes / kUnitBytes);
    const auto now = static_cast<std::uint32_t>(count);
    if (prefill) {
      const PrefillPush push{now, static_cast<std::uint32_t>(columns),
                             static_cast<std::uint32_t>(batch), unit,
                             static_cast<std::uint32_t>(stride(count))};
      vulkan::record_dispatch(lab->device(), commands, pipeline, set, &push,
                              static_cast<std::uint32_t>((count + tile() - 1) / tile()),
                              static_cast<std::uint32_t>((batch + tile() - 1) / tile()));
    } else {
      const DecodePush push{now, static_cast<std::uint32_t>(columns / 32), unit, 0};
      const std::uint32_t groups = (now + rows_of_group - 1) / rows_of_group;
      const std::uint32_t x = std::min(groups, kMostGroups);
      vulkan::record_dispatch(lab->device(), commands, pipeline, set, &push, x,
                              (groups + x - 1) / x);
    }
    vulkan::record_barrier(lab->device(), commands);
  }

  Result<Timing> run(std::int64_t steps) {
    return lab->queue().run([&](VkCommandBuffer commands) {
      for (std::int64_t left = steps * step_rows; left > 0;) {
        if (position >= rows()) position = 0;
        std::int64_t now = std::min(left, rows() - position);
        if (prefill) now = std::min(now, kPrefillRows / kPatternRows * kPatternRows);
        record(commands, position, now);
        last_rows = now;
        position += now;
        left -= now;
      }
    });
  }

  Result<bool> check() {
    const std::int64_t step = stride(last_rows);
    std::vector<float> results(static_cast<std::size_t>(step * batch));
    const auto done = lab->download(lab->results(), 0, results.data(),
                                    static_cast<Bytes>(4 * results.size()));
    if (!done) return done.error();
    const std::int64_t count = last_rows * batch;
    for (std::int64_t i = 0; i < count; i += count > kManyResults ? 5 : 1) {
      const std::int64_t vector = i / last_rows % distinct, row = i % last_rows % kPatternRows;
      const Expected& right = expected[static_cast<std::size_t>(vector * kPatternRows + row)];
      const auto at = static_cast<std::size_t>(i / last_rows * step + i % last_rows);
      const double error = std::fabs(static_cast<double>(results[at]) - right.value);
      if (!(error <= variant->error_bound * right.magnitude)) return false;
    }
    return true;
  }
};

Result<GpuWork> matrix_work(GpuLab& lab, const GpuKernel& kernel, const GpuVariant& variant) {
  const auto job = std::make_shared<MatrixJob>();
  job->lab = &lab;
  job->kernel = &kernel;
  job->variant = &variant;
  job->prefill = kernel.kind == GpuKernelKind::prefill;
  job->columns = job->prefill || lab.small() ? kPrefillColumns : kColumns;
  if (job->prefill) {
    job->batch = lab.small() ? kSmallBatch : kBatch;
    job->distinct = kDistinct;
  }
  job->row_bytes = kernel.bytes_per_row(job->columns);
  // Whole tiles of results, a batch of whole tiles.
  const Bytes vectors = (job->batch + kMatrixTile - 1) / kMatrixTile * kMatrixTile;
  const Bytes results = lab.results().bytes / (4 * (job->prefill ? vectors : 1));
  job->patterns = std::min(lab.data().bytes / job->row_bytes, job->prefill ? std::min(results, kPrefillRows) : results) /
                  kPatternRows;
  if (job->patterns == 0) return Error{ErrorKind::data, "there is too little memory", "", ""};
  job->make_data();
  const auto chosen = job->choose(0);
  if (!chosen) return chosen.error();
  GpuWork work = begin_work(lab, kernel, variant);
  work.operations = job->prefill;
  work.label.working_set_bytes = job->rows() * job->row_bytes;
  if (job->prefill) {
    work.label.beyond_caches = false;
    work.label.why =
        job->batch == kBatch ? "" : "a batch of " + std::to_string(job->batch) + " vectors";
  }
  work.amount = static_cast<double>(
      kPatternRows * (job->prefill ? job->batch * kernel.operations_per_row(job->columns)
                                   : job->row_bytes));
  work.fill = [job] { return job->fill(); };
  work.run = [job](std::int64_t steps) { return job->run(steps); };
  work.check = [job] { return job->check(); };
  if (!job->prefill) work.ways = static_cast<std::int64_t>(std::size(kDecodeWays));
  work.choose = [job](std::int64_t way) { return job->choose(way); };
  return work;
}

}  // namespace

Result<GpuWork> gpu_decode_work(GpuLab& lab, const GpuKernel& kernel, const GpuVariant& variant) {
  return matrix_work(lab, kernel, variant);
}

Result<GpuWork> gpu_prefill_work(GpuLab& lab, const GpuKernel& kernel, const GpuVariant& variant) {
  return matrix_work(lab, kernel, variant);
}

}  // namespace weighin
