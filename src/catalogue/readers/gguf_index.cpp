// How are a model's tensors found by their names?
#include "catalogue/readers/gguf_index.hpp"

#include <charconv>

namespace weighin::gguf {

TensorName parse_name(std::string_view name) {
  TensorName parsed;
  std::string_view rest = name;
  for (const std::string_view stack : {"enc", "dec"}) {
    if (rest.substr(0, 3) == stack && rest.substr(3, 5) == ".blk.") {
      parsed.stack = stack;
      rest.remove_prefix(4);
    }
  }
  if (rest.substr(0, 4) == "blk.") {
    const char* begin = rest.data() + 4;
    const char* end = rest.data() + rest.size();
    const auto [after, error] = std::from_chars(begin, end, parsed.layer);
    if (error == std::errc() && parsed.layer >= 0 && after != end && *after == '.') {
      parsed.kind = rest.substr(static_cast<std::size_t>(after - rest.data()) + 1);
      return parsed;
    }
  }
  return {{}, -1, name};
}

Index::Index(const std::vector<FileTensor>& tensors, std::int64_t layers) {
  for (const FileTensor& tensor : tensors) {
    const TensorName name = parse_name(tensor.name);
    if (name.layer < 0) {
      plain_.emplace(name.kind, &tensor);
    } else if (name.layer < layers || !name.stack.empty()) {
      layered_[{name.stack, name.kind}].layers.emplace(name.layer, &tensor);
    }
  }
}

const FileTensor* Index::find(std::string_view name) const {
  const auto found = plain_.find(name);
  return found == plain_.end() ? nullptr : found->second;
}

const LayerTensors* Index::layered(std::string_view kind, std::string_view stack) const {
  const auto found = layered_.find({stack, kind});
  return found == layered_.end() ? nullptr : &found->second;
}

std::int64_t Index::size(std::string_view kind, std::size_t d) const {
  const LayerTensors* found = layered(kind);
  return found == nullptr ? 0 : found->first().size[d];
}

bool is_computed_table(std::string_view name) {
  const std::string_view kind = parse_name(name).kind;
  return kind.substr(0, 10) == "rope_freqs" || kind.substr(0, 13) == "rope_factors_" ||
         kind.substr(0, 13) == "attn_rot_embd";
}

}  // namespace weighin::gguf
