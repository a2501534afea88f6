// What do a model's tensors add up to: in a file, in memory, for one token?
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "estimate/repack.hpp"
#include "estimate/tensors.hpp"
#include "weighin/estimate.hpp"
#include "weighin/formats.hpp"

namespace weighin {

/// One tensor as a file stores it.
struct StoredTensor {
  Tensor tensor;
  std::string_view type;                 ///< name of its weight format, as the file has it
  const WeightFormat* format = nullptr;  ///< null for a type that has no row in weighin/formats.hpp
  Bytes bytes = 0;
  std::int64_t weights = 0;
};

/// The tensors that stand in a file, each with its type and its size. Nothing where a size
/// overflows.
std::optional<std::vector<StoredTensor>> stored_tensors(
    const std::vector<Tensor>& tensors, const std::vector<const WeightFormat*>& types);

/// Sums over one group of tensors, for the list of parts.
struct WeightGroup {
  const char* name = "";
  Bytes bytes = 0;
  std::int64_t weights = 0;
  std::vector<std::string_view> types;
  std::string how() const;  ///< "525336576 weights as Q6_K"
};

struct Weights {
  Bytes file_bytes = 0;      ///< data of the file, each tensor aligned to 32 bytes
  Bytes stored_bytes = 0;    ///< the same without alignment
  Bytes plain_bytes = 0;     ///< in memory as in the file
  Bytes repacked_bytes = 0;  ///< in memory in a layout of the CPU's own
  Bytes largest_bytes = 0;
  Bytes adapter_bytes = 0;
  std::int64_t stored_weights = 0;
  bool tied = true;       ///< no output matrix of its own
  Bytes twice_bytes = 0;  ///< of `plain_bytes`: a second copy that a mapped file does not have
  std::vector<Bytes> layer_bytes;          ///< in memory, one entry a layer
  std::vector<Bytes> layer_largest_bytes;  ///< the largest tensor of each layer
  Bytes input_bytes = 0;      ///< in memory: tables of embeddings, positions and token types
  Bytes output_bytes = 0;     ///< in memory: last norm and output, if it is no table above
  Bytes embedding_bytes = 0;  ///< the table of token embeddings, as in the file
  std::vector<WeightGroup> groups;
  std::vector<FormatWork> work;  ///< of one token
  Bytes loaded_bytes() const { return plain_bytes + repacked_bytes; }
};

/// What the table of token embeddings serves as.
enum class TableUse : std::uint8_t {
  table,        ///< looked up only: there is an output matrix of its own
  output_too,   ///< multiplied too (tied)
  loaded_twice  ///< tied, and the engine asks for the output first: without mapping two copies are
                ///< read (src/models/gemma3n.cpp and gemma4.cpp of llama.cpp v0.5.0)
};
TableUse table_use(const Shape& shape, const std::vector<StoredTensor>& stored);
/// The bytes that a tensor takes in memory under a plan, without mapping; each begins at a multiple
/// of 32.
LoadedTensor placed(const StoredTensor& stored, CpuLayout layout, TableUse use);
/// The bytes of a LoRA adapter of the plan on one tensor. Nothing where it overflows.
std::optional<Bytes> adapter_bytes(const Tensor& tensor, const Plan& plan);

/// Adds up. Nothing where a sum overflows.
std::optional<Weights> weigh(const Shape& shape, const std::vector<StoredTensor>& stored,
                             const Plan& plan);

}  // namespace weighin
