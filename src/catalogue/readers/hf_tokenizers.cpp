// Whose tokenizer does a vocabulary of that size belong to, and which models are foreign to us?
#include <algorithm>
#include <array>

#include "catalogue/readers/hf_families.hpp"

namespace weighin::catalogue {
namespace {

// Their layers are none of those that the estimator can list.
constexpr std::array<std::string_view, 26> kForeign{
    "rwkv",   "rwkv6", "recurrent_gemma", "zamba",    "zamba2",    "nemotron_h", "falcon_h1",
    "bamba",  "bart",  "mbart",           "pegasus",  "marian",    "m2m_100",    "clip",
    "siglip", "vit",   "dinov2",          "wav2vec2", "hubert",    "encodec",    "blip",
    "detr",   "sam",   "electra",         "deberta",  "deberta-v2"};

// Models of one model_type whose vocabulary tells whose tokenizer it is.
struct Tokenizer {
  std::string_view model_type;
  std::int64_t vocab;
  std::string_view tokenizer;
};
constexpr std::array kTokenizers{
    Tokenizer{"llama", 128256, "llama-bpe"},     Tokenizer{"llama", 131072, "falcon3"},
    Tokenizer{"llama", 49152, "starcoder"},      Tokenizer{"llama", 64000, "yi-spm"},
    Tokenizer{"llama", 151936, "qwen2"},         Tokenizer{"mistral", 131072, "tekken"},
    Tokenizer{"mistral", 128256, "llama-bpe"},   Tokenizer{"phi3", 100352, "dbrx"},
    Tokenizer{"phi3", 200064, "gpt-4o"},         Tokenizer{"granite", 100352, "granite"},
    Tokenizer{"granitemoe", 100352, "granite"},  Tokenizer{"granitemoehybrid", 49160, "starcoder"},
    Tokenizer{"bert", 250002, "xlm-roberta"},    Tokenizer{"bert", 250037, "xlm-roberta"},
    Tokenizer{"mamba2", 32768, "llama-spm"},     Tokenizer{"stablelm", 50304, "gpt-neox"},
    Tokenizer{"deepseek_v3", 163840, "kimi-k2"},
};

}  // namespace

bool is_foreign_to_us(std::string_view model_type) {
  return std::find(kForeign.begin(), kForeign.end(), model_type) != kForeign.end();
}

std::string_view hf_tokenizer(std::string_view model_type, std::int64_t vocab,
                              std::string_view otherwise) {
  for (const Tokenizer& row : kTokenizers) {
    if (row.model_type == model_type && row.vocab == vocab) return row.tokenizer;
  }
  return otherwise;
}

}  // namespace weighin::catalogue
