// How does llama.cpp's CPU backend choose a layout for each weight matrix?
#include "estimate/repack.hpp"

#include <algorithm>
#include <array>

namespace weighin {
namespace {

// Rows are interleaved four or eight at a time: their count must be a multiple. 0: no such kernel.
int interleaved_rows(std::string_view type, CpuLayout layout) {
  struct Row {
    std::string_view type;
    int avx2, avx512, neon;
  };
  static constexpr std::array<Row, 8> kRows{{{"Q4_0", 8, 8, 4},
                                             {"Q4_K", 8, 8, 8},
                                             {"Q2_K", 0, 8, 0},
                                             {"Q5_K", 0, 0, 8},
                                             {"Q6_K", 0, 0, 8},
                                             {"IQ4_NL", 8, 8, 4},
                                             {"MXFP4", 8, 8, 4},
                                             {"Q8_0", 0, 0, 4}}};
  for (const Row& row : kRows) {
    if (row.type != type) continue;
    return layout == CpuLayout::avx2 ? row.avx2 : layout == CpuLayout::neon ? row.neon : row.avx512;
  }
  return 0;
}

// What tiles take: row length a multiple, and the bytes that a block gains in their layout
// (compensation of signed products, spread scales).
struct Tiles {
  std::string_view type;
  int row_multiple, added_bytes;
};
constexpr std::array<Tiles, 8> kTiles{{{"Q4_0", 32, 0},
                                       {"Q4_1", 32, 0},
                                       {"Q8_0", 32, 4},
                                       {"Q4_K", 256, 4},
                                       {"Q5_K", 256, 4},
                                       {"Q6_K", 256, 0},
                                       {"IQ4_XS", 256, 2},
                                       {"F16", 16, 0}}};
constexpr int kTileRows = 32;  // rows of a matrix come in pairs of tiles of 16

const Tiles* tiles_of(std::string_view type) {
  const auto* found = std::find_if(kTiles.begin(), kTiles.end(),
                                   [&](const Tiles& each) { return each.type == type; });
  return found == kTiles.end() ? nullptr : found;
}

// The size in a layout of its own; 0 where the matrix stays as it is.
Bytes own_layout_bytes(const Tensor& tensor, const WeightFormat& format, Bytes file_bytes,
                       CpuLayout layout) {
  if (layout == CpuLayout::none) return 0;
  const bool selected_by_expert = tensor.expert;
  if (layout == CpuLayout::amx && !selected_by_expert && tensor.size[1] % kTileRows == 0) {
    const Tiles* tiles = tiles_of(format.name);
    if (tiles != nullptr && tensor.size[0] % tiles->row_multiple == 0) {
      if (format.name == "F16") return file_bytes;
      const auto row = checked_multiply(tensor.size[0] / format.block_weights,
                                        format.block_bytes + tiles->added_bytes);
      // Of a matrix for each head only one is counted (amx/mmq.cpp, get_alloc_size).
      const auto all = row ? checked_multiply(*row, tensor.size[1]) : std::nullopt;
      return all.value_or(file_bytes);
    }
  }
  const int rows = interleaved_rows(format.name, layout);
  // Plain matrices, or experts chosen by a router; a matrix for each head has no kernel.
  const bool known_kind = selected_by_expert || tensor.size[2] == 1;
  return rows > 0 && known_kind && tensor.size[1] % rows == 0 ? file_bytes : 0;
}

bool is_multiplied(Role role) {
  switch (role) {
    case Role::token_embedding:
    case Role::per_layer_embedding:
    case Role::keep_f32:
      return false;
    default:
      return true;
  }
}

}  // namespace

CpuLayout cpu_layout(std::string_view word) {
  if (word == "avx2") return CpuLayout::avx2;
  if (word == "avx512") return CpuLayout::avx512;
  if (word == "amx") return CpuLayout::amx;
  if (word == "neon") return CpuLayout::neon;
  return CpuLayout::none;
}

LoadedTensor loaded(const Tensor& tensor, const WeightFormat& format, Bytes file_bytes,
                    CpuLayout layout, bool multiplied_too) {
  if (!is_multiplied(tensor.role) && !multiplied_too) return {file_bytes, 0};
  const Bytes own = own_layout_bytes(tensor, format, file_bytes, layout);
  if (own == 0) return {file_bytes, 0};
  return {multiplied_too ? file_bytes : 0, own};
}

}  // namespace weighin
