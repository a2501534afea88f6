// How do threads go through the data, slice by slice?
#include "bench/runner.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "bench/clock.hpp"
#include "bench/flush.hpp"

namespace weighin {
namespace {

using kernels::Kernel;
using kernels::KernelKind;

// Slices of 1-2 MB take about 50 µs: long beside the clock's 25 ns, short beside a time slice of
// the scheduler (1-4 ms). Measured: a high quantile over such slices is steady within 0.4-1.6 %.
constexpr Bytes kSliceBytes = 5 * kMiB / 4;
constexpr std::int64_t kDecodeRows = 64;  // a multiple of every kernel's row group
constexpr std::int64_t kPrefillRows = 32;
constexpr std::int64_t kMemoryRows = 32;    // of 4096 bytes
constexpr Bytes kPrefillBytes = 16 * kMiB;  // arithmetic is the limit there, not memory
// A cache of 1024 tokens with 8 KV heads of 128 values (Llama-3.1-8B, Mistral-7B, Qwen3-8B), one
// head a slice of some 60 us; many queries take 128 times as long for a cell, so fewer cells are a
// slice.
constexpr std::int64_t kHeads = 8, kCells = 1024, kPrefillCells = 256, kLeastCells = 128;
constexpr std::int64_t kPatternCells = 64;
// Rows between two matrices: what a thread reads and writes stays below 300 KB, less than the
// second cache of a processor of the last ten years. Eight turns take about 50 us.
constexpr std::int64_t kRowBytes = 4096;  // of the memory's and the caches' kernels
constexpr Bytes kTurnsBytes = 2 * kMiB;   // through a cache: some 50 us
constexpr std::int64_t kRowColumns = 1024, kRouteColumns = 512, kRowTurns = 8;
constexpr std::size_t kMostSlices = 4096;  // of one thread in one window
constexpr std::size_t kLeastSlices = 8;
constexpr double kLongestSeconds = 0.3;  // where even the least number of slices takes long

}  // namespace

double Job::bytes_per_slice() const {
  return static_cast<double>(work.kernel->bytes_per_row(work.columns) * work.rows * repeats *
                             turns);
}

double Job::operations_per_slice() const {
  return static_cast<double>(work.kernel->operations_per_row(work.columns) * work.rows * repeats *
                             turns * work.batch);
}

kernels::KernelTask Job::task(unsigned char* data, std::int64_t index) const {
  kernels::KernelTask task = work.task(nullptr);
  task.rows = work.rows * repeats;
  if (!is_attention(work.kernel->kind)) {
    task.weights = data + index * slice_bytes();
    return task;
  }
  const Bytes row_bytes = slice_bytes() / (2 * task.rows);
  task.stride = heads * row_bytes;
  task.weights = data + index / heads * heads * slice_bytes() + index % heads * row_bytes;
  task.values = task.weights + task.rows * task.stride;
  return task;
}

Runner::Runner(Pool& pool, Region& region, bool cold)
    : pool_(pool), region_(region), cold_(cold && can_flush()) {
  lanes_.resize(static_cast<std::size_t>(pool.size()));
  // All memory is taken here: a thread that allocates gets an arena of 64 MiB of address space.
  for (Lane& lane : lanes_) {
    for (auto& slices : lane.slices) slices.reserve(kMostSlices);
  }
}

Job Runner::make_job(const Kernel& kernel, std::int64_t columns) const {
  const KernelKind kind = kernel.kind;
  const bool prefill = kernels::counts_operations(kind);
  std::int64_t rows = prefill ? kPrefillRows : kDecodeRows;
  if (kernels::is_memory(kind)) {
    rows = kMemoryRows;
    columns = kRowBytes;
  } else if (kernels::is_attention(kind)) {
    rows = kPatternCells;
    columns = kernels::kHeadSize;
  } else if (kernels::is_row_wise(kind)) {
    rows = kernels::kPositions;
    columns = kind == KernelKind::route_experts ? kRouteColumns : kRowColumns;
  }
  Job job;
  job.work = kernels::make_workload(kernel, rows, columns, kernel.batch, 20260101);
  if (kernels::is_row_wise(kind)) {
    job.resident = true;
    job.turns = kRowTurns;
    job.slices = job.slice_bytes() * pool_.size() <= region_.bytes() ? pool_.size() : 0;
    return job;
  }
  const auto pattern = static_cast<Bytes>(job.work.pattern.size());
  const Bytes room = prefill ? std::min(region_.bytes(), kPrefillBytes) : region_.bytes();
  if (kernels::is_attention(kind)) {
    job.heads = kHeads;
    job.repeats = (prefill ? kPrefillCells : kCells) / kPatternCells;
    const auto blocks = [&] { return room / (job.heads * job.slice_bytes()); };
    while (blocks() * job.heads < 4 * pool_.size() && job.repeats > kLeastCells / kPatternCells)
      job.repeats /= 2;
    job.slices = blocks() * job.heads;
  } else {
    if (!prefill) job.repeats = std::max<std::int64_t>(1, kSliceBytes / pattern);
    // A small region (little memory) is still to be several slices for each thread.
    while (job.repeats > 1 && room / job.slice_bytes() < 4 * pool_.size())
      job.repeats = (job.repeats + 1) / 2;
    job.slices = room / job.slice_bytes();
  }
  if (job.slices < 2 * pool_.size()) job.slices = 0;
  job.cold = cold_ && !prefill;
  return job;
}

Job Runner::make_cache_job(const Kernel& kernel, Bytes bytes) const {
  const std::int64_t halves = kernel.kind == KernelKind::memory_copy ? 2 : 1;
  const std::int64_t rows = bytes / halves / kRowBytes;
  Job job;
  if (rows == 0) return job;
  // A pattern of up to 32 rows, repeated: a large cache does not cost a large reference.
  const std::int64_t pattern_rows = std::min(rows, kMemoryRows);
  job.work = kernels::make_workload(kernel, pattern_rows, kRowBytes, kernel.batch, 20260101);
  job.repeats = rows / pattern_rows;
  job.resident = true;
  job.turns = std::max<std::int64_t>(1, kTurnsBytes / (job.slice_bytes() * halves));
  const std::int64_t slices = halves * pool_.size();
  if (slices * job.slice_bytes() <= region_.bytes()) job.slices = slices;
  return job;
}

void Runner::fill(const Job& job) {
  for (Lane& lane : lanes_) {
    lane.results.assign(static_cast<std::size_t>(job.work.results(job.repeats)), 0.0f);
    lane.position = 0;
  }
  const std::int64_t threads = pool_.size();
  const std::size_t pattern = job.work.pattern.size();
  pool_.run(threads, [&](std::int64_t index) {
    if (job.heads > 1) {
      fill_heads(job, index);
      return;
    }
    const std::int64_t patterns = job.slices * job.repeats;
    for (std::int64_t i = patterns * index / threads; i < patterns * (index + 1) / threads; ++i) {
      std::memcpy(region_.data() + static_cast<std::size_t>(i) * pattern, job.work.pattern.data(),
                  pattern);
    }
  });
}

void Runner::fill_heads(const Job& job, std::int64_t index) const {
  const std::int64_t cells = job.work.rows * job.repeats;
  const std::int64_t all = job.slices / job.heads * 2 * cells;  // keys and values of all blocks
  const Bytes row_bytes = job.slice_bytes() / (2 * cells);
  const std::int64_t threads = pool_.size();
  unsigned char* to = region_.data() + all * index / threads * job.heads * row_bytes;
  for (std::int64_t i = all * index / threads; i < all * (index + 1) / threads; ++i) {
    const std::int64_t half = i / cells % 2;  // 0: keys; 1: values
    const std::int64_t row = half * job.work.rows + i % cells % job.work.rows;
    for (std::int64_t head = 0; head < job.heads; ++head, to += row_bytes) {
      std::memcpy(to, job.work.pattern.data() + row * row_bytes,
                  static_cast<std::size_t>(row_bytes));
    }
  }
}

void Runner::pass(const Job& job, std::int64_t threads, std::int64_t index, std::int64_t way,
                  double deadline) {
  Lane& lane = lanes_[static_cast<std::size_t>(index)];
  std::vector<Slice>& slices = lane.slices[way];
  const Kernel& kernel = *job.work.kernel;
  const std::int64_t first = job.slices * index / threads;
  const std::int64_t count = job.slices * (index + 1) / threads - first;
  const bool copies = kernel.kind == KernelKind::memory_copy;
  // Cold data is gone through once, and a copy makes two slices warm.
  const std::int64_t most =
      job.cold ? (copies ? count / 2 : count) : static_cast<std::int64_t>(kMostSlices);
  double now = clock_seconds();
  for (std::int64_t done = 0; done < most && slices.size() < kMostSlices; ++done) {
    lane.position = job.cold ? done : (lane.position + 1) % count;
    if (job.resident) lane.position = 0;
    kernels::KernelTask task = job.task(region_.data(), first + lane.position);
    task.results = lane.results.data();
    task.in_turn = way > 0;
    if (kernels::sums_words(kernel.kind)) task.results = &lane.sum;
    if (copies) {
      // All slices are alike, so a copy may go over another one.
      lane.last_target =
          region_.data() + (first + (lane.position + count / 2) % count) * job.slice_bytes();
      task.results = lane.last_target;
    }
    for (std::int64_t turn = 0; turn < job.turns; ++turn) kernel.run(&task);
    const double end = clock_seconds();
    slices.push_back({now, end});
    now = end;
    if (now >= deadline && slices.size() >= kLeastSlices) break;
  }
}

void Runner::flush_all(const Job& job, std::int64_t index) const {
  const std::int64_t first = job.slices * index / pool_.size();
  const std::int64_t end = job.slices * (index + 1) / pool_.size();
  flush(region_.data() + first * job.slice_bytes(), (end - first) * job.slice_bytes());
}

bool Runner::agrees(const Job& job, const Lane& lane) const {
  switch (job.work.kernel->kind) {
    case KernelKind::memory_read:
    case KernelKind::cache_read:
      return lane.sum == job.work.sum * static_cast<std::uint64_t>(job.repeats);
    case KernelKind::memory_copy:
      for (std::int64_t i = 0; i < job.repeats; ++i) {
        const unsigned char* copy =
            lane.last_target + i * static_cast<std::int64_t>(job.work.pattern.size());
        if (std::memcmp(copy, job.work.pattern.data(), job.work.pattern.size()) != 0) return false;
      }
      return true;
    default:
      return kernels::results_agree(job.work, lane.results.data(), job.repeats);
  }
}

Runner::Outcome Runner::run(const Job& job, std::int64_t threads, double seconds) {
  threads = std::clamp<std::int64_t>(threads, 1, pool_.size());
  const std::int64_t ways = std::clamp<std::int64_t>(job.work.kernel->ways, 1, kMostWays);
  for (Lane& lane : lanes_) {
    for (auto& slices : lane.slices) slices.clear();
    std::fill(std::begin(lane.given_seconds), std::end(lane.given_seconds), 0.0);
  }
  Outcome outcome;
  outcome.checked = true;
  const double start = clock_seconds(), deadline = start + seconds;
  const auto few = [&] {
    return lanes_.front().slices[ways - 1].size() < kLeastSlices &&
           clock_seconds() < deadline + kLongestSeconds;
  };
  // Data that need no flush are gone through until the time is over: each way has its part of it.
  for (std::int64_t turn = 0; turn == 0 || clock_seconds() < deadline || few(); ++turn) {
    const std::int64_t way = turn % ways;
    const double until = start + seconds * static_cast<double>(way + 1) / static_cast<double>(ways);
    if (job.cold) pool_.run(pool_.size(), [&](std::int64_t index) { flush_all(job, index); });
    const double called = clock_seconds();
    pool_.run(threads, [&](std::int64_t index) {
      pass(job, threads, index, way, job.cold ? deadline : until);
      Lane& lane = lanes_[static_cast<std::size_t>(index)];
      if (!lane.slices[way].empty())
        lane.given_seconds[way] += lane.slices[way].back().end_seconds - called;
    });
    for (std::int64_t i = 0; i < threads; ++i) {
      Lane& lane = lanes_[static_cast<std::size_t>(i)];
      outcome.checked = outcome.checked && agrees(job, lane);
      std::fill(lane.results.begin(), lane.results.end(), 0.0f);
      lane.sum = 0;
    }
  }
  for (std::int64_t way = 0; way < ways; ++way) {
    std::vector<std::vector<Slice>> slices;
    std::vector<double> given_seconds;
    for (std::int64_t i = 0; i < threads; ++i) {
      slices.push_back(lanes_[static_cast<std::size_t>(i)].slices[way]);
      given_seconds.push_back(lanes_[static_cast<std::size_t>(i)].given_seconds[way]);
    }
    Window window = judge_window(slices, given_seconds);
    // A sum that the threads reached at the same time says more than one that they did not.
    const bool better = window.together != outcome.window.together
                            ? window.together
                            : window.per_second > outcome.window.per_second;
    if (way == 0 || better) outcome.window = std::move(window);
  }
  return outcome;
}

}  // namespace weighin
