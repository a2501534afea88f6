// In which weight class does a model box?
#include <limits>

#include "weighin/catalogue.hpp"

namespace weighin {

// A class bears the name that people use for models of about that count; its bounds lie in the
// widest gap between neighbours (given as a ratio) near the place where the name changes, so that
// siblings of one release ("7B", "8B", "9B") meet in one class and a class's heaviest model takes
// at most about twice the memory of its lightest. A test recomputes the gaps from the catalogue.
// Counts are of all parameters, not the active ones: a mixture of experts has to be stored whole.
// The reference is a plain, widely used model near the middle of its class, dense as long as such
// models are published.
const std::vector<SizeClass>& size_classes() {
  static const std::vector<SizeClass> kClasses{
      // up to 200M: SmolLM2-135M, Pythia-160M, GPT-2 (124M); below it encoders and keyword models
      {"100M", 0, 200'000'000, "smollm2-135m"},
      // 268M to 372M (gap of 1.65 below): Gemma-3-270M, Granite-4.0-350M, LFM2-350M, SmolLM2-360M
      {"350M", 200'000'000, 390'000'000, "smollm2-360m"},
      // 405M to 793M (1.09): MiniCPM4-0.5B (434M), Qwen2.5-0.5B (494M), Qwen3-0.6B, Qwen3.5-0.8B
      {"0.5B", 390'000'000, 900'000'000, "qwen2.5-0.5b"},
      // 1.0B to 1.24B (1.26): Gemma-3-1B, TinyLlama-1.1B, LFM2-1.2B, Llama-3.2-1B
      {"1B", 900'000'000, 1'300'000'000, "llama-3.2-1b"},
      // 1.37B to 1.88B (1.11): Qwen2.5-1.5B, Qwen3-1.7B, SmolLM2-1.7B, and Qwen3.5-2B (1.88B): it
      // weighs what they do, and the next model is a quarter heavier
      {"1.5B", 1'300'000'000, 1'950'000'000, "qwen2.5-1.5b"},
      // 2.41B to 2.80B (1.28): Gemma-2B (2.51B), Granite-3.3-2B, Gemma-2-2B (2.61B), Phi-2 (2.78B)
      {"2B", 1'950'000'000, 2'850'000'000, "granite-3.3-2b"},
      // 3.08B to 3.43B (1.10): Qwen2.5-3B, SmolLM3-3B, Llama-3.2-3B, Granite-4.0-Micro
      {"3B", 2'850'000'000, 3'600'000'000, "llama-3.2-3b"},
      // 3.82B to 4.65B (1.11): Phi-3.5-mini, Gemma-3-4B, Qwen3-4B, Gemma-4-E2B with its per-layer
      // embeddings
      {"4B", 3'600'000'000, 5'500'000'000, "qwen3-4b"},
      // 6.1B to 10.3B (1.30): Mistral-7B, Qwen2.5-7B, Llama-3.1-8B, Qwen3-8B, Gemma-2-9B,
      // Falcon3-10B
      {"7B", 5'500'000'000, 11'000'000'000, "mistral-7b-v0.3"},
      // 11.8B to 16.3B (1.14): Gemma-3-12B, Mistral-Nemo, Qwen2.5-14B, Phi-4, DeepSeek-V2-Lite
      {"14B", 11'000'000'000, 18'000'000'000, "qwen2.5-14b"},
      // 20.9B to 27.2B (1.29): gpt-oss-20b, Mistral-Small-24B, Gemma-3-27B
      {"24B", 18'000'000'000, 29'000'000'000, "mistral-small-24b-2501"},
      // 29.9B to 57.4B (1.10): GLM-4.7-Flash, Qwen3-30B-A3B, Qwen3-32B, Yi-34B, Falcon-40B,
      // Mixtral-8x7B
      {"32B", 29'000'000'000, 60'000'000'000, "qwen2.5-32b"},
      // 69B to 80B (1.20): Llama-3.1-70B, Qwen2.5-72B, Qwen3-Next-80B
      {"70B", 60'000'000'000, 90'000'000'000, "llama-3.1-70b"},
      // 104B to 141B (1.30): Command-R+, GLM-4.5-Air, gpt-oss-120b, Mistral-Large, Mixtral-8x22B
      {"120B", 90'000'000'000, 160'000'000'000, "mistral-large-2411"},
      // 176B to 236B (1.25): BLOOM, Falcon-180B, MiniMax-M2, Qwen3-235B, DeepSeek-V2
      {"235B", 160'000'000'000, 300'000'000'000, "qwen3-235b-a22b"},
      // 353B to 480B (1.50): GLM-4.5, Llama-4-Maverick, Llama-3.1-405B, Qwen3-Coder-480B
      {"400B", 300'000'000'000, 550'000'000'000, "llama-3.1-405b"},
      // 671B and above (1.40): DeepSeek-V3, Kimi-K2; no open model is larger than twice that
      {"1T", 550'000'000'000, std::numeric_limits<std::int64_t>::max(), "kimi-k2"},
  };
  return kClasses;
}

const SizeClass& size_class_of(std::int64_t parameters) {
  const std::vector<SizeClass>& classes = size_classes();
  for (const SizeClass& size_class : classes) {
    if (parameters <= size_class.to) return size_class;
  }
  return classes.back();
}

}  // namespace weighin
