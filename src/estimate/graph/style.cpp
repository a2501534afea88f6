// How does each architecture put its layers together?
//
// As llama.cpp v0.5.0 does: src/models/<architecture>.cpp.
#include <initializer_list>
#include <string_view>

#include "estimate/graph/model_graph.hpp"

namespace weighin {
namespace {

bool one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  for (const std::string_view each : names) {
    if (each == name) return true;
  }
  return false;
}

}  // namespace

GraphStyle style_of(const Shape& s) {
  const std::string_view a = s.architecture;
  GraphStyle style;
  style.known = one_of(a, {"apertus",
                           "bailingmoe2",
                           "bert",
                           "bitnet",
                           "bloom",
                           "chatglm",
                           "cohere2",
                           "command-r",
                           "deepseek2",
                           "ernie4_5",
                           "falcon",
                           "gemma",
                           "gemma-embedding",
                           "gemma2",
                           "gemma3",
                           "gemma3n",
                           "gemma4",
                           "glm4",
                           "glm4moe",
                           "gpt-oss",
                           "gpt2",
                           "gptj",
                           "gptneox",
                           "granite",
                           "granitehybrid",
                           "internlm2",
                           "jamba",
                           "lfm2",
                           "lfm2moe",
                           "llama",
                           "llama4",
                           "mamba",
                           "mamba2",
                           "minicpm",
                           "minicpm3",
                           "minimax-m2",
                           "mistral3",
                           "modern-bert",
                           "nomic-bert",
                           "olmo",
                           "olmo2",
                           "olmoe",
                           "phi2",
                           "phi3",
                           "phimoe",
                           "qwen2",
                           "qwen2moe",
                           "qwen3",
                           "qwen35",
                           "qwen35moe",
                           "qwen3moe",
                           "qwen3next",
                           "rwkv7",
                           "smollm3",
                           "stablelm",
                           "t5"});
  // Built as their makers describe them, and not held against the engine yet.
  style.held = style.known || !one_of(a, {"deepseek32", "glm-dsa", "nemotron_h", "nemotron_h_moe"});
  style.layer_norm =
      one_of(a, {"gpt2", "gptneox", "falcon", "phi2", "stablelm", "bloom", "command-r", "cohere2",
                 "olmo", "bert", "nomic-bert", "modern-bert", "gptj"});
  style.pre_norm = a != "olmo2";
  style.post_norm =
      one_of(a, {"gemma2", "gemma3", "gemma4", "gemma3n", "gemma-embedding", "glm4", "olmo2"});
  style.scale_embedding =
      one_of(a, {"gemma", "gemma2", "gemma3", "gemma3n", "gemma4", "gemma-embedding", "granite",
                 "granitehybrid", "minicpm", "minicpm3"});
  style.scale_query =
      one_of(a, {"gemma", "gemma2", "gemma3", "gemma-embedding", "phi2", "phi3", "phimoe"});
  style.scale_residual = one_of(a, {"granite", "granitehybrid", "minicpm", "minicpm3"});
  style.scale_logits =
      one_of(a, {"granite", "granitehybrid", "minicpm", "minicpm3", "command-r", "cohere2"});
  style.soft_cap_scores = a == "gemma2";
  style.soft_cap_logits = one_of(a, {"gemma2", "gemma3n", "gemma4"});
  style.rows_at_end = one_of(a, {"gpt-oss", "gemma4", "qwen3next", "qwen35", "qwen35moe"});
  style.flat_qk_norm = s.qk_norm_full;
  style.temperature = one_of(a, {"llama4", "mistral3"});
  style.norm_after_rope = a == "llama4";
  style.weight_before_experts = a == "llama4";
  style.normed_weights = !one_of(a, {"olmoe", "qwen2moe", "llama4", "gpt-oss", "jamba"}) &&
                         !(s.latent && !(s.experts && s.experts->correction_bias));
  style.scaled_weights =
      s.experts && s.experts->correction_bias &&
      one_of(a, {"deepseek2", "glm4moe", "bailingmoe2", "deepseek32", "glm-dsa", "nemotron_h_moe"});
  style.expert_groups = one_of(a, {"deepseek2", "deepseek32"}) && s.experts &&
                        s.experts->correction_bias && s.experts->count == 256;
  if (one_of(a, {"falcon", "phi2", "command-r", "cohere2", "gptj"})) {
    style.residual = GraphStyle::Residual::shared_norm;
  } else if (a == "gptneox" || (a == "stablelm" && s.norms_per_layer < 2)) {
    style.residual = GraphStyle::Residual::own_norms;
  }
  if (!s.gated_ffn) {
    style.activation = GraphStyle::Activation::plain;
  } else if (s.fused_ffn || one_of(a, {"chatglm", "glm4", "phi3", "modern-bert"})) {
    style.activation = GraphStyle::Activation::fused_gate;
  }
  if (one_of(a,
             {"gpt2", "bloom", "bert", "granitehybrid", "jamba", "nemotron_h", "nemotron_h_moe"})) {
    style.rope = GraphStyle::Rope::none;
  } else if (a == "cohere2") {
    style.rope = GraphStyle::Rope::sliding_layers;
  } else if (one_of(a, {"smollm3", "llama4"})) {
    style.rope = GraphStyle::Rope::three_of_four;
  }
  if (a == "gpt-oss") {
    style.router = GraphStyle::Router::softmax_of_chosen;
  } else if (s.experts && (s.experts->correction_bias || a == "llama4" || a == "lfm2moe")) {
    style.router = GraphStyle::Router::sigmoid;
  }
  return style;
}

}  // namespace weighin
