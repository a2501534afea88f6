// Does a GGUF file of a model give the catalogue's shape of that model, for all of the catalogue?
//
// Each model's tensors are written into a header under the names, and with the keys, that
// llama.cpp's converter writes (conversion/*.py); what is read back is held against the catalogue.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "catalogue/gguf_maker.hpp"
#include "estimate/shapes.hpp"
#include "estimate/tensors.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

using test::GgufMaker;

// tokenizer.ggml.model and .pre of each of the catalogue's kinds.
const std::map<std::string, std::pair<std::string, std::string>>& tokenizer_words() {
  static const std::map<std::string, std::pair<std::string, std::string>> kWords{
      {"llama-spm", {"llama", "default"}},
      {"yi-spm", {"llama", "default"}},
      {"minicpm-spm", {"llama", "default"}},
      {"internlm2-spm", {"llama", "default"}},
      {"ernie-spm", {"llama", "default"}},
      {"gemma-spm", {"llama", "default"}},
      {"phi-3", {"llama", "default"}},
      {"t5-spm", {"t5", "default"}},
      {"rwkv", {"rwkv", "default"}},
      {"xlm-roberta", {"t5", "default"}},
      {"bert-wordpiece", {"bert", "jina-v2-en"}},
      {"llama-bpe", {"gpt2", "llama-bpe"}},
      {"starcoder", {"gpt2", "smollm"}},
      {"qwen2", {"gpt2", "qwen2"}},
      {"qwen35", {"gpt2", "qwen35"}},
      {"gpt2", {"gpt2", "gpt-2"}},
      {"gpt-neox", {"gpt2", "olmo"}},
      {"falcon", {"gpt2", "falcon"}},
      {"falcon3", {"gpt2", "falcon3"}},
      {"tekken", {"gpt2", "tekken"}},
      {"command-r", {"gpt2", "command-r"}},
      {"deepseek-llm", {"gpt2", "deepseek-llm"}},
      {"deepseek-v3", {"gpt2", "deepseek-v3"}},
      {"kimi-k2", {"gpt2", "kimi-k2"}},
      {"bloom", {"gpt2", "bloom"}},
      {"dbrx", {"gpt2", "dbrx"}},
      {"granite", {"gpt2", "dbrx"}},
      {"lfm2", {"gpt2", "lfm2"}},
      {"llama4", {"gpt2", "llama4"}},
      {"gpt-4o", {"gpt2", "gpt-4o"}},
      {"gptoss", {"gpt2", "gpt-4o"}},
      {"chatglm-bpe", {"gpt2", "glm4"}},
      {"stablelm2", {"gpt2", "stablelm2"}},
      {"bailingmoe2", {"gpt2", "bailingmoe2"}},
      {"minimax-m2", {"gpt2", "minimax-m2"}}};
  return kWords;
}

std::string full_name(const Tensor& tensor) {
  const std::string name(tensor.name);
  if (tensor.layer < 0) return name;
  if (name.substr(0, 4) == "enc." || name.substr(0, 4) == "dec.")
    return fmt::format("{}blk.{}.{}", name.substr(0, 4), tensor.layer, name.substr(4));
  return fmt::format("blk.{}.{}", tensor.layer, name);
}

class Writer {
 public:
  Writer(const ModelSpec& model, const Shape& s) : s_(s) {
    maker.text("general.architecture", s.architecture)
        .text("general.name", model.name)
        .u32("general.file_type", 1);
    number("block_count", s.layers + s.multi_token_layers);
    if (s.multi_token_layers > 0) number("nextn_predict_layers", s.multi_token_layers);
    if (s.context_max > 0) number("context_length", s.context_max);
    number("embedding_length", s.hidden);
    if (s.ffn > 0) number("feed_forward_length", s.ffn);
    heads();
    mixers();
    windows();
    if (s.kind == "t5") {
      number("decoder_block_count", s.decoder_layers);
      number("attention.relative_buckets_count", s.relative_buckets);
    }
    if (s.activation_weights > 0)
      maker.list("xielu.alpha_p", std::vector<std::int64_t>(static_cast<std::size_t>(s.layers)), 6);
    const auto& [kind, pre] = tokenizer_words().at(s.tokenizer);
    maker.text("tokenizer.ggml.model", kind).text("tokenizer.ggml.pre", pre);
  }

  GgufMaker maker;

 private:
  void number(const std::string& key, std::int64_t value) {
    maker.u32(s_.architecture + "." + key, static_cast<std::uint32_t>(value));
  }
  void list(const std::string& key, const std::vector<std::int64_t>& values,
            std::uint32_t type = 4) {
    maker.list(s_.architecture + "." + key, values, type);
  }
  void heads() {
    number("attention.head_count", s_.heads);
    if (s_.heads == 0) return;
    std::vector<std::int64_t> of_layers;
    for (std::int64_t layer = 0; layer < s_.layers; ++layer)
      of_layers.push_back(is_attention_layer(s_, layer) ? s_.kv_heads : 0);
    if (!s_.attention_layers.empty()) {
      list("attention.head_count_kv", of_layers);
    } else {
      number("attention.head_count_kv", s_.latent ? 1 : s_.kv_heads);
    }
    if (s_.latent) {
      number("attention.kv_lora_rank", s_.latent->kv_lora_rank);
      number("attention.key_length", s_.latent->kv_lora_rank + s_.latent->qk_rope_head_dim);
    } else {
      number("attention.key_length", s_.global_head_dim > 0 ? s_.global_head_dim : s_.head_dim);
      if (s_.global_head_dim > 0) number("attention.key_length_swa", s_.head_dim);
    }
  }
  void mixers() {
    if (s_.experts) {
      number("expert_count", s_.experts->count);
      number("expert_used_count", s_.experts->used);
      if (s_.experts->shared_count > 1) number("expert_shared_count", s_.experts->shared_count);
      if (s_.kind == "llama4") number("interleave_moe_layer_step", s_.experts->interval);
    }
    if (s_.short_conv > 0) number("shortconv.l_cache", s_.short_conv);
    if (s_.state_space) {
      const StateSpace& m = *s_.state_space;
      number("ssm.conv_kernel", m.conv);
      number("ssm.inner_size", m.inner);
      number("ssm.state_size", m.state);
      number("ssm.time_step_rank", m.heads > 0 ? m.heads : m.dt_rank);
      if (m.groups > 0) number("ssm.group_count", m.groups);
    }
    if (s_.state_space && s_.state_space->normed > 0 && s_.architecture == "mamba")
      maker.flag(s_.architecture + ".ssm.dt_b_c_rms", true);
    if (s_.time_mix) {
      number("wkv.head_size", s_.time_mix->head_size);
      number("attention.value_residual_mix_lora_rank", s_.time_mix->value_rank);
    }
    if (s_.linear) {
      number("ssm.conv_kernel", s_.linear->conv);
      number("ssm.inner_size", s_.linear->v_heads * s_.linear->v_dim);
      number("ssm.state_size", s_.linear->k_dim);
      number("ssm.time_step_rank", s_.linear->v_heads);
      number("ssm.group_count", s_.linear->k_heads);
    }
  }
  void windows() {
    if (s_.sliding_window > 0 && s_.kind != "llama4")
      number("attention.sliding_window", s_.sliding_window);
    if (s_.kv_shared_layers > 0) number("attention.shared_kv_layers", s_.kv_shared_layers);
    if (s_.kind != "gemma4") return;
    std::vector<std::int64_t> windowed;
    for (std::int64_t layer = 0; layer < s_.layers; ++layer)
      windowed.push_back(is_sliding_layer(s_, layer) ? 1 : 0);
    list("attention.sliding_window_pattern", windowed, 7);
  }
  const Shape& s_;
};

// Every field of a shape, so that none is forgotten in a comparison.
std::string text_of(const Shape& s) {
  const Experts e = s.experts.value_or(Experts{});
  const LatentAttention l = s.latent.value_or(LatentAttention{});
  const StateSpace m = s.state_space.value_or(StateSpace{});
  const LinearAttention d = s.linear.value_or(LinearAttention{});
  const TimeMix t = s.time_mix.value_or(TimeMix{});
  std::string text =
      fmt::format("{} {} layers {}+{} hidden {} ffn {} vocab {} heads {} {} {} context {}", s.kind,
                  s.architecture, s.layers, s.decoder_layers, s.hidden, s.ffn, s.vocab, s.heads,
                  s.kv_heads, s.head_dim, s.context_max);
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, std::int64_t>>{
           {"tied", s.tied_embeddings},
           {"gated", s.gated_ffn},
           {"fused_qkv", s.fused_qkv},
           {"fused_ffn", s.fused_ffn},
           {"qkv_bias", s.qkv_bias},
           {"output_bias", s.output_bias},
           {"attention_output_bias", s.attention_output_bias},
           {"ffn_bias", s.ffn_bias},
           {"qk_norm", s.qk_norm},
           {"qk_norm_full", s.qk_norm_full},
           {"norms", s.norms_per_layer},
           {"norm_weight", s.norm_weight},
           {"norm_bias", s.norm_bias},
           {"embedding_norm", s.embedding_norm},
           {"sub_norms", s.sub_norms},
           {"sinks", s.attention_sinks},
           {"activation", s.activation_weights},
           {"positions", s.positions},
           {"token_types", s.token_types},
           {"embedding_width", s.embedding_width},
           {"shared_layers", s.shared_layers},
           {"pooler", s.pooler},
           {"buckets", s.relative_buckets},
           {"mel", s.mel_bins},
           {"audio", s.audio_positions},
           {"twice", s.embedding_stored_twice},
           {"file_vocab", s.file_vocab},
           {"window", s.sliding_window},
           {"kv_layers", s.kv_layers},
           {"kv_swa_layers", s.kv_swa_layers},
           {"kv_shared_layers", s.kv_shared_layers},
           {"wide", s.wide_shared_ffn},
           {"global_head_dim", s.global_head_dim},
           {"global_kv_heads", s.global_kv_heads},
           {"per_layer_embedding", s.per_layer_embedding},
           {"per_layer_vocab", s.per_layer_vocab},
           {"interval", s.full_attention_interval},
           {"rope", s.rope_factors},
           {"short_conv", s.short_conv},
           {"draft", s.multi_token_layers},
           {"experts", e.count},
           {"used", e.used},
           {"expert_ffn", e.ffn},
           {"shared_count", e.shared_count},
           {"shared_ffn", e.shared_ffn},
           {"leading", e.leading_dense},
           {"step", e.interval},
           {"router_bias", e.router_bias},
           {"expert_bias", e.expert_bias},
           {"correction_bias", e.correction_bias},
           {"shared_gate", e.shared_gate},
           {"q_lora", l.q_lora_rank},
           {"kv_lora", l.kv_lora_rank},
           {"nope", l.qk_nope_head_dim},
           {"turned", l.qk_rope_head_dim},
           {"v_head", l.v_head_dim},
           {"indexer_heads", l.indexer_heads},
           {"indexer_head_dim", l.indexer_head_dim},
           {"indexer_leading", l.indexer_leading},
           {"indexer_interval", l.indexer_interval},
           {"latent", e.latent},
           {"inner", m.inner},
           {"state", m.state},
           {"conv", m.conv + d.conv},
           {"dt_rank", m.dt_rank},
           {"groups", m.groups},
           {"ssm_heads", m.heads},
           {"ssm_head_dim", m.head_dim},
           {"normed", m.normed},
           {"head_size", t.head_size},
           {"decay_rank", t.decay_rank},
           {"iclr_rank", t.iclr_rank},
           {"value_rank", t.value_rank},
           {"gate_rank", t.gate_rank},
           {"k_heads", d.k_heads},
           {"v_heads", d.v_heads},
           {"k_dim", d.k_dim},
           {"v_dim", d.v_dim}})
    text += fmt::format(" {}={}", name, value);
  for (const std::int64_t layer : s.attention_layers) text += fmt::format(" @{}", layer);
  for (const std::int64_t layer : s.ffn_layers) text += fmt::format(" ffn@{}", layer);
  return text + " " + s.swa_pattern + " " + s.tokenizer;
}

// What a GGUF file cannot say, or says otherwise, of a model that the catalogue has from elsewhere.
Shape as_a_file_says(Shape s) {
  if (s.file_vocab > 0) s.vocab = s.file_vocab;  // rows for nothing are left out
  s.file_vocab = 0;
  s.pooler = false;  // left out
  if (s.kind == "bert" && s.context_max > 0 && s.positions > s.context_max)
    s.positions = s.context_max;  // rows for padding are left out
  if (s.architecture != "falcon") s.embedding_stored_twice = false;  // so in old files alone
  if (s.architecture == "llama") {  // no key says Mistral 7B v0.1's window, and the engine has none
    s.sliding_window = s.kv_swa_layers = 0;
    s.swa_pattern.clear();
  }
  return s;
}

TEST(GgufCatalogue, EveryModelsFileGivesItsShape) {
  int models = 0, equal_counts = 0;
  for (const ModelSpec& model : test::catalogue().models) {
    if (!model.shape || model.shape->architecture.empty()) continue;
    SCOPED_TRACE(model.id);
    const Shape in_file = as_a_file_says(*model.shape);
    const auto tensors = tensors_of(*model.shape);
    ASSERT_TRUE(tensors);
    Writer writer(model, in_file);
    std::int64_t weights = in_file.activation_weights * in_file.layers, total = weights;
    for (Tensor tensor : *tensors) {
      if (tensor.counted) total += tensor.name == "ffn_act.weight" ? 0 : tensor.elements();
      if (!tensor.in_file) continue;
      if (tensor.name == "token_embd.weight") tensor.size[1] = in_file.vocab;
      std::vector<std::uint64_t> size;
      for (std::size_t d = 0; d < tensor.dimensions; ++d)
        size.push_back(static_cast<std::uint64_t>(tensor.size[d]));
      writer.maker.tensor(full_name(tensor), size, tensor.role == Role::keep_f32 ? 0 : 1);
      // RoBERTa's positions count as one table in the list, and stand as a shorter one in the file.
      if (tensor.counted || tensor.name == "position_embd.weight") weights += tensor.elements();
    }
    test::SparseFolder folder;
    folder.add("model.gguf", writer.maker);
    const auto read = read_model(folder, "model.gguf");
    ASSERT_TRUE(read.ok()) << to_text(read.error());
    ASSERT_TRUE(read->shape);
    EXPECT_EQ(text_of(*read->shape), text_of(in_file));
    EXPECT_EQ(read->file->parameters, weights);
    EXPECT_EQ(read->file->format, "F16");
    if (model.context_max) {
      EXPECT_EQ(*read->context_max, *model.context_max);
    }
    if (weights == total) {
      EXPECT_EQ(*read->parameters, *model.parameters);
      ++equal_counts;
      const auto counted = count_parameters(*model.shape);
      ASSERT_TRUE(counted);
      EXPECT_EQ(*read->active_parameters, counted->active);
    }
    ++models;
  }
  // All but those that no GGUF file can hold, and most with the very count of the catalogue.
  EXPECT_GT(models, 160);
  EXPECT_GT(equal_counts, models * 3 / 4);
}

}  // namespace
}  // namespace weighin
