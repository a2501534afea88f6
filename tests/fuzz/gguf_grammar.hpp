// How is a GGUF header changed so that most of it stays one?
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "catalogue/gguf_maker.hpp"

namespace weighin::test {

/// A header taken apart: what is written again is a header, with the lies that `patches` add.
class GgufGrammar {
 public:
  /// Takes apart as much as can be; false where it does not even begin like a header.
  bool parse(std::string_view bytes) {
    at_ = 4;
    bytes_ = bytes;
    if (bytes.size() < 24 || bytes.substr(0, 4) != "GGUF") return false;
    maker_.version = number<std::uint32_t>();
    if ((maker_.version & 0xffffU) == 0) {
      maker_.big_endian = true;
      at_ = 4;
      maker_.version = number<std::uint32_t>();
    }
    if (maker_.version < 1 || maker_.version > 3) maker_.version = 3;
    std::uint64_t tensors = count(), keys = count();
    for (; keys > 0 && sound_ && keys_.size() < 256; --keys) {
      Key key{text(), number<std::uint32_t>(), {}};
      const std::size_t begin = at_;
      skip_value(key.type, 0);
      if (!sound_) break;
      key.value = std::string(bytes_.substr(begin, at_ - begin));
      keys_.push_back(std::move(key));
    }
    for (; tensors > 0 && sound_ && tensors_.size() < 256; --tensors) {
      Record record{text(), {}, 0};
      for (std::uint32_t d = number<std::uint32_t>(); d > 0 && sound_; --d)
        record.dimensions.push_back(count());
      record.type = number<std::uint32_t>();
      (void)number<std::uint64_t>();
      if (sound_) tensors_.push_back(std::move(record));
    }
    return true;
  }

  /// One change of the structure: counts and offsets are made to fit.
  void change(std::mt19937& random) {
    switch (random() % 12) {
      case 0:
        if (!keys_.empty()) keys_.push_back(keys_[random() % keys_.size()]);
        break;
      case 1:
        if (!keys_.empty()) keys_.erase(keys_.begin() + place(random, keys_.size()));
        break;
      case 2:
      case 3:
        keys_.push_back(some_key(random));
        break;
      case 4:
        if (!keys_.empty()) {
          Key& key = keys_[random() % keys_.size()];
          key = {key.name, some_type(random), {}};
          key.value = some_value(key.type, random, 0);
        }
        break;
      case 5:
        if (!tensors_.empty()) tensors_.push_back(tensors_[random() % tensors_.size()]);
        break;
      case 6:
        if (!tensors_.empty()) tensors_.erase(tensors_.begin() + place(random, tensors_.size()));
        break;
      case 7:
        tensors_.push_back(some_tensor(random));
        break;
      case 8:
        if (!tensors_.empty()) {
          Record& record = tensors_[random() % tensors_.size()];
          if (record.dimensions.size() < 5 && random() % 4 == 0) record.dimensions.push_back(1);
          if (!record.dimensions.empty())
            record.dimensions[random() % record.dimensions.size()] = some_size(random);
        }
        break;
      case 9:
        if (!tensors_.empty())
          tensors_[random() % tensors_.size()].type = static_cast<std::uint32_t>(random() % 44);
        break;
      case 10:
        set_architecture(random);
        break;
      default:
        if (random() % 4 == 0) maker_.version = static_cast<std::uint32_t>(1 + random() % 3);
        if (random() % 8 == 0) turn_round();
        break;
    }
  }

  std::string write() const {
    GgufMaker maker = maker_;
    for (const Key& key : keys_) maker.raw_key(key.name, key.type, key.value);
    for (const Record& record : tensors_) maker.tensor(record.name, record.dimensions, record.type);
    return maker.header();
  }

  /// Puts a number that breaks things over some field of a written header.
  static void lie(std::string& bytes, std::mt19937& random) {
    static constexpr std::array<std::uint64_t, 16> kNumbers{0,
                                                            1,
                                                            2,
                                                            31,
                                                            0x7f,
                                                            0xff,
                                                            0xffff,
                                                            0x7fffffff,
                                                            0x80000000,
                                                            0xffffffff,
                                                            0x100000000,
                                                            0x7fffffffffffffff,
                                                            0x8000000000000000,
                                                            0xffffffffffffffff,
                                                            0x4000000000000001,
                                                            0xffffffffffffffe0};
    GgufGrammar scan;
    if (!scan.parse(bytes) || scan.fields_.empty()) return;
    const auto& [at, width] = scan.fields_[random() % scan.fields_.size()];
    std::uint64_t value = kNumbers[random() % kNumbers.size()];
    if (random() % 4 == 0) {
      value = 0;
      std::memcpy(&value, bytes.data() + at, width);
      value += random() % 2 == 0 ? 1 : ~std::uint64_t{0};
    }
    std::memcpy(bytes.data() + at, &value, width);
  }

 private:
  struct Key {
    std::string name;
    std::uint32_t type;
    std::string value;
  };
  struct Record {
    std::string name;
    std::vector<std::uint64_t> dimensions;
    std::uint32_t type;
  };

  static std::ptrdiff_t place(std::mt19937& random, std::size_t size) {
    return static_cast<std::ptrdiff_t>(random() % size);
  }

  template <class T>
  T number() {
    if (!sound_ || bytes_.size() - at_ < sizeof(T)) {
      sound_ = false;
      return T{};
    }
    std::string raw(bytes_.substr(at_, sizeof(T)));
    if (maker_.big_endian != (std::endian::native == std::endian::big))
      std::reverse(raw.begin(), raw.end());
    T value;
    std::memcpy(&value, raw.data(), sizeof value);
    fields_.emplace_back(at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }
  std::uint64_t count() {
    return maker_.version == 1 ? number<std::uint32_t>() : number<std::uint64_t>();
  }
  void skip(std::uint64_t length) {
    if (!sound_ || length > bytes_.size() - at_) {
      sound_ = false;
    } else {
      at_ += static_cast<std::size_t>(length);
    }
  }
  std::string text() {
    const std::uint64_t length = count();
    const std::size_t begin = at_;
    skip(length);
    return sound_ ? std::string(bytes_.substr(begin, at_ - begin)) : std::string();
  }
  void skip_value(std::uint32_t type, int depth) {
    static constexpr std::array<std::uint64_t, 13> kBytes{1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    if (type >= kBytes.size() || depth > 6) {
      sound_ = false;
    } else if (type == 8) {
      (void)text();
    } else if (type == 9) {
      const std::uint32_t element = number<std::uint32_t>();
      for (std::uint64_t left = count(); left > 0 && sound_; --left) skip_value(element, depth + 1);
    } else {
      fields_.emplace_back(at_, kBytes[type]);
      skip(kBytes[type]);
      if (!sound_) fields_.pop_back();
    }
  }

  static std::uint32_t some_type(std::mt19937& random) {
    return random() % 3 == 0 ? static_cast<std::uint32_t>(random() % 13) : 4;
  }
  static std::uint64_t some_size(std::mt19937& random) {
    static constexpr std::array<std::uint64_t, 14> kSizes{1,
                                                          2,
                                                          3,
                                                          8,
                                                          16,
                                                          32,
                                                          64,
                                                          128,
                                                          256,
                                                          512,
                                                          4096,
                                                          262144,
                                                          std::uint64_t{1} << 32,
                                                          std::uint64_t{1} << 62};
    return kSizes[random() % kSizes.size()];
  }
  std::string some_value(std::uint32_t type, std::mt19937& random, int depth) const {
    const std::uint64_t small = random() % 8 == 0 ? some_size(random) : random() % 40;
    switch (type) {
      case 0:
      case 1:
        return maker_.number(static_cast<std::uint8_t>(small));
      case 2:
      case 3:
        return maker_.number(static_cast<std::uint16_t>(small));
      case 6:
        return maker_.number(static_cast<float>(small));
      case 7:
        return maker_.number(static_cast<std::uint8_t>(random() % 2));
      case 8:
        return maker_.text_of(std::string(random() % 8, 'a'));
      case 9: {
        const std::uint32_t element = depth > 3 ? 4 : static_cast<std::uint32_t>(random() % 13);
        const std::uint64_t many = random() % 6;
        std::string value = maker_.number(element) + maker_.count(many);
        for (std::uint64_t i = 0; i < many; ++i) value += some_value(element, random, depth + 1);
        return value;
      }
      case 10:
      case 11:
        return maker_.number(small);
      case 12:
        return maker_.number(static_cast<double>(small));
      default:
        return maker_.number(static_cast<std::uint32_t>(small));
    }
  }

  std::string architecture() const {
    for (const Key& key : keys_) {
      if (key.name == "general.architecture" && key.type == 8)
        return key.value.substr(std::min<std::size_t>(key.value.size(), maker_.count(0).size()));
    }
    return "llama";
  }
  void set_architecture(std::mt19937& random) {
    static constexpr std::array<const char*, 16> kNames{
        "llama",  "gemma3", "gemma3n",   "gemma4",     "deepseek2", "granitehybrid",
        "mamba",  "lfm2",   "qwen3next", "t5",         "bert",      "llama4",
        "falcon", "clip",   "novel",     "modern-bert"};
    const std::string name = kNames[random() % kNames.size()], old = architecture();
    for (Key& key : keys_) {
      if (key.name == "general.architecture") key.value = maker_.text_of(name);
      if (key.name.substr(0, old.size() + 1) == old + ".") key.name.replace(0, old.size(), name);
    }
  }
  Key some_key(std::mt19937& random) const {
    static constexpr std::array<const char*, 40> kNames{"block_count",
                                                        "embedding_length",
                                                        "feed_forward_length",
                                                        "context_length",
                                                        "attention.head_count",
                                                        "attention.head_count_kv",
                                                        "attention.key_length",
                                                        "attention.key_length_swa",
                                                        "attention.sliding_window",
                                                        "attention.sliding_window_pattern",
                                                        "attention.shared_kv_layers",
                                                        "attention.kv_lora_rank",
                                                        "attention.relative_buckets_count",
                                                        "expert_count",
                                                        "expert_used_count",
                                                        "expert_shared_count",
                                                        "expert_feed_forward_length",
                                                        "leading_dense_block_count",
                                                        "interleave_moe_layer_step",
                                                        "nextn_predict_layers",
                                                        "full_attention_interval",
                                                        "decoder_block_count",
                                                        "ssm.inner_size",
                                                        "ssm.state_size",
                                                        "ssm.conv_kernel",
                                                        "ssm.time_step_rank",
                                                        "ssm.group_count",
                                                        "shortconv.l_cache",
                                                        "vocab_size",
                                                        "pooling_type",
                                                        "general.alignment",
                                                        "general.type",
                                                        "general.name",
                                                        "general.file_type",
                                                        "general.license",
                                                        "split.no",
                                                        "split.count",
                                                        "split.tensors.count",
                                                        "tokenizer.ggml.model",
                                                        "tokenizer.ggml.tokens"};
    const std::size_t at = random() % kNames.size();
    const std::string name = at < 30 ? architecture() + "." + kNames[at] : kNames[at];
    Key key{name, some_type(random), {}};
    key.value = some_value(key.type, random, 0);
    return key;
  }
  static Record some_tensor(std::mt19937& random) {
    static constexpr std::array<const char*, 32> kNames{
        "token_embd.weight",           "output.weight",
        "output_norm.weight",          "rope_freqs.weight",
        "rope_factors_long.weight",    "position_embd.weight",
        "token_types.weight",          "per_layer_token_embd.weight",
        "blk.0.attn_norm.weight",      "blk.0.attn_q.weight",
        "blk.0.attn_k.weight",         "blk.1.attn_k.weight",
        "blk.0.attn_k_norm.weight",    "blk.1.attn_k_norm.weight",
        "blk.0.attn_output.weight",    "blk.0.attn_qkv.weight",
        "blk.0.attn_q_norm.weight",    "blk.0.attn_kv_a_mqa.weight",
        "blk.0.attn_kv_a_norm.weight", "blk.0.attn_q_a.weight",
        "blk.0.attn_q_b.weight",       "blk.0.ffn_up.weight",
        "blk.0.ffn_down.weight",       "blk.1.ffn_down.weight",
        "blk.0.ffn_down_exps.weight",  "blk.0.ffn_down_shexp.weight",
        "blk.0.ssm_in.weight",         "blk.0.ssm_dt.weight",
        "blk.0.shortconv.conv.weight", "enc.blk.0.ffn_down.weight",
        "blk.0.attn_q.weight.lora_a",  "blk.600.x"};
    Record record{kNames[random() % kNames.size()], {}, 0};
    for (std::size_t d = 1 + random() % 3; d > 0; --d)
      record.dimensions.push_back(some_size(random));
    if (random() % 2 == 0) record.type = static_cast<std::uint32_t>(random() % 44);
    return record;
  }
  // Values keep their bytes: what they mean in the other order is a case of its own.
  void turn_round() { maker_.big_endian = !maker_.big_endian; }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool sound_ = true;
  GgufMaker maker_;
  std::vector<Key> keys_;
  std::vector<Record> tensors_;
  std::vector<std::pair<std::size_t, std::size_t>> fields_;  // position and bytes
};

}  // namespace weighin::test
