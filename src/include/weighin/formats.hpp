// Which weight formats exist, and how many bytes does a block of each take?
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "weighin/units.hpp"

namespace weighin {

/// One weight format (a tensor type): a row of the one table in src/core/formats.cpp.
struct WeightFormat {
  std::string_view name;      ///< as the format's own tools write it: "Q4_K"
  int gguf_type = -1;         ///< number of the type in a GGUF file; -1 where GGUF has none
  int block_weights = 1;      ///< weights in a block
  int block_bytes = 0;        ///< bytes of a block, scales included
  std::string_view family;    ///< "float", "legacy", "k-quant", "i-quant", "ternary", "microscaling", "integer", …
  std::string_view source;    ///< where block and bytes are from
  double bits_per_weight() const { return 8.0 * block_bytes / block_weights; }
};

/// All rows, GGUF types in the order of their number, others after them.
std::span<const WeightFormat> weight_formats();
/// The row of that name (case does not matter), or null.
const WeightFormat* find_weight_format(std::string_view name);
/// The row of that GGUF type number, or null.
const WeightFormat* find_gguf_type(int gguf_type);
/// Bytes of `weights` values in rows of `row_weights`; nothing where a row is not a whole number of
/// blocks, a count is negative, or the size does not fit 63 bits.
std::optional<Bytes> format_bytes(const WeightFormat& format, Bytes row_weights, Bytes rows);

}  // namespace weighin
