// How is a model of any shape of the catalogue written that the real engine loads and runs?
//
// Pseudo-random valid weights of the very tensors and types that the estimator lists; no
// vocabulary. Usage: weighin_synthetic CATALOGUE MODEL FORMAT FILE. Prints the file's size.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <sstream>

#include "estimate/mix.hpp"
#include "estimate/tensors.hpp"
#include "weighin/estimate.hpp"

namespace weighin {
namespace {

// GGUF's numbers of value types.
constexpr std::uint32_t kU32 = 4, kI32 = 5, kF32 = 6, kBool = 7, kString = 8, kArray = 9;

template <class T>
void put(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}
void put_text(std::string& out, std::string_view text) {
  put<std::uint64_t>(out, text.size());
  out += text;
}

class Metadata {
 public:
  explicit Metadata(std::string architecture) : architecture_(std::move(architecture)) {
    text("general.architecture", architecture_);
    text("general.type", "model");
    text("tokenizer.ggml.model", "no_vocab");
  }
  void text(std::string_view key, std::string_view value) {
    begin(key, kString);
    put_text(bytes_, value);
  }
  void number(std::string_view key, std::int64_t value) {
    begin(own(key), kU32);
    put(bytes_, static_cast<std::uint32_t>(value));
  }
  void real(std::string_view key, float value) {
    begin(own(key), kF32);
    put(bytes_, value);
  }
  void flag(std::string_view key, bool value) {
    begin(own(key), kBool);
    put<char>(bytes_, value ? 1 : 0);
  }
  void numbers(std::string_view key, const std::vector<std::int64_t>& values,
               std::uint32_t type = kU32) {
    begin(own(key), kArray);
    put(bytes_, type);
    put<std::uint64_t>(bytes_, values.size());
    for (const std::int64_t value : values) {
      if (type == kBool) {
        put<char>(bytes_, value != 0 ? 1 : 0);
      } else {
        put(bytes_, static_cast<std::uint32_t>(value));
      }
    }
  }
  void reals(std::string_view key, const std::vector<float>& values) {
    begin(own(key), kArray);
    put(bytes_, kF32);
    put<std::uint64_t>(bytes_, values.size());
    for (const float value : values) put(bytes_, value);
  }
  std::uint64_t count() const { return count_; }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string own(std::string_view key) const { return architecture_ + "." + std::string(key); }
  void begin(std::string_view key, std::uint32_t type) {
    put_text(bytes_, key);
    put(bytes_, type);
    ++count_;
  }
  std::string architecture_, bytes_;
  std::uint64_t count_ = 0;
};

void describe_experts(const Shape& s, Metadata& m) {
  const Experts& e = *s.experts;
  m.number("expert_count", e.count);
  m.number("expert_used_count", e.used);
  m.number("expert_feed_forward_length", e.ffn);
  m.real("expert_weights_scale", 1.0F);
  if (e.shared_count > 0) m.number("expert_shared_count", e.shared_count);
  if (e.shared_ffn > 0) m.number("expert_shared_feed_forward_length", e.shared_ffn);
  if (e.leading_dense > 0 || s.latent) m.number("leading_dense_block_count", e.leading_dense);
  if (e.correction_bias) m.number("expert_gating_func", 2);
}

void describe_latent(const Shape& s, Metadata& m) {
  const LatentAttention& a = *s.latent;
  m.number("attention.kv_lora_rank", a.kv_lora_rank);
  if (a.q_lora_rank > 0) m.number("attention.q_lora_rank", a.q_lora_rank);
  m.number("attention.key_length", a.kv_lora_rank + a.qk_rope_head_dim);
  m.number("attention.value_length", a.kv_lora_rank);
  m.number("attention.key_length_mla", a.qk_nope_head_dim + a.qk_rope_head_dim);
  m.number("attention.value_length_mla", a.v_head_dim);
  m.number("rope.dimension_count", a.qk_rope_head_dim);
  m.real("rope.scaling.yarn_log_multiplier", 0.07F);
}

// The keys that llama.cpp's loader of each architecture asks for (src/models/*.cpp).
void describe(const Shape& s, std::int64_t context, Metadata& m) {
  const std::string& arch = s.architecture;
  m.number("block_count", s.layers);
  m.number("context_length", context);
  m.number("embedding_length", s.hidden);
  // Granite's experts go by the plain key, and it has no other feed-forward.
  m.number("feed_forward_length", s.ffn == 0 && s.experts ? s.experts->ffn : s.ffn);
  m.number("attention.head_count", s.heads);
  if (!s.attention_layers.empty()) {
    std::vector<std::int64_t> heads;
    for (std::int64_t layer = 0; layer < s.layers; ++layer)
      heads.push_back(is_attention_layer(s, layer) ? s.kv_heads : 0);
    m.numbers("attention.head_count_kv", heads);
  } else {
    m.number("attention.head_count_kv", s.latent ? 1 : s.kv_heads);
  }
  m.real("attention.layer_norm_rms_epsilon", 1e-5F);
  m.real("attention.layer_norm_epsilon", 1e-5F);
  m.real("rope.freq_base", 10000.0F);
  m.number("vocab_size", s.vocab);
  if (s.latent) {
    describe_latent(s, m);
  } else if (s.heads > 0 && s.head_dim > 0) {
    m.number("attention.key_length", s.head_dim);
    m.number("attention.value_length", s.head_dim);
    m.number("rope.dimension_count", s.head_dim);
  }
  if (s.experts) describe_experts(s, m);
  if (s.sliding_window > 0) m.number("attention.sliding_window", s.sliding_window);
  if (s.state_space) {
    const StateSpace& ss = *s.state_space;
    m.number("ssm.conv_kernel", ss.conv);
    m.number("ssm.inner_size", ss.inner);
    m.number("ssm.state_size", ss.state);
    m.number("ssm.time_step_rank", ss.heads > 0 ? ss.heads : ss.dt_rank);
    m.number("ssm.group_count", ss.groups);
  }
  if (s.short_conv > 0) m.number("shortconv.l_cache", s.short_conv);
  if (arch == "gemma2") {
    m.real("attn_logit_softcapping", 50.0F);
    m.real("final_logit_softcapping", 30.0F);
  }
  if (arch == "granite" || arch == "granitehybrid" || arch == "granitemoe") {
    m.real("embedding_scale", 12.0F);
    m.real("residual_scale", 0.22F);
    m.real("logit_scale", 6.0F);
    m.real("attention.scale", 0.01F);
  }
  if (arch == "granitehybrid") m.flag("rope.scaling.finetuned", false);
  if (arch == "command-r" || arch == "cohere2") m.real("logit_scale", 0.06F);
}

// One megabyte of random blocks whose scales are sane: everything else of a block may be anything.
std::string tile_of(const WeightFormat& format, std::mt19937_64& random) {
  const std::size_t blocks =
      (std::size_t{1} << 20) / static_cast<std::size_t>(format.block_bytes) + 1;
  const std::size_t bytes = static_cast<std::size_t>(format.block_bytes);
  std::string tile(blocks * bytes, '\0');
  for (char& byte : tile) byte = static_cast<char>(random());
  // 16-bit float scales (0x2400 = 0.0156, less one or two low bits) where the layout has them.
  static const std::map<std::string_view, std::vector<std::size_t>> kScales{
      {"Q4_0", {0}},      {"Q4_1", {0, 2}}, {"Q5_0", {0}},    {"Q5_1", {0, 2}}, {"Q8_0", {0}},
      {"Q2_K", {80, 82}}, {"Q3_K", {108}},  {"Q4_K", {0, 2}}, {"Q5_K", {0, 2}}, {"Q6_K", {208}},
      {"IQ4_NL", {0}},    {"IQ4_XS", {0}},  {"IQ3_S", {0}},   {"IQ3_XXS", {0}}, {"IQ2_S", {0}},
      {"IQ2_XS", {0}},    {"IQ2_XXS", {0}}, {"IQ1_S", {0}},   {"TQ1_0", {52}},  {"TQ2_0", {64}}};
  const bool small = format.name.substr(0, 3) != "Q4_" || format.block_weights == 256;
  for (std::size_t block = 0; block < blocks; ++block) {
    char* at = tile.data() + block * bytes;
    if (format.name == "F16" || format.name == "BF16") {
      const std::uint16_t value = static_cast<std::uint16_t>(
          (format.name == "F16" ? 0x2000U : 0x3c00U) | (random() & 0x83ffU));
      std::memcpy(at, &value, 2);
    } else if (format.name == "MXFP4") {
      at[0] = static_cast<char>(120 + random() % 4);  // 2^-7 … 2^-4
    } else if (const auto found = kScales.find(format.name); found != kScales.end()) {
      for (const std::size_t offset : found->second) {
        const std::uint16_t value =
            static_cast<std::uint16_t>((small ? 0x0c00U : 0x1c00U) | (random() & 0xffU));
        std::memcpy(at + offset, &value, 2);
      }
    }
  }
  return tile;
}

void write_floats(std::ofstream& out, const Tensor& tensor, std::mt19937_64& random) {
  const bool norm = tensor.name.find("norm") != std::string_view::npos &&
                    tensor.name.find("bias") == std::string_view::npos;
  const bool ones = norm || tensor.name.substr(0, 4) == "rope" || tensor.name == "ssm_d";
  std::normal_distribution<float> normal(0.0F, 0.02F);
  std::vector<float> row(static_cast<std::size_t>(tensor.elements()));
  for (float& value : row) value = ones ? 1.0F : tensor.name == "ssm_a" ? -1.0F : normal(random);
  out.write(reinterpret_cast<const char*>(row.data()),
            static_cast<std::streamsize>(row.size() * 4));
}

std::string full_name(const Tensor& tensor) {
  return tensor.layer < 0 ? std::string(tensor.name)
                          : "blk." + std::to_string(tensor.layer) + "." + std::string(tensor.name);
}

int write(const ModelSpec& model, const std::string& format, const std::string& path) {
  Shape shape = *model.shape;
  if (shape.file_vocab > 0) shape.vocab = shape.file_vocab;
  const Mix* mix = find_mix(format);
  auto tensors = tensors_of(shape);
  if (mix == nullptr || !tensors) return 64;
  const auto types = types_of(shape, *tensors, *mix, false);
  Metadata metadata(shape.architecture);
  describe(shape, model.context_max.value_or(4096), metadata);

  std::string infos;
  Bytes offset = 0;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < tensors->size(); ++i) {
    const Tensor& tensor = (*tensors)[i];
    if (!tensor.in_file) continue;
    put_text(infos, full_name(tensor));
    put<std::uint32_t>(infos, tensor.dimensions);
    for (std::size_t d = 0; d < tensor.dimensions; ++d)
      put<std::uint64_t>(infos, static_cast<std::uint64_t>(tensor.size[d]));
    put<std::uint32_t>(infos, static_cast<std::uint32_t>(types[i]->gguf_type));
    put<std::uint64_t>(infos, static_cast<std::uint64_t>(offset));
    offset +=
        (*format_bytes(*types[i], tensor.size[0], tensor.size[1] * tensor.size[2]) + 31) / 32 * 32;
    ++count;
  }
  std::string header = "GGUF";
  put<std::uint32_t>(header, 3);
  put<std::uint64_t>(header, count);
  put<std::uint64_t>(header, metadata.count());
  header += metadata.bytes() + infos;
  header.resize((header.size() + 31) / 32 * 32, '\0');

  std::ofstream out(path, std::ios::binary);
  out.write(header.data(), static_cast<std::streamsize>(header.size()));
  std::mt19937_64 random(1);
  std::map<std::string_view, std::string> tiles;
  for (std::size_t i = 0; i < tensors->size(); ++i) {
    const Tensor& tensor = (*tensors)[i];
    if (!tensor.in_file) continue;
    Bytes left = *format_bytes(*types[i], tensor.size[0], tensor.size[1] * tensor.size[2]);
    const Bytes padding = (32 - left % 32) % 32;
    if (types[i]->name == "F32") {
      write_floats(out, tensor, random);
    } else {
      auto& tile = tiles[types[i]->name];
      if (tile.empty()) tile = tile_of(*types[i], random);
      while (left > 0) {
        const Bytes part = std::min<Bytes>(left, static_cast<Bytes>(tile.size()));
        out.write(tile.data(), part);
        left -= part;
      }
    }
    const std::string zeros(static_cast<std::size_t>(padding), '\0');
    out.write(zeros.data(), static_cast<std::streamsize>(zeros.size()));
  }
  if (!out) return 74;
  std::cout << static_cast<long long>(out.tellp()) << "\n";
  return 0;
}

}  // namespace
}  // namespace weighin

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: weighin_synthetic CATALOGUE MODEL FORMAT FILE\n";
    return 64;
  }
  std::ifstream in(argv[1]);
  std::stringstream text;
  text << in.rdbuf();
  const auto catalogue = weighin::read_catalogue(text.str(), argv[1]);
  if (!catalogue) {
    std::cerr << weighin::to_text(catalogue.error()) << "\n";
    return 65;
  }
  const auto model = weighin::find_model(*catalogue, argv[2]);
  if (!model || !model->shape) {
    std::cerr << "no such model: " << argv[2] << "\n";
    return 64;
  }
  return weighin::write(*model, argv[3], argv[4]);
}
