// Which type does each tensor get in a file of a given format?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "estimate/tensors.hpp"
#include "weighin/formats.hpp"

namespace weighin {

/// A file type of llama.cpp: a base type, and rules by which some tensors get another.
struct Mix {
  std::string_view name;  ///< "Q4_K_M"
  std::string_view base;  ///< "Q4_K"
};

/// All mixes, the best quality (most bits) first.
const std::vector<Mix>& mixes();
/// The mix of that name (case does not matter), or null.
const Mix* find_mix(std::string_view name);

/// The type of every tensor of `tensors`, in their order: llama.cpp's own choice (llama-quantize),
/// with its fallbacks for rows that are not whole blocks. Source: src/llama-quant.cpp of llama.cpp,
/// checked tensor by tensor against what the quantizer printed.
std::vector<const WeightFormat*> types_of(const Shape& shape, const std::vector<Tensor>& tensors,
                                          const Mix& mix, bool importance_matrix);

}  // namespace weighin
