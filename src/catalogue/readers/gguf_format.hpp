// Under which name of a weight format does a GGUF file go?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "weighin/model_file.hpp"

namespace weighin::gguf {

/// The mix that general.file_type names, where its base type is among the tensors; else the mix
/// that the types suggest ("Q4_K" with "Q6_K": "Q4_K_M"). Empty where there are no tensors.
std::string format_of(std::optional<std::int64_t> file_type,
                      const std::vector<FileTensor>& tensors);

}  // namespace weighin::gguf
