// How many bytes does a GGUF file take beside its tensors' data?
#pragma once

#include <cstdint>
#include <vector>

#include "estimate/tensors.hpp"
#include "weighin/units.hpp"

namespace weighin {

/// Bytes of the header: magic, metadata with the tokenizer, and one record a tensor, padded to 32.
struct HeaderSize {
  Bytes records_bytes = 0;  ///< names, shapes, types and offsets of the tensors: exact
  Bytes tokenizer_bytes =
      0;  ///< tokens, scores or merges: by kind of tokenizer and size of vocabulary
  Bytes metadata_bytes = 0;  ///< hyperparameters and general keys
  bool tokenizer_measured =
      false;  ///< the kind was measured; otherwise the mean of its like is used
  Bytes total() const { return (records_bytes + tokenizer_bytes + metadata_bytes + 31) / 32 * 32; }
};
HeaderSize header_size(const Shape& shape, const std::vector<Tensor>& tensors);

/// Heap that llama.cpp's process takes for the tokenizer of that kind and size.
Bytes tokenizer_heap_bytes(const Shape& shape);

}  // namespace weighin
