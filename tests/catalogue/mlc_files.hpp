// How do the tests write a folder as MLC does?
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace weighin::test {

using Files = std::vector<std::pair<std::string, std::string>>;

inline nlohmann::json mlc_record(const std::string& name, std::vector<std::int64_t> shape,
                                 const std::string& type, std::int64_t bytes, std::int64_t offset) {
  return {{"name", name},    {"shape", std::move(shape)},
          {"dtype", type},   {"format", "f32-to-bf16"},
          {"nbytes", bytes}, {"byteOffset", offset}};
}

inline nlohmann::json mlc_shard(const std::string& path, std::int64_t bytes,
                                const std::vector<nlohmann::json>& records) {
  return {{"dataPath", path}, {"format", "raw-shard"}, {"nbytes", bytes}, {"records", records}};
}

inline std::string mlc_list(const std::vector<nlohmann::json>& shards) {
  return nlohmann::json{{"metadata", {{"ParamSize", 3}}}, {"records", shards}}.dump();
}

inline std::string mlc_config(const std::string& quantization) {
  return nlohmann::json{{"model_type", "llama"},
                        {"quantization", quantization},
                        {"model_config",
                         {{"hidden_size", 64},
                          {"intermediate_size", 128},
                          {"num_hidden_layers", 1},
                          {"num_attention_heads", 4},
                          {"num_key_value_heads", 2},
                          {"vocab_size", 1000},
                          {"head_dim", 16},
                          {"context_window_size", 2048},
                          {"tie_word_embeddings", true}}},
                        {"vocab_size", 1000},
                        {"context_window_size", 2048},
                        {"tokenizer_files", {"tokenizer.json"}}}
      .dump();
}

/// A model in two shards: packed weights with scales in one, floats in the other.
inline Files mlc_folder() {
  return {
      {"mlc-chat-config.json", mlc_config("q4f16_1")},
      {"ndarray-cache.json",
       mlc_list({mlc_shard(
                     "params_shard_0.bin", 36000,
                     {mlc_record("model.embed_tokens.q_weight", {1000, 8}, "uint32", 32000, 0),
                      mlc_record("model.embed_tokens.q_scale", {1000, 2}, "float16", 4000, 32000)}),
                 mlc_shard("params_shard_1.bin", 256,
                           {mlc_record("model.norm.weight", {64}, "float16", 128, 0),
                            mlc_record("model.other.weight", {64}, "float32", 128, 128)})})},
      {"params_shard_0.bin", std::string(36000, '\0')},
      {"params_shard_1.bin", std::string(256, '\0')},
      {"tokenizer.json", "{}"}};
}

}  // namespace weighin::test
