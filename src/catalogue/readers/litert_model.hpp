// What does a .tflite say of its tensors?
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "weighin/model_file.hpp"

namespace weighin::litert {

inline constexpr std::uint32_t kMostSubgraphs = 1024;
inline constexpr std::uint32_t kMostTensors = 65'536;  ///< of all subgraphs that have weights
inline constexpr std::uint32_t kMostWalked =
    1'048'576;  ///< of all subgraphs, with those of the graph
inline constexpr std::uint32_t kMostBuffers = 262'144;
inline constexpr std::uint32_t kMostNameBytes = 1024;

/// Weights by type, for the format's word.
struct Tally {
  std::int64_t fp32 = 0, fp16 = 0, int8 = 0, int4 = 0, int2 = 0;
};

/// True where the bytes begin a TensorFlow Lite FlatBuffer.
bool is_model(std::string_view head);

/// Adds the constants of the model in `source` to `file`: tensors (their names begin with
/// `prefix`), parameters, header_bytes. Buffers that several subgraphs share are counted once.
Result<Done> add_model(ByteSource& source, const std::string& prefix, ModelFile& file,
                       Tally& tally);

/// "fp32", "fp16", "int8", "int4", "int2", or "mixed" where none has nine tenths of the weights.
std::string format_word(const Tally& tally);

}  // namespace weighin::litert
