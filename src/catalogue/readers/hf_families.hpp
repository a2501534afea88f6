// Which families of models do Hugging Face's config files name, and what is true of each?
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "catalogue/readers/hf_values.hpp"
#include "weighin/catalogue.hpp"

namespace weighin::catalogue {

/// What is true of every model of a family, or which key says it.
enum HfTrait : std::uint32_t {
  kHfTied = 1U << 0,     ///< input and output share a matrix unless the config says no
  kHfUngated = 1U << 1,  ///< two matrices in the feed-forward layer
  kHfFusedQkv = 1U << 2,
  kHfFusedFfn = 1U << 3,
  kHfQkvBias = 1U << 4,
  kHfOutBias = 1U << 5,  ///< of attention's output
  kHfFfnBias = 1U << 6,
  kHfOutputBias = 1U << 7,   ///< of the output matrix
  kHfBiasKey = 1U << 8,      ///< "attention_bias" governs query, key, value and output
  kHfQkvBiasKey = 1U << 9,   ///< "attention_bias" governs query, key and value
  kHfUseBiasKey = 1U << 10,  ///< "use_bias" governs all linear layers
  kHfMlpBiasKey = 1U << 11,  ///< "mlp_bias" governs the feed-forward layer
  kHfQkNorm = 1U << 12,
  kHfQkNormFull = 1U << 13,
  kHfQkNormKey = 1U << 14,  ///< "use_qk_norm", "qk_layernorm"
  kHfFourNorms = 1U << 15,
  kHfOneNorm = 1U << 16,
  kHfNormBias = 1U << 17,
  kHfEmbeddingNorm = 1U << 18,
  kHfBareNorm = 1U << 19,  ///< norms without weights
  kHfExperts = 1U << 20,
  kHfFourfold = 1U << 21,     ///< the feed-forward layer is four times as wide unless said
  kHfPositions = 1U << 22,    ///< a learned table of positions
  kHfWindow = 1U << 23,       ///< "sliding_window" holds for all layers
  kHfPattern = 1U << 24,      ///< some layers slide, by "layer_types" or a pattern
  kHfStoredTwice = 1U << 25,  ///< tied, yet files hold the matrix twice
  kHfSinks = 1U << 26,
  kHfSubNorms = 1U << 27,
  kHfCorrection = 1U << 28,  ///< experts have one value for load balance
};

/// What the library (Hugging Face transformers, configuration_*.py; or the model's own code) takes
/// where a key is left out. 0 = the key is needed, or follows from others.
struct HfDefaults {
  std::int64_t hidden = 0, ffn = 0, layers = 0, heads = 0, kv_heads = 0, head_dim = 0, vocab = 0,
               context = 0;
};

/// One family: a row of the table in hf_families.cpp.
struct HfFamily {
  std::string_view model_type;
  std::string_view architecture;  ///< llama.cpp's name; empty where it has none
  std::string_view tokenizer;     ///< where the vocabulary's size says nothing else
  std::uint32_t traits = 0;
  HfDefaults defaults;
  /// What no table can say; null where the row says all.
  void (*finish)(HfValues& values, Shape& shape) = nullptr;
};

std::span<const HfFamily> hf_families();
/// The row of a model_type, also where it is called "…_text"; null where there is none.
const HfFamily* find_hf_family(std::string_view model_type);
/// True for architectures whose layers nothing here can describe (RWKV-6, BART, CLIP, …).
bool is_foreign_to_us(std::string_view model_type);
/// The tokenizer that a vocabulary of that size belongs to; `otherwise` where none is known.
std::string_view hf_tokenizer(std::string_view model_type, std::int64_t vocab,
                              std::string_view otherwise);

/// How many layers of a list or a pattern slide, and the pattern in the catalogue's words.
void take_window_pattern(HfValues& values, Shape& shape, std::int64_t interval,
                         std::string_view word = "local");

// Families that need more than a row, by the file that finishes them.
// hf_decoders.cpp
void finish_falcon(HfValues& values, Shape& shape);
void finish_gpt_bigcode(HfValues& values, Shape& shape);
void finish_stablelm(HfValues& values, Shape& shape);
void finish_gemma3(HfValues& values, Shape& shape);
void finish_gemma3n(HfValues& values, Shape& shape);
void finish_gemma4(HfValues& values, Shape& shape);
void finish_cohere(HfValues& values, Shape& shape);
void finish_chatglm(HfValues& values, Shape& shape);
void finish_seed(HfValues& values, Shape& shape);
void finish_mpt(HfValues& values, Shape& shape);
void finish_mobilellm(HfValues& values, Shape& shape);
void finish_phimoe(HfValues& values, Shape& shape);
void finish_apertus(HfValues& values, Shape& shape);
void finish_qwen1(HfValues& values, Shape& shape);
void finish_opt(HfValues& values, Shape& shape);
// hf_mixtures.cpp
void finish_latent(HfValues& values, Shape& shape);
void finish_llama4(HfValues& values, Shape& shape);
void finish_dbrx(HfValues& values, Shape& shape);
void finish_gpt_oss(HfValues& values, Shape& shape);
void finish_qwen2_moe(HfValues& values, Shape& shape);
void finish_minimax(HfValues& values, Shape& shape);
/// The keys that all mixtures of experts share.
void take_experts(HfValues& values, Shape& shape, bool correction);
// hf_hybrids.cpp
void finish_mamba(HfValues& values, Shape& shape);
void finish_falcon_mamba(HfValues& values, Shape& shape);
void finish_mamba2(HfValues& values, Shape& shape);
void finish_granite_hybrid(HfValues& values, Shape& shape);
void finish_lfm2(HfValues& values, Shape& shape);
void finish_qwen_hybrid(HfValues& values, Shape& shape);
void finish_jamba(HfValues& values, Shape& shape);
void finish_rwkv7(HfValues& values, Shape& shape);
// hf_encoders.cpp
void finish_bert(HfValues& values, Shape& shape);
void finish_roberta(HfValues& values, Shape& shape);
void finish_albert(HfValues& values, Shape& shape);
void finish_distilbert(HfValues& values, Shape& shape);
void finish_nomic(HfValues& values, Shape& shape);
void finish_modernbert(HfValues& values, Shape& shape);
void finish_t5(HfValues& values, Shape& shape);
void finish_whisper(HfValues& values, Shape& shape);

}  // namespace weighin::catalogue
