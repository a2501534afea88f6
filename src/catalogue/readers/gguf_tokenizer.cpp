// How do the words of GGUF files for a tokenizer map to the catalogue's?
#include "catalogue/readers/gguf_tokenizer.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace weighin::gguf {
namespace {

struct Row {
  std::string_view word, kind;
};

// tokenizer.ggml.pre of byte-pair vocabularies (llama-vocab.cpp of llama.cpp).
constexpr std::array<Row, 34> kByPre{{{"llama3", "llama-bpe"},
                                      {"llama-v3", "llama-bpe"},
                                      {"llama-bpe", "llama-bpe"},
                                      {"smaug-bpe", "llama-bpe"},
                                      {"falcon3", "falcon3"},
                                      {"lfm2", "lfm2"},
                                      {"deepseek-llm", "deepseek-llm"},
                                      {"deepseek-coder", "deepseek-llm"},
                                      {"deepseek-v3", "deepseek-v3"},
                                      {"falcon", "falcon"},
                                      {"mpt", "gpt-neox"},
                                      {"olmo", "gpt-neox"},
                                      {"modern-bert", "gpt-neox"},
                                      {"starcoder", "starcoder"},
                                      {"smollm", "starcoder"},
                                      {"refact", "starcoder"},
                                      {"gpt-2", "gpt2"},
                                      {"phi-2", "gpt2"},
                                      {"roberta-bpe", "gpt2"},
                                      {"command-r", "command-r"},
                                      {"qwen2", "qwen2"},
                                      {"deepseek-r1-qwen", "qwen2"},
                                      {"qwen35", "qwen35"},
                                      {"stablelm2", "stablelm2"},
                                      {"dbrx", "dbrx"},
                                      {"glm4", "chatglm-bpe"},
                                      {"chatglm-bpe", "chatglm-bpe"},
                                      {"tekken", "tekken"},
                                      {"bloom", "bloom"},
                                      {"gpt-4o", "gpt-4o"},
                                      {"llama4", "llama4"},
                                      {"bailingmoe2", "bailingmoe2"},
                                      {"kimi-k2", "kimi-k2"},
                                      {"minimax-m2", "minimax-m2"}}};

// Architectures whose own vocabulary goes by a word that others have too: of pieces of sentences
// ("llama"), and of byte pairs ("gpt2").
constexpr std::array<Row, 8> kPiecesByArchitecture{{{"phi3", "phi-3"},
                                                    {"phimoe", "phi-3"},
                                                    {"minicpm", "minicpm-spm"},
                                                    {"minicpm3", "minicpm-spm"},
                                                    {"internlm2", "internlm2-spm"},
                                                    {"ernie4_5", "ernie-spm"},
                                                    {"t5", "t5-spm"},
                                                    {"bert", "xlm-roberta"}}};
constexpr std::array<Row, 8> kPairsByArchitecture{{{"gpt-oss", "gptoss"},
                                                   {"gptneox", "gpt-neox"},
                                                   {"olmo", "gpt-neox"},
                                                   {"olmoe", "gpt-neox"},
                                                   {"modern-bert", "gpt-neox"},
                                                   {"lfm2", "lfm2"},
                                                   {"lfm2moe", "lfm2"},
                                                   {"bailingmoe2", "bailingmoe2"}}};

template <std::size_t N>
std::string_view find(const std::array<Row, N>& rows, std::string_view word) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.word == word; });
  return found == rows.end() ? std::string_view() : found->kind;
}

}  // namespace

std::string tokenizer_kind(Keys& keys, std::int64_t vocab) {
  const std::string model = keys.text("tokenizer.ggml.model");
  const std::string pre = keys.text("tokenizer.ggml.pre");
  const std::string& architecture = keys.architecture();
  if (model.empty() || model == "no_vocab" || model == "none") return {};
  if (model == "bert") return "bert-wordpiece";
  if (model == "rwkv") return "rwkv";
  if (architecture.substr(0, 5) == "gemma") return "gemma-spm";
  if (model == "llama" || model == "t5") {
    if (const auto kind = find(kPiecesByArchitecture, architecture); !kind.empty())
      return std::string(kind);
    if (model == "t5") return "t5-spm";
    // Vocabularies of 64000 pieces are Yi's (01-ai/Yi-6B, config.json).
    return vocab == 64'000 ? "yi-spm" : "llama-spm";
  }
  if (const auto kind = find(kPairsByArchitecture, architecture); !kind.empty())
    return std::string(kind);
  // Granite 4's 100352 tokens go by the name of Dbrx's, Mamba's 50280 by the name of whatever
  // vocabulary the converter found.
  if (architecture.substr(0, 7) == "granite" && vocab > 60'000) return "granite";
  if (architecture == "mamba" && vocab < 60'000) return "gpt-neox";
  return std::string(find(kByPre, pre));
}

}  // namespace weighin::gguf
