// How does a checkpoint's list of tensors become the count that a catalogue gives?
#include "catalogue/readers/safetensors_weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string_view>
#include <unordered_map>

#include "catalogue/json_reader.hpp"

namespace weighin::catalogue {
namespace {

using Words = std::span<const std::string_view>;

bool ends(std::string_view name, Words endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}
bool begins(std::string_view name, Words beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return name.starts_with(beginning); });
}
bool contains(std::string_view name, Words words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return name.find(word) != std::string_view::npos;
  });
}

// Names as the classes of Hugging Face transformers store them.
constexpr std::array<std::string_view, 9> kComputed{"inv_freq",
                                                    ".masked_bias",
                                                    ".position_ids",
                                                    "embeddings.token_type_ids",
                                                    ".causal_mask",
                                                    "num_batches_tracked",
                                                    "rope.freqs",
                                                    ".rotary_emb.cos_cached",
                                                    ".rotary_emb.sin_cached"};
constexpr std::array<std::string_view, 16> kSenses{
    "vision_tower",   "vision_model",   "visual.",      "vision_encoder",
    "vision_embed",   "vision_adapter", "vision_proj",  "img_processor",
    "img_projection", "image_newline",  "mm_projector", "multi_modal_projector",
    "audio_tower",    "embed_vision",   "embed_audio",  "audio_embed"};
constexpr std::array<std::string_view, 3> kSenseBeginnings{"talker.", "token2wav.", "code2wav."};
constexpr std::array<std::string_view, 3> kDrafts{".mtp.", "mtp_block", ".nextn."};
constexpr std::array<std::string_view, 12> kHeads{
    "cls.",     "lm_head.",   "vocab_",         "predictions.",   "classifier", "head.",
    "decoder.", "qa_outputs", "pre_classifier", "sop_classifier", "score.",     "mlm."};
constexpr std::array<std::string_view, 4> kOutputs{"lm_head.", "embed_out.", "proj_out.",
                                                   "output_layer."};

constexpr std::array<std::string_view, 4> kGptqScales{".qzeros", ".scales", ".g_idx", ".perm"};
constexpr std::array<std::string_view, 7> kBnbScales{
    ".absmax", ".quant_map",     ".nested_absmax", ".nested_quant_map",
    ".SCB",    ".weight_format", ".nested_offset"};
constexpr std::array<std::string_view, 17> kScales{"_scale_inv",
                                                   ".weight_scale",
                                                   ".weight_scale_2",
                                                   ".input_scale",
                                                   ".output_scale",
                                                   ".k_scale",
                                                   ".v_scale",
                                                   ".q_scale",
                                                   ".activation_scale",
                                                   ".weight_zero_point",
                                                   ".weight_shape",
                                                   ".weight_g_idx",
                                                   ".weight_global_scale",
                                                   ".input_global_scale",
                                                   ".input_zero_point",
                                                   ".scale_weight",
                                                   ".prob_scale"};
constexpr std::array<std::string_view, 2> kMlxScales{".scales", ".biases"};
constexpr std::array<std::string_view, 6> kHqqScales{".scale", ".zero",  ".nbits",
                                                     ".axis",  ".shape", ".group_size"};

bool is_scale(std::string_view name, HfPacking packing) {
  if (packing == HfPacking::none) return false;
  if (ends(name, kScales)) return true;
  switch (packing) {
    case HfPacking::gptq:
    case HfPacking::awq:
      return ends(name, kGptqScales);
    case HfPacking::bnb4:
    case HfPacking::bnb8:
      return ends(name, kBnbScales) || name.find(".quant_state.") != std::string_view::npos;
    case HfPacking::mxfp4:
      return name.ends_with("_scales");
    case HfPacking::mlx:
      return ends(name, kMlxScales);
    case HfPacking::hqq:
      return ends(name, kHqqScales);
    default:
      return false;
  }
}

// The number behind "layers." or "h." or "blocks.", or -1.
std::int64_t layer_of(std::string_view name) {
  for (const std::string_view word : {".layers.", ".h.", ".blocks."}) {
    const std::size_t at = name.find(word);
    if (at == std::string_view::npos) continue;
    std::int64_t number = -1;
    for (const char c : name.substr(at + word.size())) {
      if (c < '0' || c > '9' || number > 100'000) break;
      number = std::max<std::int64_t>(number, 0) * 10 + (c - '0');
    }
    return number;
  }
  return -1;
}

bool is_encoder(const Shape* shape) {
  return shape != nullptr &&
         (shape->kind == "bert" || shape->kind == "nomic" || shape->kind == "modernbert");
}

// Stored values of a tensor that its packing fills with several weights each; 0 = one each.
std::int64_t weights_in_value_times_bits(const FileTensor& tensor, const HfQuantization& packed) {
  const std::string_view name = tensor.name;
  const bool byte = tensor.type == "U8";
  switch (packed.packing) {
    case HfPacking::gptq:
    case HfPacking::awq:
      return name.ends_with(".qweight") ? 32 : 0;
    case HfPacking::compressed:
      return name.ends_with(".weight_packed") ? (byte ? 8 : 32) : 0;
    case HfPacking::bnb4:
    case HfPacking::nvfp4:
      return byte && name.ends_with(".weight") ? 8 : 0;
    case HfPacking::mxfp4:
      return byte && name.ends_with("_blocks") ? 8 : 0;
    case HfPacking::mlx:
      return tensor.type == "U32" && name.ends_with(".weight") ? 32 : 0;
    case HfPacking::bitnet:
      return byte && name.ends_with(".weight") ? 8 : 0;
    case HfPacking::hqq:
      return byte && name.ends_with(".W_q") ? 8 : 0;
    default:
      return 0;
  }
}

// MLX packs layers with different widths, all with one size of group: the scales count the weights.
void unpack_mlx(std::vector<FileTensor>& tensors, const HfQuantization& packed) {
  std::unordered_map<std::string_view, const FileTensor*> scales;
  for (const FileTensor& tensor : tensors) {
    std::string_view name = tensor.name;
    if (name.ends_with(".scales")) {
      name.remove_suffix(7);
      scales.emplace(name, &tensor);
    }
  }
  for (FileTensor& tensor : tensors) {
    std::string_view name = tensor.name;
    if (tensor.type != "U32" || !name.ends_with(".weight")) continue;
    name.remove_suffix(7);
    const auto own = scales.find(name);
    if (own == scales.end() || packed.group < 1) continue;
    const std::int64_t groups =
        own->second->size[0] * own->second->size[1] * own->second->size[2] * own->second->size[3];
    if (const auto weights = checked_multiply(groups, packed.group)) tensor.weights = *weights;
  }
}

const FileTensor* find_tensor(const std::vector<FileTensor>& tensors, const std::string& name) {
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [&](const FileTensor& tensor) { return tensor.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

// A column of scales stands for one output, a value of zero points for 32/bits of them; AWQ packs
// the outputs of its weights as well. https://github.com/AutoGPTQ/AutoGPTQ (qlinear),
// https://github.com/casper-hansen/AutoAWQ (awq/modules/linear).
HfQuantization gptq_or_awq(const std::vector<FileTensor>& tensors, std::string_view stem,
                           const FileTensor& weights) {
  const FileTensor* scales = find_tensor(tensors, fmt::format("{}.scales", stem));
  const FileTensor* zeros = find_tensor(tensors, fmt::format("{}.qzeros", stem));
  std::int64_t bits = 4;  // what both methods are used with most, where the shapes do not tell
  if (scales != nullptr && zeros != nullptr && scales->size[0] > 0 &&
      zeros->size[0] <= scales->size[0] && zeros->size[0] * 32 % scales->size[0] == 0) {
    bits = std::clamp<std::int64_t>(zeros->size[0] * 32 / scales->size[0], 1, 32);
  }
  const bool awq = scales != nullptr && weights.size[0] < scales->size[0];
  return {awq ? HfPacking::awq : HfPacking::gptq,
          fmt::format("{}-{}bit", awq ? "AWQ" : "GPTQ", bits), bits, 0};
}

// Bytes with a scale beside: floats, whole numbers, or two of four bits.
HfQuantization scaled_bytes(const std::vector<FileTensor>& tensors, std::string_view weight) {
  const FileTensor* tensor = find_tensor(tensors, std::string(weight));
  if (tensor == nullptr) return {};
  if (tensor->type.starts_with("F8_")) return {HfPacking::fp8, "FP8", 8, 0};
  if (tensor->type == "I8") return {HfPacking::compressed, "INT8", 8, 0};
  if (tensor->type == "U8" && find_tensor(tensors, fmt::format("{}_scale_2", weight)) != nullptr)
    return {HfPacking::nvfp4, "NVFP4", 4, 16};
  // BitNet and others pack bytes in ways of their own: only the config tells them apart.
  if (tensor->type == "U8") return {HfPacking::other, "bytes", 0, 0};
  return {};
}

std::string count_words(std::int64_t weights, std::string_view what) {
  return fmt::format("{} weights of {} are not counted", weights, what);
}

// The type that most bytes of weights have, in the field's words.
std::string main_type(const std::map<std::string, Bytes>& bytes) {
  const auto most = std::max_element(
      bytes.begin(), bytes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == bytes.end()) return {};
  return most->first.starts_with("F8_") ? "FP8" : most->first;
}

}  // namespace

TensorPart part_of(const FileTensor& tensor, const Shape* shape, const HfQuantization& packed) {
  const std::string_view name = tensor.name;
  if (ends(name, kComputed)) return TensorPart::computed;
  // GPT-2's and GPT-NeoX's masks bear the name of a bias.
  if ((name.ends_with(".attn.bias") || name.ends_with(".attention.bias")) && tensor.dimensions > 2)
    return TensorPart::computed;
  if (is_scale(name, packed.packing)) return TensorPart::scale;
  if (contains(name, kSenses) || begins(name, kSenseBeginnings)) return TensorPart::senses;
  if (name.starts_with("mtp.") || contains(name, kDrafts)) return TensorPart::draft;
  if (shape == nullptr) return TensorPart::weight;
  if (shape->decoder_layers == 0 && !is_encoder(shape) && layer_of(name) >= shape->layers)
    return TensorPart::draft;
  if (is_encoder(shape) && begins(name, kHeads)) return TensorPart::head;
  const bool copy = begins(name, kOutputs) || name.find(".lm_head.") != std::string_view::npos ||
                    (shape->kind == "t5" && name.ends_with("coder.embed_tokens.weight"));
  if (copy && (shape->tied_embeddings || shape->kind == "t5") &&
      (shape->tied_embeddings || !name.starts_with("lm_head.")))
    return TensorPart::tied_copy;
  return TensorPart::weight;
}

WeightSum count_weights(std::vector<FileTensor>& tensors, const Shape* shape,
                        HfQuantization packed) {
  WeightSum sum;
  if (packed.packing == HfPacking::mlx) unpack_mlx(tensors, packed);
  std::array<std::int64_t, 8> left_out{};
  std::map<std::string, Bytes> types;
  for (FileTensor& tensor : tensors) {
    const TensorPart part = part_of(tensor, shape, packed);
    if (part == TensorPart::computed || part == TensorPart::scale) {
      left_out[static_cast<std::size_t>(part)] += tensor.bytes;
      tensor.weights = 0;
      continue;
    }
    const std::int64_t bits = weights_in_value_times_bits(tensor, packed);
    const bool by_scales = packed.packing == HfPacking::mlx && bits > 0;
    if (bits > 0 && !by_scales) {
      const std::int64_t each = std::clamp<std::int64_t>(packed.bits, 1, 32);
      const auto weights = checked_multiply(tensor.weights, bits);
      if (weights) tensor.weights = *weights / each;
    }
    const std::string_view name = tensor.name;
    if (begins(name, kOutputs) || name.find(".lm_head.") != std::string_view::npos)
      sum.output_matrix = true;
    if (name.find("pooler.") != std::string_view::npos) sum.pooler = true;
    if (part != TensorPart::weight) {
      left_out[static_cast<std::size_t>(part)] += tensor.weights;
      continue;
    }
    const auto more = checked_add(sum.parameters, tensor.weights);
    if (more) sum.parameters = *more;
    sum.complete = sum.complete && more.has_value();
    if (types.size() < 32 || types.contains(tensor.type)) types[tensor.type] += tensor.bytes;
  }
  if (packed.packing == HfPacking::other) {
    sum.complete = false;
    sum.notes.push_back(
        fmt::format("weights packed as {} cannot be counted", printable(packed.format)));
  }
  sum.format = packed.format.empty() ? main_type(types) : packed.format;
  const auto note = [&](TensorPart part, std::string_view what) {
    const std::int64_t weights = left_out[static_cast<std::size_t>(part)];
    if (weights > 0) sum.notes.push_back(count_words(weights, what));
  };
  note(TensorPart::senses, "what sees or hears");
  note(TensorPart::draft, "draft layers");
  note(TensorPart::head, "a head for training or classification");
  note(TensorPart::tied_copy, "an output matrix stored a second time");
  return sum;
}

HfQuantization packing_by_names(const std::vector<FileTensor>& tensors, bool mlx) {
  HfQuantization found;
  int tries = 16;  // each goes through all tensors: no more of scales that scale nothing
  for (const FileTensor& tensor : tensors) {
    const std::string_view name = tensor.name;
    if (name.ends_with(".qweight") && tensor.type == "I32") {
      found = gptq_or_awq(tensors, name.substr(0, name.size() - 8), tensor);
    } else if (name.find(".quant_state.bitsandbytes__") != std::string_view::npos) {
      found = {HfPacking::bnb4, name.ends_with("nf4") ? "bnb-nf4" : "bnb-fp4", 4, 0};
    } else if (name.ends_with(".SCB")) {
      found = {HfPacking::bnb8, "bnb-int8", 8, 0};
    } else if (name.ends_with("_blocks") && tensor.type == "U8") {
      found = {HfPacking::mxfp4, "MXFP4", 4, 32};
    } else if (name.ends_with(".weight_packed")) {
      const bool bytes = tensor.type == "U8";
      found = {HfPacking::compressed, bytes ? "NVFP4" : "W4A16", 4, bytes ? 16 : 0};
    } else if (name.ends_with("_scale_inv") || name.ends_with(".weight_scale")) {
      if (--tries < 0) continue;
      found = scaled_bytes(tensors, name.substr(0, name.rfind("_scale")));
      if (found.packing == HfPacking::none) continue;
    } else if (mlx && name.ends_with(".scales")) {
      found = {HfPacking::mlx, "MLX-4bit-g64", 4, 64};  // MLX's own defaults
    } else {
      continue;
    }
    return found;
  }
  return found;
}

}  // namespace weighin::catalogue
