// Which tensor of a name has the model, and in which layer first?
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "weighin/model_file.hpp"

namespace weighin::gguf {

/// The tensors of one kind in all layers: "attn_q.weight" of "blk.N.attn_q.weight".
struct LayerTensors {
  std::map<std::int64_t, const FileTensor*> layers;  ///< by the layer's number
  const FileTensor& first() const { return *layers.begin()->second; }
  const FileTensor& last() const { return *layers.rbegin()->second; }
};

/// The parts of a tensor's name: "dec.blk.3.ffn_up.weight" -> dec, 3, "ffn_up.weight".
struct TensorName {
  std::string_view stack;  ///< "enc", "dec", or empty
  std::int64_t layer = -1;
  std::string_view kind;
};
TensorName parse_name(std::string_view name);

/// Finds tensors by name; views into a list that must outlive it.
class Index {
 public:
  /// Layers from `layers` on (draft layers behind the model's own) are left out.
  Index(const std::vector<FileTensor>& tensors, std::int64_t layers);
  /// The tensor of no layer that is named so, or null.
  const FileTensor* find(std::string_view name) const;
  /// The tensors of that kind in the layers of a stack, or null where no layer has one.
  const LayerTensors* layered(std::string_view kind, std::string_view stack = {}) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  bool has_layered(std::string_view kind) const { return layered(kind) != nullptr; }
  /// Dimension `d` of the first layer's tensor of that kind; 0 where there is none.
  std::int64_t size(std::string_view kind, std::size_t d) const;

 private:
  std::map<std::string_view, const FileTensor*> plain_;
  std::map<std::pair<std::string_view, std::string_view>, LayerTensors> layered_;
};

/// True for tables that the converter computed (rotary factors): no weights, and the engine makes
/// or needs them without counting them.
bool is_computed_table(std::string_view name);

}  // namespace weighin::gguf
