// What would a model of this many parameters look like?
#include "catalogue/bare_size.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "catalogue/json_reader.hpp"

namespace weighin::catalogue {
namespace {

// Smaller and larger than any language model: such a "size" is a slip of the pen. The largest open
// model has 1.03T.
constexpr std::int64_t kLeastParameters = 1'000'000;
constexpr std::int64_t kMostParameters = 5'000'000'000'000;
// Nearer than this to the reference its shape stands for the asked size as it is: what is called 7B
// has from 6.7 to 7.6 billion, so a finer match would pretend to know more than the name says.
constexpr double kNearEnough = 0.05;

// A plain stack of equal layers: such a shape may be made taller or shorter.
bool is_plain(const Shape& shape) {
  return shape.layers > 0 && shape.decoder_layers == 0 && shape.kv_layers < 0 &&
         shape.kv_swa_layers == 0 && shape.kv_shared_layers == 0 &&
         shape.attention_layers.empty() && shape.multi_token_layers == 0 && !shape.state_space &&
         !shape.linear && shape.per_layer_embedding == 0 && !shape.shared_layers;
}

// Where the parameters of a plain stack lie: in one layer, and in what does not grow with the
// layers (the embedding, the output matrix, the last norm).
struct Split {
  double fixed = 0, layer = 0;
  double wanted_layers(std::int64_t asked) const {
    return (static_cast<double>(asked) - fixed) / layer;
  }
};

Split split_of(const Shape& shape, std::int64_t total) {
  Split split;
  split.fixed = static_cast<double>(shape.hidden) *
                (static_cast<double>(shape.vocab) * (shape.tied_embeddings ? 1.0 : 2.0) + 1.0);
  split.layer = (static_cast<double>(total) - split.fixed) / static_cast<double>(shape.layers);
  return split;
}

// The same stack with fewer heads: width and feed-forward shrink with them.
Shape with_heads(const Shape& shape, std::int64_t heads) {
  Shape narrow = shape;
  narrow.heads = heads;
  narrow.kv_heads = std::max<std::int64_t>(1, shape.kv_heads * heads / shape.heads);
  narrow.hidden = shape.hidden * heads / shape.heads;
  narrow.ffn = std::max<std::int64_t>(64, shape.ffn * heads / shape.heads / 64 * 64);
  return narrow;
}

// Of a stack without experts, biases and other extras (the smallest class's reference is one).
std::int64_t count_of(const Shape& shape) {
  const std::int64_t attention = 2 * shape.hidden * shape.head_dim * (shape.heads + shape.kv_heads);
  const std::int64_t ffn = (shape.gated_ffn ? 3 : 2) * shape.hidden * shape.ffn;
  return shape.layers * (attention + ffn + shape.norms_per_layer * shape.hidden) +
         shape.hidden * (shape.vocab * (shape.tied_embeddings ? 1 : 2) + 1);
}

void scale(ModelSpec& model, std::int64_t asked) {
  const Shape old = *model.shape;
  const std::int64_t total = *model.parameters;
  Shape shape = old;
  Split split = split_of(shape, total);
  // A small model is narrower, not a stack of three layers under a large embedding.
  const bool simple = !old.experts && !old.latent && count_of(old) == total;
  for (std::int64_t heads = old.heads - 1;
       simple && heads >= 1 && split.wanted_layers(asked) < static_cast<double>(old.layers) / 2.0;
       --heads) {
    shape = with_heads(old, heads);
    split = split_of(shape, count_of(shape));
  }
  if (!(split.layer >= 1.0)) return;
  shape.layers =
      static_cast<std::int64_t>(std::clamp(split.wanted_layers(asked) + 0.5, 1.0, 2048.0));
  const auto count = static_cast<std::int64_t>(
      split.fixed + split.layer * static_cast<double>(shape.layers) + 0.5);
  const double share = static_cast<double>(*model.active_parameters) / static_cast<double>(total);
  model.shape = shape;
  model.parameters.value = count;
  model.active_parameters.value = static_cast<std::int64_t>(static_cast<double>(count) * share);
  model.note = fmt::format("{} layers of width {} in place of {} of {}, so that the count is near",
                           shape.layers, shape.hidden, old.layers, old.hidden);
}

template <class T>
Known<T> assumed(Known<T> known) {
  if (known) {
    known.known_by = KnownBy::assumed;
    known.confidence = Confidence::low;
  }
  return known;
}

}  // namespace

Result<ModelSpec> model_of_size(const Catalogue& models, const std::string& size,
                                std::int64_t asked) {
  if (asked < kLeastParameters || asked > kMostParameters) {
    return Error{ErrorKind::usage,
                 fmt::format("\"{}\" is no size that a language model has", printable(size)), "",
                 "sizes from 1M to 5T are known, such as 350M, 1.5B, 7B"};
  }
  const SizeClass& size_class = size_class_of(asked);
  const ModelSpec* reference = nullptr;
  for (const ModelSpec& model : models.models) {
    if (model.id == size_class.reference) reference = &model;
  }
  if (reference == nullptr || !reference->shape || !reference->parameters) {
    return Error{ErrorKind::usage,
                 fmt::format("the class {} has no reference: this catalogue lacks {} or its shape",
                             size_class.name, size_class.reference),
                 "", "name a model, or use the catalogue that came with the program"};
  }
  ModelSpec model;
  for (const char c : size) model.id += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  std::string label = model.id;
  label.back() = static_cast<char>(label.back() - 'a' + 'A');
  model.family = reference->family;
  model.modality = reference->modality;
  model.size_class = size_class.name;
  model.known_by = KnownBy::assumed;
  model.source = "the architecture of " + reference->name;
  model.shape = reference->shape;
  model.parameters = Known<std::int64_t>::of(*reference->parameters, model.source, KnownBy::assumed,
                                             Confidence::low);
  model.active_parameters = model.parameters;
  if (reference->active_parameters) model.active_parameters.value = *reference->active_parameters;
  model.context_max = assumed(reference->context_max);
  model.native_dtype = assumed(reference->native_dtype);
  model.license = Known<std::string>::unknown(Status::unsupported, "a size is no model");
  model.release = model.license;
  const double off = static_cast<double>(*reference->parameters) / static_cast<double>(asked) - 1.0;
  const bool far = off > kNearEnough || off < -kNearEnough;
  if (far && is_plain(*model.shape)) scale(model, asked);
  model.name = fmt::format(
      "{} class (reference: {}{})", label, reference->name,
      model.note.empty()
          ? ""
          : fmt::format(", {} layers of width {}", model.shape->layers, model.shape->hidden));
  return model;
}

}  // namespace weighin::catalogue
