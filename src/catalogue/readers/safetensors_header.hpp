// What does the header of one safetensors file say that it holds?
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weighin/bytes.hpp"
#include "weighin/model_file.hpp"

namespace weighin::catalogue {

// Of all files of a model together. The format itself allows 100 MB for each file
// (safetensors/src/tensor.rs of https://github.com/huggingface/safetensors); the 210000 tensors
// below take about 30 MB.
inline constexpr Bytes kMostSafetensorsHeaders = Bytes{64} << 20;
// Kimi K2 Thinking, the model with most, has about 210000; each takes about 200 bytes of memory
// here.
inline constexpr std::size_t kMostTensors = 230'000;
inline constexpr std::size_t kMostNameBytes = std::size_t{14} << 20;  // of all tensors together
inline constexpr std::size_t kLongestTensorName = 1024;
inline constexpr std::size_t kMostRank = 16;

/// One element type of the format.
struct SafetensorsType {
  std::string_view name;
  int bits;
};
/// The row of that name, or null.
const SafetensorsType* find_safetensors_type(std::string_view name);

/// What was read of one file, besides its tensors.
struct SafetensorsHeader {
  Bytes header_bytes = 0;  ///< length field and JSON text
  Bytes data_bytes = 0;
  bool mlx = false;  ///< "format": "mlx" in its metadata
};

/// Limits on all files of one model.
struct TensorBudget {
  std::size_t tensors = kMostTensors;
  std::size_t name_bytes = kMostNameBytes;
  Bytes header_bytes = kMostSafetensorsHeaders;
};

/// Reads and checks a header, and appends its tensors. Ranges must follow each other without
/// overlap or hole from 0 to the end of the file, each as long as its type and shape say.
Result<SafetensorsHeader> read_safetensors_header(ByteSource& source,
                                                  std::vector<FileTensor>& tensors,
                                                  TensorBudget& budget);

}  // namespace weighin::catalogue
