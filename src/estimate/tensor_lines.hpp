// Which lines explain a model's tensors, one for each name, size and type?
#pragma once

#include <vector>

#include "estimate/weights.hpp"

namespace weighin {

/// Tensors of one name, size and type in one line, in the order of their first:
/// "blk.*.attn_v.weight 12 x (2048 x 512) Q6_K". The lines add up to the weights as stored and as
/// loaded.
std::vector<TensorLine> tensor_lines(const Shape& shape, const std::vector<StoredTensor>& stored,
                                     const Plan& plan);

}  // namespace weighin
