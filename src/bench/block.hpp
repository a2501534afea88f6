// How long does one transformer block take as a whole?
//
// The parts' own figures leave out what lies between them: threads that wait for each other, work
// that only one of them does, caches that one operation fills and the next one empties.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "bench/barrier.hpp"
#include "bench/pool.hpp"
#include "bench/region.hpp"
#include "bench/runner.hpp"
#include "weighin/bench.hpp"

namespace weighin {

class Block {
 public:
  /// Lays the block out in `region`; where it does not fit, in memory of its own of at most
  /// `most_bytes`.
  Block(Pool& pool, Region& region, Bytes most_bytes, const BlockShape& shape,
        const std::string& isa, bool cold);
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  /// Why it cannot be timed; empty = it can.
  const std::string& why_not() const { return why_not_; }
  Bytes weight_bytes() const { return read_bytes_; }  ///< that one token reads
  Bytes data_bytes() const { return data_bytes_; }    ///< with the KV cache and experts that rest
  std::int64_t barriers() const { return static_cast<std::int64_t>(steps_.size()); }

  void fill();
  /// One token after another for so long. A slice is one token.
  Runner::Outcome run(std::int64_t threads, double seconds);
  /// Whether what the last token left in every buffer follows from what went into each operation.
  bool agrees() const;

 private:
  using Floats = std::vector<float>;
  /// Rows of packed weights somewhere in the data; they repeat the pattern of their width.
  struct Matrix {
    const kernels::Kernel* kernel = nullptr;
    std::int64_t rows = 0, columns = 0;
    Bytes offset = 0;
    Bytes bytes() const { return rows * kernel->bytes_per_row(columns); }
  };
  /// What all threads do between two barriers.
  using Step = std::function<void(std::int64_t thread, std::int64_t threads)>;

  void lay_out();
  bool lay_out_attention();  ///< false: why_not_ says why
  bool lay_out_mixer();
  void fill_states();
  void build();
  void build_attention();
  void build_mixer();
  void build_dense_part();
  void build_expert_part();
  Matrix place(const kernels::Kernel* kernel, std::int64_t rows, std::int64_t columns);
  void add_single(std::function<void()> work);
  void add_idle(int count);
  void add_norm(const Floats& from, Floats& to);
  void add_rope(const Floats& from, Floats& to);
  void add_sum(const Floats& a, const Floats& b, Floats& to);
  void add_matrix(const Matrix& matrix, const Floats& from, Floats& to, std::int64_t to_offset = 0);
  void add_attention();
  /// Of a channel's last tokens, the newest value being given.
  template <class T>
  T convolution(std::int64_t channel, T newest) const;
  void scan(std::int64_t first, std::int64_t last);
  void route();
  void multiply(const Matrix& matrix, Bytes offset, const unsigned char* prepared, float* to,
                std::int64_t thread, std::int64_t threads) const;
  void pass(std::int64_t index, std::int64_t threads, SpinBarrier& barrier,
            std::vector<double>& times);
  bool matrix_agrees(const Matrix& matrix, const float* from, const float* to) const;
  bool rows_agree(const kernels::Kernel& kernel, const Floats& from, const Floats& prepared,
                  const Floats& to, std::int64_t rows) const;
  bool attention_agrees() const;
  bool mixer_agrees() const;
  bool attends() const { return shape_.mixer == "attention"; }

  Pool& pool_;
  Region own_;
  unsigned char* data_ = nullptr;
  BlockShape shape_;
  bool cold_;
  std::string why_not_;
  Bytes read_bytes_ = 0, data_bytes_ = 0;
  const kernels::Kernel *matrix_kernel_ = nullptr, *router_kernel_ = nullptr,
                        *attention_kernel_ = nullptr, *norm_kernel_ = nullptr,
                        *rope_kernel_ = nullptr, *gate_kernel_ = nullptr;
  Matrix query_, key_, value_, output_, gate_, up_, down_, router_;
  Bytes expert_bytes_ = 0;     ///< from one expert's weights to the next one's
  std::int64_t resident_ = 1;  ///< experts that lie in the data
  std::int64_t turn_ = 0;      ///< where this token's experts begin among them
  std::int64_t cells_ = 0;
  Bytes keys_offset_ = 0, values_offset_ = 0;
  // Of a block without attention.
  Matrix mix_in_;
  std::int64_t channels_ = 0, convolved_ = 0;  ///< values that are mixed, and that are convolved
  Bytes states_offset_ = 0, state_bytes_ = 0;  ///< the state before, and from it to the one after
  Floats taps_, past_, mixed_, turned_;
  std::vector<Step> steps_;
  std::map<std::int64_t, bool> agreed_;  ///< by threads
  bool in_turn_ = false;                 ///< of the matrices' two ways (KernelTask::in_turn)

  Floats norm_weights_, frequencies_;
  Floats input_, normed_, q_, k_, v_, q_turned_, k_turned_, attended_, projected_, middle_,
      normed_again_, gates_, hidden_, downs_, fed_, result_, logits_, shares_;
  std::vector<unsigned char> prepared_, prepared_queries_, stored_;
  std::vector<std::size_t> order_;  ///< of the experts by their logits
};

}  // namespace weighin
