// Is the file type that a GGUF file claims one that its tensors can be of?
#include "catalogue/readers/gguf_format.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace weighin::gguf {
namespace {

struct MixRow {
  std::int64_t number;
  std::string_view name, base;
  std::string_view fallback = {};  // of rows that are no whole number of the base's blocks
};

// enum llama_ftype in include/llama.h, and each mix's base and fallback in src/llama-quant.cpp of
// https://github.com/ggml-org/llama.cpp.
constexpr std::array<MixRow, 36> kMixes{{{0, "F32", "F32"},
                                         {1, "F16", "F16"},
                                         {2, "Q4_0", "Q4_0"},
                                         {3, "Q4_1", "Q4_1"},
                                         {7, "Q8_0", "Q8_0"},
                                         {8, "Q5_0", "Q5_0"},
                                         {9, "Q5_1", "Q5_1"},
                                         {10, "Q2_K", "Q2_K", "Q4_0"},
                                         {11, "Q3_K_S", "Q3_K", "Q4_0"},
                                         {12, "Q3_K_M", "Q3_K", "Q4_0"},
                                         {13, "Q3_K_L", "Q3_K", "Q4_0"},
                                         {14, "Q4_K_S", "Q4_K", "Q5_0"},
                                         {15, "Q4_K_M", "Q4_K", "Q5_0"},
                                         {16, "Q5_K_S", "Q5_K", "Q5_1"},
                                         {17, "Q5_K_M", "Q5_K", "Q5_1"},
                                         {18, "Q6_K", "Q6_K", "Q8_0"},
                                         {19, "IQ2_XXS", "IQ2_XXS", "IQ4_NL"},
                                         {20, "IQ2_XS", "IQ2_XS", "IQ4_NL"},
                                         {21, "Q2_K_S", "Q2_K", "Q4_0"},
                                         {22, "IQ3_XS", "IQ3_S", "IQ4_NL"},
                                         {23, "IQ3_XXS", "IQ3_XXS", "IQ4_NL"},
                                         {24, "IQ1_S", "IQ1_S", "IQ4_NL"},
                                         {25, "IQ4_NL", "IQ4_NL", "F16"},
                                         {26, "IQ3_S", "IQ3_S", "IQ4_NL"},
                                         {27, "IQ3_M", "IQ3_S", "IQ4_NL"},
                                         {28, "IQ2_S", "IQ2_XS", "IQ4_NL"},
                                         {29, "IQ2_M", "IQ2_S", "IQ4_NL"},
                                         {30, "IQ4_XS", "IQ4_XS", "IQ4_NL"},
                                         {31, "IQ1_M", "IQ1_M", "IQ4_NL"},
                                         {32, "BF16", "BF16"},
                                         {36, "TQ1_0", "TQ1_0", "Q4_0"},
                                         {37, "TQ2_0", "TQ2_0", "Q4_0"},
                                         {38, "MXFP4_MOE", "MXFP4"},
                                         {39, "NVFP4", "NVFP4"},
                                         {40, "Q1_0", "Q1_0"},
                                         {41, "Q2_0", "Q2_0"}}};
// Added by the engine where the file says no type (LLAMA_FTYPE_GUESSED).
constexpr std::int64_t kGuessed = 1024;

}  // namespace

std::string format_of(std::optional<std::int64_t> file_type,
                      const std::vector<FileTensor>& tensors) {
  std::map<std::string_view, double> weights;
  for (const FileTensor& tensor : tensors)
    weights[tensor.type] += static_cast<double>(tensor.weights);
  if (weights.empty()) return {};
  for (const MixRow& mix : kMixes) {
    if (!file_type || mix.number != *file_type % kGuessed) continue;
    // F32 is among every file's types: only a file of nothing else is of that format.
    const bool plausible = mix.base == "F32"
                               ? weights.size() == 1 && weights.contains("F32")
                               : weights.contains(mix.base) || weights.contains(mix.fallback);
    if (plausible) return std::string(mix.name);
  }
  if (weights.size() > 1) weights.erase("F32");
  const auto most =
      std::max_element(weights.begin(), weights.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  const std::string_view type = most->first;
  // The quantizer's usual mixes of these types; "_S" keeps the base in all layers.
  if (type == "Q4_K") return weights.contains("Q6_K") ? "Q4_K_M" : "Q4_K_S";
  if (type == "Q5_K") return weights.contains("Q6_K") ? "Q5_K_M" : "Q5_K_S";
  if (type == "Q3_K")
    return weights.contains("Q5_K") || weights.contains("Q4_K") ? "Q3_K_M" : "Q3_K_S";
  if (type == "IQ2_S") return "IQ2_M";
  if (type == "MXFP4") return "MXFP4_MOE";
  return std::string(type);
}

}  // namespace weighin::gguf
