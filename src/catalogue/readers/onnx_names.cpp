// How does Transformers.js name the files of a model, and which does it fetch together?
#include "catalogue/readers/onnx_names.hpp"

#include <algorithm>
#include <array>

namespace weighin::onnx {
namespace {

struct Suffix {
  std::string_view text, format;
};

// Suffixes: https://github.com/huggingface/transformers.js,
// packages/transformers/src/utils/dtypes.js. The order is ours, for a folder that holds several: q8
// is what the library fetches in a browser unless told otherwise (dtype of the device wasm), q4f16
// and q4 what applications ask for on a GPU.
constexpr std::array<Suffix, 12> kSuffixes{{{"_quantized", "q8"},
                                            {"_q4f16", "q4f16"},
                                            {"_q4", "q4"},
                                            {"_fp16", "fp16"},
                                            {"_int8", "int8"},
                                            {"_uint8", "uint8"},
                                            {"_bnb4", "bnb4"},
                                            {"_q2f16", "q2f16"},
                                            {"_q2", "q2"},
                                            {"_q1f16", "q1f16"},
                                            {"_q1", "q1"},
                                            {"", "fp32"}}};

// Modules: transformers.js, packages/transformers/src/utils/model-loader.js.
constexpr std::array<std::string_view, 4> kMain{"model", "decoder_model_merged", "encoder_model",
                                                "embed_tokens"};

constexpr std::string_view kEnding = ".onnx";
constexpr int kFirstRank = 30;  // behind GGUF and safetensors, before config.json alone

}  // namespace

FileName parse_name(std::string_view name) {
  if (name.ends_with(kEnding)) name.remove_suffix(kEnding.size());
  for (const Suffix& suffix : kSuffixes) {
    if (suffix.text.empty() || !name.ends_with(suffix.text)) continue;
    name.remove_suffix(suffix.text.size());
    return FileName{std::string(name), std::string(suffix.text), std::string(suffix.format)};
  }
  return FileName{std::string(name), "", "fp32"};
}

std::vector<std::string> partners_of(std::string_view module) {
  if (module == "decoder_model_merged") return {"embed_tokens", "encoder_model"};
  if (module == "encoder_model" || module == "embed_tokens") return {"decoder_model_merged"};
  return {};
}

std::vector<std::string> senses() { return {"vision_encoder", "audio_encoder"}; }

int rank(std::string_view name) {
  if (!name.ends_with(kEnding) || name.size() == kEnding.size()) return 0;
  const FileName parts = parse_name(name);
  const auto* const suffix =
      std::find_if(kSuffixes.begin(), kSuffixes.end(),
                   [&](const Suffix& each) { return each.text == parts.suffix; });
  const auto place = static_cast<int>(suffix - kSuffixes.begin());
  const auto* const module = std::find(kMain.begin(), kMain.end(), parts.module);
  // 30 to 41: a module from which a model is read; 42 and 43: any other file of that ending.
  if (module != kMain.end()) return kFirstRank + place;
  const bool of_senses = parts.module.ends_with("_encoder");
  return kFirstRank + static_cast<int>(kSuffixes.size()) + (of_senses ? 1 : 0);
}

}  // namespace weighin::onnx
