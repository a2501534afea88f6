// Which hyperparameters do the keys and the tensors of a GGUF file give?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/readers/gguf_index.hpp"
#include "catalogue/readers/gguf_keys.hpp"

namespace weighin::gguf {

/// One architecture of llama.cpp that the estimator knows.
struct Family {
  std::string_view architecture;
  std::string_view kind;  ///< the catalogue's
  /// Every n-th layer sees the whole context, the others a window; 0 = no window, or as keys say.
  int full_every = 0;
};
/// The family of that architecture, or null.
const Family* find_family(std::string_view architecture);

/// Layers of the model itself, draft layers (multi-token prediction) left out.
struct LayerCount {
  std::int64_t own = 0, draft = 0;
};
LayerCount count_layers(Keys& keys);

/// The shape, or nothing and a note why. What a file's tensors show is read from them and not from
/// keys. Faulty keys are told by `keys.error()`.
std::optional<Shape> read_shape(Keys& keys, const Index& index, std::vector<std::string>& notes);

/// Parts of the shape (gguf_mixers.cpp, gguf_windows.cpp), which read_shape() calls.
std::optional<Experts> read_experts(Keys& keys, const Index& index, const Shape& shape);
std::optional<LatentAttention> read_latent(Keys& keys, const Index& index, std::int64_t heads);
void read_recurrent(Keys& keys, const Index& index, Shape& shape);
void read_windows(Keys& keys, const Family* family, Shape& shape, std::vector<std::string>& notes);
void read_gemma4(Keys& keys, const Index& index, Shape& shape);

}  // namespace weighin::gguf
