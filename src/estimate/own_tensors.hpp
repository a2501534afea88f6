// What is each tensor of a model's own GGUF file to the engine?
#pragma once

#include <optional>
#include <vector>

#include "estimate/weights.hpp"
#include "weighin/model_file.hpp"

namespace weighin {

/// The role that a tensor plays in llama.cpp, by its name there (src/llama-arch.cpp): its layer,
/// and whether it is looked up, multiplied, or one of several experts. Names that are not known are
/// matrices without a rule of their own, or, with one dimension, norms and biases.
Tensor tensor_named(std::string_view name, std::uint8_t dimensions,
                    const std::array<std::int64_t, 4>& size);

/// The tensors of a GGUF file as the estimator weighs them: types and sizes are the file's. The
/// names point into `file`. Nothing where a count of weights overflows.
std::optional<std::vector<StoredTensor>> own_tensors(const ModelFile& file);

}  // namespace weighin
