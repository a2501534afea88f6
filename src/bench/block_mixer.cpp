// How do blocks without attention mix the tokens: by a short convolution, or by a recurrent state?
//
// The operations are those of llama.cpp's graphs (src/models in
// https://github.com/ggml-org/llama.cpp): LFM2's short convolution (b * x of the last tokens, times
// c) and Mamba-2's state (h = h * exp(-dt) + dt * x * B, y = h . C + x, gated). What came before is
// read and the new state written beside it, so that the reference knows both. Plain loops: the
// matrices around them take most of the time.
#include <algorithm>
#include <cmath>

#include "bench/block.hpp"
#include "kernels/workload.hpp"

namespace weighin {
namespace {

constexpr std::uint64_t kSeed = 20260301;
constexpr std::int64_t kPatternRows = 64;  // as in block.cpp
constexpr Bytes kAlign = 4096;
// Random weights make projections of some tens: steps of time stay below one by this.
constexpr float kStep = 1.0f / 64.0f;

template <class T>
T silu(T x) {
  return x / (T{1} + std::exp(-x));
}
template <class T>
T softplus(T x) {
  return x > T{20} ? x : std::log1p(std::exp(x));
}

std::size_t size_of(std::int64_t count) { return static_cast<std::size_t>(count); }

/// Within a hundred-thousandth of the sum of what was added up.
bool near(double expected, float result, double magnitude) {
  return std::fabs(static_cast<double>(result) - expected) <= 1e-5 * magnitude + 1e-30;
}

}  // namespace

bool Block::lay_out_mixer() {
  const BlockShape& s = shape_;
  const bool recurrent = s.mixer == "recurrent";
  channels_ = recurrent ? s.heads * s.head_size : s.embedding;
  if (s.taps < 2 || s.taps > 16 || (recurrent && (s.state < 1 || s.state > 1024))) {
    why_not_ = "a convolution has 2 to 16 taps, a state 1 to 1024 values";
  } else if (channels_ % 256 != 0) {
    why_not_ = "the block's sizes do not suit the kernels";
  }
  if (!why_not_.empty()) return false;
  // Gate, values, two vectors of the state and a step of time a head; or b, c and x.
  convolved_ = recurrent ? channels_ + 2 * s.state : channels_;
  const std::int64_t rows = recurrent ? channels_ + convolved_ + s.heads : 3 * channels_;
  mix_in_ =
      place(matrix_kernel_, (rows + kPatternRows - 1) / kPatternRows * kPatternRows, s.embedding);
  output_ = place(matrix_kernel_, s.embedding, channels_);
  read_bytes_ = mix_in_.bytes() + output_.bytes();
  if (!recurrent) return why_not_.empty();
  states_offset_ = data_bytes_;
  state_bytes_ = (channels_ * s.state * 4 + kAlign - 1) / kAlign * kAlign;
  data_bytes_ += 2 * state_bytes_;
  return why_not_.empty();
}

void Block::fill_states() {
  if (shape_.mixer != "recurrent") return;
  const auto some = kernels::random_activations(4096, kSeed);
  auto* state = reinterpret_cast<float*>(data_ + states_offset_);
  for (std::int64_t i = 0; i < channels_ * shape_.state; ++i) state[i] = some[size_of(i % 4096)];
}

template <class T>
T Block::convolution(std::int64_t channel, T newest) const {
  const float* taps = taps_.data() + channel * shape_.taps;
  const float* past = past_.data() + channel * (shape_.taps - 1);
  T sum = newest * static_cast<T>(taps[shape_.taps - 1]);
  for (std::int64_t k = 0; k + 1 < shape_.taps; ++k)
    sum += static_cast<T>(taps[k]) * static_cast<T>(past[k]);
  return sum;
}

void Block::build_mixer() {
  taps_ = kernels::random_activations(convolved_ * shape_.taps, kSeed + 1);
  past_ = kernels::random_activations(convolved_ * (shape_.taps - 1), kSeed + 2);
  attended_.resize(size_of(channels_));
  add_matrix(mix_in_, normed_, mixed_);
  add_idle(2);  // what came before is put in front, and kept for the next token
  if (shape_.mixer == "convolution") {
    steps_.emplace_back([this](std::int64_t thread, std::int64_t threads) {
      for (std::int64_t c = channels_ * thread / threads; c < channels_ * (thread + 1) / threads;
           ++c) {
        const float newest = mixed_[size_of(c)] * mixed_[size_of(2 * channels_ + c)];
        attended_[size_of(c)] = mixed_[size_of(channels_ + c)] * convolution(c, newest);
      }
    });
    return;
  }
  turned_.resize(size_of(convolved_));
  steps_.emplace_back([this](std::int64_t thread, std::int64_t threads) {
    for (std::int64_t c = convolved_ * thread / threads; c < convolved_ * (thread + 1) / threads;
         ++c)
      turned_[size_of(c)] = silu(convolution(c, mixed_[size_of(channels_ + c)]));
  });
  steps_.emplace_back([this](std::int64_t thread, std::int64_t threads) {
    scan(channels_ * thread / threads, channels_ * (thread + 1) / threads);
  });
}

void Block::scan(std::int64_t first, std::int64_t last) {
  const std::int64_t n = shape_.state;
  const float* in = turned_.data() + channels_;
  const float* out = in + n;
  for (std::int64_t c = first; c < last; ++c) {
    const auto* before = reinterpret_cast<const float*>(data_ + states_offset_) + c * n;
    auto* after = reinterpret_cast<float*>(data_ + states_offset_ + state_bytes_) + c * n;
    const std::int64_t head = channels_ + convolved_ + c / shape_.head_size;
    const float step = softplus(kStep * mixed_[size_of(head)]);
    const float keep = std::exp(-step), add = step * turned_[size_of(c)];
    float sums[8] = {};  // side by side, so that additions need not wait for each other
    for (std::int64_t i = 0; i < n; ++i) {
      after[i] = before[i] * keep + add * in[i];
      sums[i % 8] += after[i] * out[i];
    }
    float sum = turned_[size_of(c)];
    for (const float each : sums) sum += each;
    attended_[size_of(c)] = sum * silu(mixed_[size_of(c)]);
  }
}

bool Block::mixer_agrees() const {
  const auto at = [](const Floats& list, std::int64_t i) {
    return static_cast<double>(list[size_of(i)]);
  };
  if (!matrix_agrees(mix_in_, normed_.data(), mixed_.data())) return false;
  const std::int64_t n = shape_.state;
  if (shape_.mixer == "convolution") {
    for (std::int64_t c = 0; c < channels_; ++c) {
      const double newest = at(mixed_, c) * at(mixed_, 2 * channels_ + c);
      const double expected = at(mixed_, channels_ + c) * convolution(c, newest);
      const double magnitude = std::fabs(at(mixed_, channels_ + c)) *
                               static_cast<double>(shape_.taps) * (std::fabs(newest) + 8.0);
      if (!near(expected, attended_[size_of(c)], magnitude)) return false;
    }
    return true;
  }
  for (std::int64_t c = 0; c < convolved_; ++c) {
    const double newest = at(mixed_, channels_ + c);
    if (!near(silu(convolution(c, newest)), turned_[size_of(c)],
              static_cast<double>(shape_.taps) * (std::fabs(newest) + 8.0)))
      return false;
  }
  const auto* before = reinterpret_cast<const float*>(data_ + states_offset_);
  const auto* after = reinterpret_cast<const float*>(data_ + states_offset_ + state_bytes_);
  for (std::int64_t c = 0; c < channels_; ++c) {
    const std::int64_t head = channels_ + convolved_ + c / shape_.head_size;
    const double step = softplus(static_cast<double>(kStep) * at(mixed_, head));
    double sum = at(turned_, c), magnitude = std::fabs(sum);
    for (std::int64_t i = 0; i < n; ++i) {
      const double kept = static_cast<double>(before[c * n + i]) * std::exp(-step);
      const double added = step * at(turned_, c) * at(turned_, channels_ + i);
      if (!near(kept + added, after[c * n + i], std::fabs(kept) + std::fabs(added))) return false;
      sum += (kept + added) * at(turned_, channels_ + n + i);
      magnitude += (std::fabs(kept) + std::fabs(added)) * std::fabs(at(turned_, channels_ + n + i));
    }
    const double gate = silu(at(mixed_, c));
    if (!near(sum * gate, attended_[size_of(c)], magnitude * std::fabs(gate))) return false;
  }
  return true;
}

}  // namespace weighin
