// What are the operations of a block, in which order, and how are they timed?
//
// The graph is llama.cpp's for a token of a Llama or OLMoE (src/models in
// https://github.com/ggml-org/llama.cpp): each operation ends with a barrier, a matrix has one more
// after its activations were rounded, and what works on one row is one thread's work.
#include "bench/block.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "bench/clock.hpp"
#include "bench/flush.hpp"
#include "bench/statistics.hpp"
#include "kernels/kernel_table.hpp"
#include "kernels/workload.hpp"

namespace weighin {
namespace {

using kernels::Kernel;
using kernels::KernelKind;
using kernels::KernelTask;

constexpr std::uint64_t kSeed = 20260201;
constexpr std::int64_t kPatternRows = 64;
constexpr Bytes kAlign = 4096;
constexpr std::size_t kMostPasses = 512, kLeastPasses = 6;
constexpr double kLongestSeconds = 0.3;  // where even the least number of passes takes long
// Disturbed steps are longer, never shorter; see window.cpp for why a high quantile of the rates is
// taken. Step by step, because a whole block is longer than a busy neighbour leaves both cores
// alone.
constexpr double kQuantile = 0.1;

const Kernel* find_kernel(KernelKind kind, std::string_view format, std::string_view isa) {
  for (const Kernel* kernel : kernels::kernel_table()) {
    if (kernel->kind == kind && kernel->isa == isa && kernel->format == format) return kernel;
  }
  return nullptr;
}

std::size_t size_of(std::int64_t count) { return static_cast<std::size_t>(count); }

}  // namespace

std::vector<BlockShape> common_blocks() {
  BlockShape dense;  // https://huggingface.co/meta-llama/Llama-3.2-1B/blob/main/config.json
  BlockShape moe;    // https://huggingface.co/allenai/OLMoE-1B-7B-0924/blob/main/config.json
  moe.name = "moe";
  moe.heads = moe.kv_heads = 16;
  moe.head_size = 128;
  moe.feed_forward = 1024;
  moe.experts = 64;
  moe.experts_used = 8;
  return {dense, moe};
}

Block::Block(Pool& pool, Region& region, Bytes most_bytes, const BlockShape& shape,
             const std::string& isa, bool cold)
    : pool_(pool), shape_(shape), cold_(cold && can_flush()) {
  matrix_kernel_ = find_kernel(KernelKind::decode, shape.format, isa);
  router_kernel_ = find_kernel(KernelKind::decode, "F32", isa);
  attention_kernel_ = find_kernel(KernelKind::attention, shape.kv_format, isa);
  norm_kernel_ = find_kernel(KernelKind::rms_norm, "", isa);
  rope_kernel_ = find_kernel(KernelKind::rope, "", isa);
  gate_kernel_ = find_kernel(KernelKind::gated_silu, "", isa);
  if (matrix_kernel_ == nullptr) why_not_ = "there is no kernel for " + shape.format;
  if (attention_kernel_ == nullptr) why_not_ = "no attention over a cache in " + shape.kv_format;
  if (!why_not_.empty()) return;
  lay_out();
  if (!why_not_.empty()) return;
  if (data_bytes_ <= region.bytes()) {
    data_ = region.data();
  } else if (data_bytes_ <= most_bytes) {
    own_ = Region(data_bytes_, data_bytes_);
    data_ = own_.data();
  }
  if (data_ == nullptr) {
    why_not_ = fmt::format("the block takes {} of memory", text_binary(data_bytes_));
    return;
  }
  build();
}

Block::Matrix Block::place(const Kernel* kernel, std::int64_t rows, std::int64_t columns) {
  const Matrix matrix{kernel, rows, columns, data_bytes_};
  if (columns % kernel->column_block != 0 || rows % kPatternRows != 0) {
    why_not_ = fmt::format("{} x {} weights do not suit {}", rows, columns, kernel->name);
    return matrix;
  }
  data_bytes_ += (matrix.bytes() + kAlign - 1) / kAlign * kAlign;
  return matrix;
}

bool Block::lay_out_attention() {
  const BlockShape& s = shape_;
  const std::int64_t wide = s.heads * s.head_size, narrow = s.kv_heads * s.head_size;
  if (s.head_size % attention_kernel_->column_block != 0 || wide % kernels::kHeadSize != 0 ||
      narrow % kernels::kHeadSize != 0) {
    why_not_ = "the block's sizes do not suit the kernels";
    return false;
  }
  query_ = place(matrix_kernel_, wide, s.embedding);
  key_ = place(matrix_kernel_, narrow, s.embedding);
  value_ = place(matrix_kernel_, narrow, s.embedding);
  output_ = place(matrix_kernel_, s.embedding, wide);
  read_bytes_ = query_.bytes() + key_.bytes() + value_.bytes() + output_.bytes();
  cells_ = (s.window > 0 ? std::min(s.window, s.depth) : s.depth) / kPatternRows * kPatternRows;
  if (cells_ == 0) why_not_ = "the window is too small";
  return why_not_.empty();
}

void Block::lay_out() {
  const BlockShape& s = shape_;
  // Sizes come from a caller: no product of two may overflow, and none may be absurd.
  for (const std::int64_t size : {s.embedding, s.heads, s.kv_heads, s.head_size, s.feed_forward}) {
    if (size < 1 || size > 65536) why_not_ = "a size of the block is out of range";
  }
  if (s.experts < 0 || s.experts > 1024 || s.experts_used < 0 || s.experts_used > s.experts ||
      s.depth < kPatternRows || s.depth > 131072 || s.window < 0 || s.heads % s.kv_heads != 0 ||
      s.head_size > 512 || s.heads * s.head_size > 65536) {
    why_not_ = "a size of the block is out of range";
  }
  if (!why_not_.empty()) return;
  if (s.embedding % 256 != 0 || s.feed_forward % 256 != 0) {
    why_not_ = "the block's sizes do not suit the kernels";
    return;
  }
  if (s.mixer != "attention" && s.mixer != "convolution" && s.mixer != "recurrent") {
    why_not_ = "there is no mixer called " + s.mixer;
    return;
  }
  if (attends() ? !lay_out_attention() : !lay_out_mixer()) return;
  if (s.experts > 0) {
    router_ = place(router_kernel_, std::max(s.experts, kPatternRows), s.embedding);
    read_bytes_ += router_.bytes();
  }
  if (attends()) {
    const Bytes half = cells_ * s.kv_heads * attention_kernel_->bytes_per_row(s.head_size) / 2;
    keys_offset_ = data_bytes_;
    values_offset_ = keys_offset_ + (half + kAlign - 1) / kAlign * kAlign;
    data_bytes_ = values_offset_ + (half + kAlign - 1) / kAlign * kAlign;
  }
  const Bytes before = data_bytes_;
  gate_ = place(matrix_kernel_, s.feed_forward, s.embedding);
  up_ = place(matrix_kernel_, s.feed_forward, s.embedding);
  down_ = place(matrix_kernel_, s.embedding, s.feed_forward);
  expert_bytes_ = data_bytes_ - before;
  const std::int64_t used = std::max<std::int64_t>(s.experts_used, 1);
  // Twice the experts of one token, where there are so many: the next token's are others.
  resident_ = s.experts > 0 ? std::min(s.experts, used + used / 2) : 1;
  data_bytes_ = before + resident_ * expert_bytes_;
  read_bytes_ += used * (gate_.bytes() + up_.bytes() + down_.bytes());
}

void Block::fill() {
  std::map<std::pair<const Kernel*, std::int64_t>, std::vector<unsigned char>> patterns;
  const auto write = [&](const Matrix& matrix, Bytes shift) {
    auto& pattern = patterns[{matrix.kernel, matrix.columns}];
    if (pattern.empty()) {
      const auto plain =
          kernels::random_rows(matrix.kernel->format, kPatternRows, matrix.columns, kSeed);
      pattern.resize(plain.size());
      matrix.kernel->pack(plain.data(), kPatternRows, matrix.columns, pattern.data());
    }
    for (std::int64_t row = 0; row < matrix.rows; row += kPatternRows) {
      std::memcpy(
          data_ + matrix.offset + shift + row / kPatternRows * static_cast<Bytes>(pattern.size()),
          pattern.data(), pattern.size());
    }
  };
  write(output_, 0);
  if (!attends()) write(mix_in_, 0);
  for (const Matrix* matrix : {&query_, &key_, &value_}) {
    if (attends()) write(*matrix, 0);
  }
  if (shape_.experts > 0) write(router_, 0);
  for (std::int64_t expert = 0; expert < resident_; ++expert) {
    for (const Matrix* matrix : {&gate_, &up_, &down_}) write(*matrix, expert * expert_bytes_);
  }
  fill_states();
  const Bytes row = attention_kernel_->bytes_per_row(shape_.head_size) / 2;
  for (const bool values : {false, true}) {
    const auto plain = kernels::random_rows(shape_.kv_format, kPatternRows, shape_.head_size,
                                            kSeed + (values ? 1 : 2));
    unsigned char* to = data_ + (values ? values_offset_ : keys_offset_);
    for (std::int64_t i = 0; i < cells_ * shape_.kv_heads; ++i, to += row) {
      std::memcpy(to, plain.data() + i / shape_.kv_heads % kPatternRows * row, size_of(row));
    }
  }
}

void Block::add_single(std::function<void()> work) {
  steps_.emplace_back([work = std::move(work)](std::int64_t thread, std::int64_t) {
    if (thread == 0) work();
  });
}

void Block::add_idle(int count) {
  for (int i = 0; i < count; ++i) add_single([] {});
}

void Block::add_norm(const Floats& from, Floats& to) {
  to.resize(from.size());
  add_single([this, &from, &to] {
    KernelTask task;
    task.weights = reinterpret_cast<const unsigned char*>(from.data());
    task.activations = norm_weights_.data();
    task.results = to.data();
    task.rows = 1;
    task.columns = shape_.embedding;
    norm_kernel_->run(&task);
  });
}

void Block::add_rope(const Floats& from, Floats& to) {
  to.resize(from.size());
  add_single([this, &from, &to] {
    KernelTask task;
    task.weights = reinterpret_cast<const unsigned char*>(from.data());
    task.activations = frequencies_.data();
    task.results = to.data();
    task.rows = 1;
    task.columns = static_cast<std::int64_t>(from.size());
    rope_kernel_->run(&task);
  });
}

void Block::add_sum(const Floats& a, const Floats& b, Floats& to) {
  to.resize(a.size());
  add_single([&a, &b, &to] {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = a[i] + b[i];
  });
}

void Block::multiply(const Matrix& matrix, Bytes offset, const unsigned char* prepared, float* to,
                     std::int64_t thread, std::int64_t threads) const {
  const std::int64_t groups = matrix.rows / matrix.kernel->row_group;
  const std::int64_t first = groups * thread / threads * matrix.kernel->row_group;
  KernelTask task;
  task.rows = groups * (thread + 1) / threads * matrix.kernel->row_group - first;
  if (task.rows == 0) return;
  task.weights = data_ + offset + first * matrix.kernel->bytes_per_row(matrix.columns);
  task.activations = prepared;
  task.results = to + first;
  task.columns = matrix.columns;
  task.in_turn = in_turn_;
  matrix.kernel->run(&task);
}

void Block::add_matrix(const Matrix& matrix, const Floats& from, Floats& to,
                       std::int64_t to_offset) {
  to.resize(std::max(to.size(), size_of(to_offset + matrix.rows)));
  prepared_.resize(
      std::max(prepared_.size(), size_of(matrix.kernel->prepared_bytes(matrix.columns, 1))));
  add_single([this, &matrix, &from] {
    matrix.kernel->prepare(from.data(), matrix.columns, 1, prepared_.data());
  });
  steps_.emplace_back([this, &matrix, &to, to_offset](std::int64_t thread, std::int64_t threads) {
    multiply(matrix, matrix.offset, prepared_.data(), to.data() + to_offset, thread, threads);
  });
}

void Block::add_attention() {
  const std::int64_t size = shape_.head_size, heads = shape_.heads;
  const Bytes query_bytes = attention_kernel_->prepared_bytes(size, 1);
  prepared_queries_.resize(size_of(heads * query_bytes));
  attended_.resize(q_.size());
  steps_.emplace_back([=, this](std::int64_t thread, std::int64_t threads) {
    for (std::int64_t head = heads * thread / threads; head < heads * (thread + 1) / threads;
         ++head) {
      unsigned char* query = prepared_queries_.data() + head * query_bytes;
      attention_kernel_->prepare(q_turned_.data() + head * size, size, 1, query);
      const Bytes row = attention_kernel_->bytes_per_row(size) / 2;
      const Bytes at = head / (heads / shape_.kv_heads) * row;
      KernelTask task;
      task.weights = data_ + keys_offset_ + at;
      task.values = data_ + values_offset_ + at;
      task.stride = shape_.kv_heads * row;
      task.activations = query;
      task.results = attended_.data() + head * size;
      task.rows = cells_;
      task.columns = size;
      attention_kernel_->run(&task);
    }
  });
}

void Block::build() {
  norm_weights_ = kernels::random_activations(shape_.embedding, kSeed + 3);
  // Random weights are larger than trained ones: without this, scores of attention would be in the
  // hundreds, and all its weight on one cell.
  for (float& weight : norm_weights_) weight /= 64.0f;
  input_ = kernels::random_activations(shape_.embedding, kSeed + 4);
  frequencies_.resize(kernels::kHeadSize / 2);
  for (std::size_t i = 0; i < frequencies_.size(); ++i) {
    frequencies_[i] =
        static_cast<float>(std::pow(10000.0, -2.0 * static_cast<double>(i) / kernels::kHeadSize));
  }
  add_norm(input_, normed_);
  if (attends()) {
    build_attention();
  } else {
    build_mixer();
  }
  add_matrix(output_, attended_, projected_);
  add_sum(input_, projected_, middle_);
  add_norm(middle_, normed_again_);
  if (shape_.experts > 0) {
    build_expert_part();
  } else {
    build_dense_part();
  }
  add_sum(middle_, fed_, result_);
}

void Block::build_attention() {
  const std::int64_t size = shape_.head_size;
  stored_.resize(size_of(attention_kernel_->prepared_bytes(size, shape_.kv_heads)));
  add_matrix(query_, normed_, q_);
  add_rope(q_, q_turned_);
  add_matrix(key_, normed_, k_);
  add_rope(k_, k_turned_);
  add_matrix(value_, normed_, v_);
  // The new token's key and value are rounded for the cache, here into a place of their own: the
  // cache stays as the reference knows it.
  for (const Floats* each : {&k_turned_, &v_}) {
    add_single([this, each, size] {
      attention_kernel_->prepare(each->data(), size, shape_.kv_heads, stored_.data());
    });
  }
  add_attention();
}

void Block::build_dense_part() {
  add_matrix(gate_, normed_again_, gates_);
  add_matrix(up_, normed_again_, gates_, shape_.feed_forward);
  hidden_.resize(size_of(shape_.feed_forward));
  add_single([this] {
    KernelTask task;
    task.weights = reinterpret_cast<const unsigned char*>(gates_.data());
    task.results = hidden_.data();
    task.rows = 1;
    task.columns = 2 * shape_.feed_forward;
    gate_kernel_->run(&task);
  });
  add_matrix(down_, hidden_, fed_);
}

void Block::route() {
  std::iota(order_.begin(), order_.end(), 0u);
  std::partial_sort(order_.begin(), order_.begin() + shape_.experts_used, order_.end(),
                    [this](std::size_t a, std::size_t b) { return logits_[a] > logits_[b]; });
  float total = 0.0f;
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    shares_[i] = std::exp(logits_[order_[i]] - logits_[order_[0]]);
    total += shares_[i];
  }
  for (float& share : shares_) share /= total;
  // Which weights lie where does not matter, only that the next token's are others.
  turn_ = (turn_ + shape_.experts_used) % resident_;
}

void Block::build_expert_part() {
  const std::int64_t used = shape_.experts_used, wide = shape_.feed_forward;
  add_matrix(router_, normed_again_, logits_);
  shares_.resize(size_of(used));
  // Here, not in route(): a thread that allocates gets an arena of 64 MiB of address space.
  order_.resize(size_of(shape_.experts));
  add_single([this] { route(); });
  add_idle(4);  // softmax, the sort, the chosen weights and their sum are operations of their own
  gates_.resize(size_of(2 * used * wide));
  hidden_.resize(size_of(used * wide));
  downs_.resize(size_of(used * shape_.embedding));
  const auto expert = [this](std::int64_t i) { return (turn_ + i) % resident_ * expert_bytes_; };
  for (const Matrix* matrix : {&gate_, &up_}) {
    add_single([this] {
      gate_.kernel->prepare(normed_again_.data(), gate_.columns, 1, prepared_.data());
    });
    steps_.emplace_back([=, this](std::int64_t thread, std::int64_t threads) {
      for (std::int64_t i = 0; i < used; ++i) {
        float* to = gates_.data() + (2 * i + (matrix == &up_ ? 1 : 0)) * wide;
        multiply(*matrix, matrix->offset + expert(i), prepared_.data(), to, thread, threads);
      }
    });
  }
  steps_.emplace_back([=, this](std::int64_t thread, std::int64_t threads) {
    const std::int64_t first = used * thread / threads;
    KernelTask task;
    task.weights = reinterpret_cast<const unsigned char*>(gates_.data() + 2 * first * wide);
    task.results = hidden_.data() + first * wide;
    task.rows = used * (thread + 1) / threads - first;
    task.columns = 2 * wide;
    gate_kernel_->run(&task);
  });
  const Bytes each = down_.kernel->prepared_bytes(wide, 1);
  prepared_.resize(std::max(prepared_.size(), size_of(used * each)));
  steps_.emplace_back([=, this](std::int64_t thread, std::int64_t threads) {
    for (std::int64_t i = used * thread / threads; i < used * (thread + 1) / threads; ++i) {
      down_.kernel->prepare(hidden_.data() + i * wide, wide, 1, prepared_.data() + i * each);
    }
  });
  steps_.emplace_back([=, this](std::int64_t thread, std::int64_t threads) {
    for (std::int64_t i = 0; i < used; ++i) {
      multiply(down_, down_.offset + expert(i), prepared_.data() + i * each,
               downs_.data() + i * shape_.embedding, thread, threads);
    }
  });
  fed_.resize(size_of(shape_.embedding));
  add_single([this] {
    for (std::size_t i = 0; i < fed_.size(); ++i) {
      float sum = 0.0f;
      for (std::size_t k = 0; k < shares_.size(); ++k)
        sum += shares_[k] * downs_[k * fed_.size() + i];
      fed_[i] = sum;
    }
  });
  add_idle(static_cast<int>(used) - 1);  // engines add expert by expert
}

void Block::pass(std::int64_t index, std::int64_t threads, SpinBarrier& barrier,
                 std::vector<double>& times) {
  barrier.wait();
  double before = clock_seconds();
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    steps_[i](index, threads);
    barrier.wait();
    if (index != 0) continue;
    const double now = clock_seconds();
    times[i] = now - before;
    before = now;
  }
}

Runner::Outcome Block::run(std::int64_t threads, double seconds) {
  threads = std::clamp<std::int64_t>(threads, 1, pool_.size());
  SpinBarrier barrier(threads);
  // By each of the matrices' two ways in turn; the faster one counts.
  std::vector<std::vector<double>> samples[2];
  for (auto& way : samples) way.resize(steps_.size());
  std::vector<double> times(steps_.size());
  Runner::Outcome outcome;
  const double start = clock_seconds();
  double spent = 0.0;
  for (std::size_t passes = 0; passes < kMostPasses; ++passes) {
    const double elapsed = clock_seconds() - start;
    if (elapsed > seconds && (passes >= kLeastPasses || elapsed > seconds + kLongestSeconds)) break;
    if (cold_) {
      pool_.run(pool_.size(), [&](std::int64_t index) {
        const Bytes from = data_bytes_ * index / pool_.size() / 64 * 64;
        const Bytes to = data_bytes_ * (index + 1) / pool_.size() / 64 * 64;
        flush(data_ + from, to - from);
      });
    }
    in_turn_ = passes % 2 == 1;
    pool_.run(threads, [&](std::int64_t index) { pass(index, threads, barrier, times); });
    const double whole = std::accumulate(times.begin(), times.end(), 0.0);
    for (std::size_t i = 0; i < times.size(); ++i) samples[passes % 2][i].push_back(times[i]);
    spent += whole;
    outcome.window.rates.push_back(1.0 / whole);
  }
  double best = 0.0;
  for (const auto& way : samples) {
    double seconds_of_way = 0.0;
    for (const auto& step : way) seconds_of_way += quantile(step, kQuantile);
    if (seconds_of_way > 0.0 && (best == 0.0 || seconds_of_way < best)) best = seconds_of_way;
  }
  outcome.window.samples = static_cast<std::int64_t>(outcome.window.rates.size());
  outcome.window.per_second = best > 0.0 ? 1.0 / best : 0.0;
  outcome.window.mean_per_second =
      spent > 0.0 ? static_cast<double>(outcome.window.samples) / spent : 0.0;
  if (!agreed_.contains(threads)) agreed_[threads] = agrees();
  outcome.checked = agreed_[threads];
  return outcome;
}

}  // namespace weighin
