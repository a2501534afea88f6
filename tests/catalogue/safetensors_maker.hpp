// How do tests write safetensors files, right ones and broken ones?
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/readers/safetensors_header.hpp"

namespace weighin::test {

/// One tensor to write; its shape last dimension first in memory, as the format has it.
struct MadeTensor {
  std::string name;
  std::string type = "BF16";
  std::vector<std::int64_t> shape;
};

/// Eight bytes of length, then the header.
inline std::string with_length(std::string_view header, std::uint64_t length) {
  std::string bytes;
  for (int byte = 0; byte < 8; ++byte)
    bytes += static_cast<char>(static_cast<unsigned char>(length >> (8 * byte)));
  return bytes.append(header);
}
inline std::string with_length(std::string_view header) {
  return with_length(header, header.size());
}

inline std::int64_t bytes_of(const MadeTensor& tensor) {
  std::int64_t elements = 1;
  for (const std::int64_t size : tensor.shape) elements *= size;
  const auto* type = catalogue::find_safetensors_type(tensor.type);
  return type == nullptr ? 0 : elements * type->bits / 8;
}

/// The JSON text of a header; tensors lie one behind the other.
inline std::string header_of(const std::vector<MadeTensor>& tensors,
                             std::string_view metadata = "{\"format\":\"pt\"}") {
  std::string text = fmt::format("{{\"__metadata__\":{}", metadata);
  std::int64_t at = 0;
  for (const MadeTensor& tensor : tensors) {
    std::string shape;
    for (const std::int64_t size : tensor.shape)
      shape += fmt::format("{}{}", shape.empty() ? "" : ",", size);
    const std::int64_t end = at + bytes_of(tensor);
    text += fmt::format(R"(,"{}":{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})",
                        tensor.name, tensor.type, shape, at, end);
    at = end;
  }
  return text + "}";
}

/// A whole file, its data zeros. For small tensors.
inline std::string safetensors_of(const std::vector<MadeTensor>& tensors,
                                  std::string_view metadata = "{\"format\":\"pt\"}") {
  std::string bytes = with_length(header_of(tensors, metadata));
  std::int64_t data = 0;
  for (const MadeTensor& tensor : tensors) data += bytes_of(tensor);
  return bytes.append(static_cast<std::size_t>(data), '\0');
}

/// A source whose first bytes are given and whose rest is zeros, however large.
class HeaderThenZeros final : public ByteSource {
 public:
  HeaderThenZeros(std::string shown, std::string head, Bytes size)
      : shown_(std::move(shown)), head_(std::move(head)), size_(size) {}
  const std::string& shown() const override { return shown_; }
  Bytes size() const override { return size_; }
  Result<std::size_t> read(Bytes offset, std::span<char> into) override {
    if (offset < 0 || offset >= size_) return std::size_t{0};
    std::size_t done = 0;
    for (; done < into.size() && offset + static_cast<Bytes>(done) < size_; ++done) {
      const auto at = static_cast<std::size_t>(offset) + done;
      into[done] = at < head_.size() ? head_[at] : '\0';
    }
    read_ += static_cast<Bytes>(done);
    return done;
  }
  Bytes bytes_read() const override { return read_; }

 private:
  std::string shown_, head_;
  Bytes size_, read_ = 0;
};

/// The tensors of a decoder with Llama's names; `head` = with an output matrix.
inline std::vector<MadeTensor> llama_tensors(std::int64_t layers, std::int64_t hidden,
                                             std::int64_t ffn, std::int64_t q, std::int64_t kv,
                                             std::int64_t vocab, bool head,
                                             std::string_view prefix = "model.") {
  std::vector<MadeTensor> all{
      {fmt::format("{}embed_tokens.weight", prefix), "BF16", {vocab, hidden}}};
  for (std::int64_t layer = 0; layer < layers; ++layer) {
    const auto add = [&](std::string_view name, std::vector<std::int64_t> shape) {
      all.push_back(
          {fmt::format("{}layers.{}.{}.weight", prefix, layer, name), "BF16", std::move(shape)});
    };
    add("input_layernorm", {hidden});
    add("mlp.down_proj", {hidden, ffn});
    add("mlp.gate_proj", {ffn, hidden});
    add("mlp.up_proj", {ffn, hidden});
    add("post_attention_layernorm", {hidden});
    add("self_attn.k_proj", {kv, hidden});
    add("self_attn.o_proj", {hidden, q});
    add("self_attn.q_proj", {q, hidden});
    add("self_attn.v_proj", {kv, hidden});
  }
  all.push_back({fmt::format("{}norm.weight", prefix), "BF16", {hidden}});
  if (head) all.push_back({"lm_head.weight", "BF16", {vocab, hidden}});
  return all;
}

}  // namespace weighin::test
