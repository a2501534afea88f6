// What is a kernel?  Plain structs only: this header is compiled with every instruction set's
// flags.
//
// No standard header with inline functions may be included here: the copy that the linker keeps
// might be the one with AVX-512 in it (tests/rules/weak_symbols.py).
#pragma once

#include <stdint.h>

namespace weighin::kernels {

enum class KernelKind {
  memory_read,        ///< sums every word of the data
  memory_copy,        ///< copies the data
  cache_read,         ///< sums every word of data that lie in a cache
  decode,             ///< matrix times one vector: one token at a time
  prefill,            ///< matrix times a batch of vectors: the prompt
  attention,          ///< queries of one token against the keys and values of one KV head
  attention_prefill,  ///< many queries against them: the prompt
  rms_norm,           ///< a row is divided by its root mean square
  rope,               ///< a row's heads are turned by their token's position
  gated_silu,         ///< silu of one half of a row times the other half
  route_experts,      ///< experts are chosen by their logits, their rows added by weight
};

/// What the row kernels agree on with their reference.
constexpr int kHeadSize = 128;  ///< rope: values in one head
constexpr int kPositions = 32;  ///< rope: row r stands at position kFirstPosition + r % kPositions
constexpr int kFirstPosition = 1000;
constexpr int kExperts = 128, kChosenExperts = 8;  ///< as Qwen3-30B-A3B has them
constexpr float kNormEpsilon = 1e-5f;

/// How activations are rounded before they meet the weights. The reference rounds likewise.
enum class Activation {
  f32,         ///< as they are
  f16,         ///< to 16-bit floats
  bf16,        ///< to bfloat16
  q8_per_32,   ///< 8 bits, one scale for 32 values (the companion of Q4_0 and Q8_0)
  q8_per_256,  ///< 8 bits, one scale for 256 values (the companion of the K-quants)
};

/// One piece of work: `rows` consecutive rows of packed weights against prepared activations.
///
/// Attention: `rows` cells, `columns` values in a head, `batch` queries that share this KV head;
/// results float[batch][columns]. Row kernels: `rows` rows of floats, one after another.
struct KernelTask {
  const unsigned char* weights = nullptr;  ///< packed; for memory kernels the data itself
  const void* activations = nullptr;       ///< what prepare() wrote
  /// float[batch][rows] of results; memory_read and cache_read: one uint64_t, the sum of all
  /// 64-bit words; memory_copy: where the data goes.
  void* results = nullptr;
  int64_t rows = 0;  ///< a multiple of Kernel::row_group
  int64_t columns =
      0;  ///< weights in a row, a multiple of Kernel::column_block; memory kernels: bytes
  int64_t batch = 1;  ///< vectors; a multiple of Kernel::batch_group
  /// Attention: `weights` are the keys; these are the values of the same cells, and the bytes from
  /// a cell to the next in both.
  const unsigned char* values = nullptr;
  int64_t stride = 0;
  /// Matrix kernels with two ways: groups of rows one after the other, one stream from memory that
  /// is asked for far ahead; otherwise several groups side by side. The result is the same.
  bool in_turn = false;
};

struct Kernel {
  const char* name;  ///< "decode q4_0"
  const char* isa;   ///< the row of isa.cmake that it was built for
  /// Of the weights or the cache, by its name in src/core/formats.cpp; "" where there is none.
  const char* format;
  KernelKind kind;
  Activation activation;
  int64_t row_group;     ///< rows that are interleaved
  int64_t column_block;  ///< columns come in multiples of this
  int64_t batch_group;   ///< vectors that are worked on together
  int64_t batch;         ///< vectors in the work that is timed
  int64_t ways = 1;      ///< 2 where KernelTask::in_turn makes a difference, else 1
  /// Bytes that one row of `columns` weights moves, and arithmetic operations (a multiplication and
  /// an addition count as two) that it takes for one vector. Attention: of one cell, K and V.
  int64_t (*bytes_per_row)(int64_t columns);
  int64_t (*operations_per_row)(int64_t columns);
  /// The result may differ from the reference by this share of sum(|weight * activation|).
  double error_bound;
  /// Rearranges rows of plain blocks as they lie in a model file; the size stays the same. Matrix
  /// kernels alone have it.
  void (*pack)(const unsigned char* plain, int64_t rows, int64_t columns, unsigned char* packed);
  /// Bytes that prepare() writes for `batch` vectors, and the rounding itself.
  int64_t (*prepared_bytes)(int64_t columns, int64_t batch);
  void (*prepare)(const float* activations, int64_t columns, int64_t batch, void* prepared);
  void (*run)(const KernelTask* task);
};

}  // namespace weighin::kernels
