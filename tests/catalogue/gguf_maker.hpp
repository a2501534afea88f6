// How do the tests write GGUF files, sound ones and broken ones?
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/bytes.hpp"
#include "weighin/formats.hpp"

namespace weighin::test {

/// Writes one GGUF file of any version and byte order. Every count, length and offset can be set to
/// a lie.
class GgufMaker {
 public:
  std::uint32_t version = 3;
  bool big_endian = false;
  std::uint64_t alignment = 32;
  std::string magic = "GGUF";
  std::optional<std::uint32_t> written_version;
  std::optional<std::uint64_t> key_count, tensor_count;

  // ---- pieces, in the file's own byte order
  template <class T>
  std::string number(T value) const {
    char raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    if (big_endian != (std::endian::native == std::endian::big))
      std::reverse(raw, raw + sizeof value);
    return std::string(raw, sizeof value);
  }
  std::string count(std::uint64_t value) const {
    return version == 1 ? number(static_cast<std::uint32_t>(value)) : number(value);
  }
  std::string text_of(std::string_view text) const {
    return count(text.size()) + std::string(text);
  }

  // ---- keys
  GgufMaker& raw_key(std::string_view name, std::uint32_t type, const std::string& value) {
    keys_ += text_of(name) + number(type) + value;
    ++keys_count_;
    return *this;
  }
  GgufMaker& raw(const std::string& bytes) {  // counted as one key
    keys_ += bytes;
    ++keys_count_;
    return *this;
  }
  GgufMaker& text(std::string_view name, std::string_view value) {
    return raw_key(name, 8, text_of(value));
  }
  GgufMaker& u32(std::string_view name, std::uint32_t value) {
    return raw_key(name, 4, number(value));
  }
  GgufMaker& u16(std::string_view name, std::uint16_t value) {
    return raw_key(name, 2, number(value));
  }
  GgufMaker& f32(std::string_view name, float value) { return raw_key(name, 6, number(value)); }
  GgufMaker& flag(std::string_view name, bool value) {
    return raw_key(name, 7, number(static_cast<std::uint8_t>(value ? 1 : 0)));
  }
  GgufMaker& list(std::string_view name, const std::vector<std::int64_t>& values,
                  std::uint32_t type = 4) {
    std::string value = number(type) + count(values.size());
    for (const std::int64_t each : values) {
      value += type == 7 ? number(static_cast<std::uint8_t>(each))
                         : number(static_cast<std::uint32_t>(each));
    }
    return raw_key(name, 9, value);
  }
  GgufMaker& tokens(std::uint64_t many, std::string_view model = "gpt2",
                    std::string_view pre = "") {
    std::string value = number(std::uint32_t{8}) + count(many);
    for (std::uint64_t i = 0; i < many; ++i) value += text_of("t" + std::to_string(i));
    text("tokenizer.ggml.model", model);
    if (!pre.empty()) text("tokenizer.ggml.pre", pre);
    return raw_key("tokenizer.ggml.tokens", 9, value);
  }

  // ---- tensors
  /// Bytes that a tensor of that type takes; 0 where the type or the rows cannot be.
  static Bytes bytes_of(const std::vector<std::uint64_t>& dimensions, std::uint32_t type) {
    const WeightFormat* format = find_gguf_type(static_cast<int>(type));
    if (format == nullptr || dimensions.empty()) return 0;
    Bytes rows = 1;
    for (std::size_t d = 1; d < dimensions.size(); ++d)
      rows = checked_multiply(rows, static_cast<Bytes>(dimensions[d])).value_or(0);
    return format_bytes(*format, static_cast<Bytes>(dimensions[0]), rows).value_or(0);
  }
  GgufMaker& tensor(std::string_view name, const std::vector<std::uint64_t>& dimensions,
                    std::uint32_t type = 0, std::optional<std::uint64_t> offset = {}) {
    tensors_ += text_of(name) + number(static_cast<std::uint32_t>(dimensions.size()));
    for (const std::uint64_t size : dimensions) tensors_ += count(size);
    tensors_ += number(type) + number(offset.value_or(data_bytes_));
    ++tensors_count_;
    const std::uint64_t bytes = static_cast<std::uint64_t>(bytes_of(dimensions, type));
    data_bytes_ += (bytes + alignment - 1) / alignment * alignment;
    return *this;
  }
  GgufMaker& raw_tensor(const std::string& bytes) {
    tensors_ += bytes;
    ++tensors_count_;
    return *this;
  }

  // ---- the file
  std::string header() const {
    std::string file = magic + number(written_version.value_or(version)) +
                       count(tensor_count.value_or(tensors_count_)) +
                       count(key_count.value_or(keys_count_)) + keys_ + tensors_;
    file.resize((file.size() + alignment - 1) / alignment * alignment, '\0');
    return file;
  }
  std::string file() const {
    std::string file = header();
    // Sizes that no file can have stay claims.
    if (data_bytes_ < (std::uint64_t{64} << 20)) file.resize(file.size() + data_bytes_, '\0');
    return file;
  }
  Bytes data_bytes() const { return static_cast<Bytes>(data_bytes_); }

 private:
  std::string keys_, tensors_;
  std::uint64_t keys_count_ = 0, tensors_count_ = 0, data_bytes_ = 0;
};

/// A sound small model of architecture llama: two layers, 64 wide.
inline GgufMaker small_llama(std::uint32_t version = 3, bool big_endian = false) {
  GgufMaker maker;
  maker.version = version;
  maker.big_endian = big_endian;
  maker.text("general.architecture", "llama")
      .text("general.name", "Small Llama")
      .u32("general.file_type", 2)
      .u32("llama.block_count", 2)
      .u32("llama.context_length", 2048)
      .u32("llama.embedding_length", 64)
      .u32("llama.feed_forward_length", 96)
      .u32("llama.attention.head_count", 4)
      .u32("llama.attention.head_count_kv", 2)
      .f32("llama.rope.freq_base", 10000.0F)
      .tokens(32, "llama");
  maker.tensor("token_embd.weight", {64, 32}, 2);
  for (const char* layer : {"blk.0.", "blk.1."}) {
    const auto add = [&](const char* kind, const std::vector<std::uint64_t>& size,
                         std::uint32_t type) {
      maker.tensor(std::string(layer) + kind, size, type);
    };
    add("attn_norm.weight", {64}, 0);
    add("attn_q.weight", {64, 64}, 2);
    add("attn_k.weight", {64, 32}, 2);
    add("attn_v.weight", {64, 32}, 2);
    add("attn_output.weight", {64, 64}, 2);
    add("ffn_norm.weight", {64}, 0);
    add("ffn_gate.weight", {64, 96}, 2);
    add("ffn_up.weight", {64, 96}, 2);
    add("ffn_down.weight", {96, 64}, 2);
  }
  maker.tensor("output_norm.weight", {64});
  return maker;
}
/// Its weights.
inline constexpr std::int64_t kSmallLlamaParameters =
    64 * 32 + 2 * (2 * 64 + 2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 96) + 64;

/// A source that claims to be as large as a model: its begin, and one byte over and over behind.
class SparseSource final : public ByteSource {
 public:
  SparseSource(std::string shown, std::string begin, Bytes size, char behind = '\0')
      : shown_(std::move(shown)), begin_(std::move(begin)), size_(size), behind_(behind) {}
  const std::string& shown() const override { return shown_; }
  Bytes size() const override { return size_; }
  Bytes bytes_read() const override { return read_; }
  Result<std::size_t> read(Bytes offset, std::span<char> into) override {
    if (offset < 0 || offset >= size_) return std::size_t{0};
    const std::size_t count = std::min(into.size(), static_cast<std::size_t>(size_ - offset));
    std::fill_n(into.data(), count, behind_);
    if (offset < static_cast<Bytes>(begin_.size())) {
      const std::size_t at = static_cast<std::size_t>(offset);
      std::memcpy(into.data(), begin_.data() + at, std::min(count, begin_.size() - at));
    }
    read_ += static_cast<Bytes>(count);
    return count;
  }

 private:
  std::string shown_, begin_;
  Bytes size_, read_ = 0;
  char behind_;
};

/// A folder of such files.
class SparseFolder final : public Folder {
 public:
  char behind = '\0';  ///< what the files hold behind their begins
  const std::string& shown() const override { return shown_; }
  void add(const std::string& name, std::string begin, Bytes size) {
    files_[name] = {std::move(begin), size};
  }
  void add(const std::string& name, const GgufMaker& maker) {
    const std::string header = maker.header();
    add(name, header, static_cast<Bytes>(header.size()) + maker.data_bytes());
  }
  void remove(const std::string& name) { files_.erase(name); }
  bool has(std::string_view name) override { return files_.contains(std::string(name)); }
  Result<std::unique_ptr<ByteSource>> open(std::string_view name) override {
    const auto found = files_.find(std::string(name));
    if (found == files_.end())
      return Error{ErrorKind::no_input, "there is no " + std::string(name), "", ""};
    return std::unique_ptr<ByteSource>(std::make_unique<SparseSource>(
        shown_ + "/" + found->first, found->second.first, found->second.second, behind));
  }
  Result<std::vector<std::string>> names() override {
    std::vector<std::string> names;
    for (const auto& [name, file] : files_) names.push_back(name);
    return names;
  }

 private:
  std::string shown_ = "folder";
  std::map<std::string, std::pair<std::string, Bytes>> files_;
};

}  // namespace weighin::test
