// Which GGUF files are hostile, and as what is each known?
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/gguf_maker.hpp"

namespace weighin::test {

/// One file, and what its error must name.
struct HostileGguf {
  const char* name;
  const char* known;  // what it is known as, or why it is here
  std::string begin;
  std::vector<const char*> words;  // field and limit
  Bytes size = 0;                  // that the file claims; 0 = it ends with its begin
};

namespace hostile {

inline constexpr std::uint64_t kAll = ~std::uint64_t{0};
inline constexpr std::uint64_t kTop = std::uint64_t{1} << 63;

// What makes a header of its own: most cases set one field of it.
inline GgufMaker base() {
  GgufMaker maker;
  maker.text("general.architecture", "llama");
  return maker;
}
inline std::string with(const std::function<void(GgufMaker&)>& change) {
  GgufMaker maker = base();
  change(maker);
  return maker.file();
}
inline std::string key(std::uint32_t type,
                       const std::function<std::string(const GgufMaker&)>& value) {
  return with([&](GgufMaker& m) { m.raw_key("llama.x", type, value(m)); });
}
inline std::string list(std::uint32_t element, std::uint64_t count, const std::string& data = {}) {
  return key(9, [&](const GgufMaker& m) { return m.number(element) + m.number(count) + data; });
}
inline std::string tensor(std::string_view name, std::vector<std::uint64_t> dimensions,
                          std::uint32_t type = 0, std::optional<std::uint64_t> offset = {}) {
  return with([&](GgufMaker& m) { m.tensor(name, dimensions, type, offset); });
}
// A model of one layer in which one key of the architecture is set.
inline std::string hyper(const std::string& name,
                         const std::function<void(GgufMaker&, std::string)>& set) {
  GgufMaker maker = base();
  maker.u32("llama.embedding_length", 32).tensor("token_embd.weight", {32, 4});
  if (name != "block_count") maker.u32("llama.block_count", 1);
  set(maker, "llama." + name);
  return maker.file();
}
inline std::string hyper_u32(const std::string& name, std::uint32_t value) {
  return hyper(name, [&](GgufMaker& m, const std::string& whole) { m.u32(whole, value); });
}
inline std::string alignment(std::uint32_t value) {
  return with([&](GgufMaker& m) { m.u32("general.alignment", value).tensor("x", {8}); });
}
inline std::string nested(int depth) {
  return key(9, [&](const GgufMaker& m) {
    std::string value;
    for (int i = 0; i < depth; ++i) value += m.number(std::uint32_t{9}) + m.count(1);
    return value + m.number(std::uint32_t{0}) + m.count(1) + "a";
  });
}
inline std::string counts(std::uint64_t tensors, std::uint64_t keys) {
  return with([&](GgufMaker& m) {
    m.tensor_count = tensors;
    m.key_count = keys;
  });
}

inline std::vector<HostileGguf> of_header() {
  std::string swapped = test::small_llama().file();
  std::swap(swapped[4], swapped[7]);  // the version alone is turned round
  return {
      {"empty", "0 bytes", "", {"is empty"}},
      {"three bytes", "shorter than its magic", "GGU", {"no model file"}},
      {"magic alone", "ends after its magic", "GGUF", {"the version", "0 of 4"}},
      {"gzip", "CVE-2024-12886: a gzip bomb as model", "\x1f\x8b\x08 GGUF", {"no model file"}},
      {"other magic", "llama.cpp test: bad magic", "GGUf" + base().file().substr(4), {"no model"}},
      {"version 0",
       "llama.cpp test: version 0",
       with([](GgufMaker& m) { m.written_version = 0; }),
       {"the version is 0", "1 to 3"}},
      {"version 4",
       "llama.cpp test: a version to come",
       with([](GgufMaker& m) { m.written_version = 4; }),
       {"the version is 4", "1 to 3"}},
      {"byte order that lies", "counts read the other way round", swapped, {"tensors", "limit"}},
      {"2^64-1 keys", "CVE-2024-23605: n_kv", counts(0, kAll), {"number of keys", "16384"}},
      {"2^63 keys", "CVE-2024-23605: n_kv", counts(0, kTop), {"number of keys", "16384"}},
      {"keys that are not there",
       "CVE-2024-23605: reserve(n_kv)",
       counts(0, 16'000),
       {"the list of announced keys", "ends after"}},
      {"2^64-1 tensors",
       "CVE-2024-21836: n_tensors",
       counts(kAll, 1),
       {"number of tensors", "65536"}},
      {"2^60 tensors",
       "CVE-2024-21836: n_tensors x record wraps",
       counts(kTop >> 3, 1),
       {"number of tensors", "65536"}},
      {"tensors that are not there",
       "CVE-2024-21836: reserve(n_tensors)",
       counts(60'000, 1),
       {"the list of announced tensors", "ends after"}},
      {"no weights at all", "a vocabulary for a model", base().file(), {"number of tensors is 0"}},
      {"headers without end",
       "memory and time by a header of gigabytes",
       list(10, std::uint64_t{8} << 20),
       {"limit of 67108864"},
       Bytes{1} << 40},
  };
}

inline std::vector<HostileGguf> of_keys() {
  const auto raw = [](std::string bytes) { return with([&](GgufMaker& m) { m.raw(bytes); }); };
  const GgufMaker m;
  std::string many_names;
  for (int i = 0; i < 70; ++i)
    many_names +=
        m.text_of(std::string(60'000, 'k') + std::to_string(i)) + m.number(std::uint32_t{0}) + "a";
  std::string kept = "GGUF" + m.number(std::uint32_t{3}) + m.count(0) + m.count(70) + many_names;
  return {
      {"key of 2^64-1 bytes",
       "CVE-2024-23496: gguf_fread_str",
       raw(m.count(kAll)),
       {"the length of key 1", "65535"}},
      {"key of 2^63 bytes",
       "CVE-2025-66959: unchecked length",
       raw(m.count(kTop)),
       {"the length of key 1", "65535"}},
      {"key of 65536 bytes",
       "over the specification",
       raw(m.text_of(std::string(65'536, 'k'))),
       {"the length of key 1", "65535"}},
      {"key without a name",
       "llama.cpp test: empty key",
       raw(m.count(0) + m.number(std::uint32_t{0}) + "aaaaaaaaaaaaaaaa"),
       {"the length of key 1 is 0"}},
      {"key of no text",
       "not UTF-8",
       raw(m.text_of("llama\xff\xfe") + m.number(std::uint32_t{0}) + "a"),
       {"the name of key 1", "ASCII"}},
      {"key that moves the cursor",
       "escape sequences",
       raw(m.text_of("a\x1b[2J") + m.number(std::uint32_t{0}) + "a"),
       {"the name of key 1", "a?[2J"}},
      {"key twice",
       "llama.cpp test: duplicate key",
       with([](GgufMaker& x) { x.u32("llama.x", 1).u32("llama.x", 2); }),
       {"key 2 (\"llama.x\")", "second time"}},
      {"names of megabytes", "memory by names that are kept", kept, {"limit of 4194304"}},
      {"type 13",
       "llama.cpp test: bad type",
       key(13, [](const GgufMaker&) { return std::string(8, 'a'); }),
       {"the type of key 1", "12"}},
      {"type 2^32-1",
       "llama.cpp test: bad type",
       key(0xffffffff, [](const GgufMaker&) { return std::string(8, 'a'); }),
       {"the type of key 1", "12"}},
      {"text of 2^64-1 bytes",
       "CVE-2024-23496: length + 1 wraps",
       key(8, [](const GgufMaker& x) { return x.count(kAll); }),
       {"llama.x", "16777216"}},
      {"text of 17 MiB",
       "CVE-2025-66960: unchecked length",
       key(8, [](const GgufMaker& x) { return x.count(17 << 20); }),
       {"llama.x", "16777216"},
       Bytes{1} << 40},
      {"text behind the end",
       "CVE-2024-12055: read out of bounds",
       key(8, [](const GgufMaker& x) { return x.count(5000); }),
       {"llama.x", "ends after"}},
      {"2^64-1 elements", "CVE-2024-21825: array count", list(10, kAll), {"llama.x", "67108864"}},
      {"2^61 numbers of 8 bytes",
       "CVE-2024-21825: count x size wraps to 0",
       list(10, kAll / 8 + 1),
       {"llama.x", "67108864"}},
      {"2^60 texts",
       "CVE-2025-49847 and the like: vocabulary",
       list(8, kTop >> 3),
       {"llama.x", "4194304"}},
      {"more texts than limit",
       "time by texts of no bytes",
       list(8, (4 << 20) + 1),
       {"llama.x", "4194304"},
       Bytes{1} << 40},
      {"elements behind the end",
       "CVE-2024-21825: reserve(n)",
       list(6, 1'000'000),
       {"llama.x", "ends after"}},
      {"element type 99",
       "#26690: type confusion of arrays",
       list(99, 1, "aaaa"),
       {"the element type of key", "12"}},
      {"arrays in arrays", "recursion", nested(5), {"llama.x", "limit of 4"}},
      {"a thousand arrays in arrays", "recursion", nested(1000), {"llama.x", "limit of 4"}},
      {"43 bytes",
       "gguf-py #27188: 43 bytes, an endless loop",
       "GGUF" + m.number(std::uint32_t{3}) + m.count(0) + m.count(1) + m.count(1) + "a" +
           m.number(std::uint32_t{9}) + m.number(std::uint32_t{9}) + "ab",
       {"ends after"}},
      {"a bool of 2",
       "undefined behaviour of bool",
       key(7, [](const GgufMaker&) { return std::string("\2"); }),
       {"llama.x", "bool"}},
      {"not a number",
       "NaN",
       key(6, [](const GgufMaker& x) { return x.number(std::numeric_limits<float>::quiet_NaN()); }),
       {"llama.x", "finite"}},
      {"infinite",
       "infinity",
       key(12,
           [](const GgufMaker& x) { return x.number(std::numeric_limits<double>::infinity()); }),
       {"llama.x", "finite"}},
      {"2^64-1",
       "signed wrap",
       key(10, [](const GgufMaker& x) { return x.number(kAll); }),
       {"llama.x", "2^63 - 1"}},
      {"alignment 0",
       "CVE-2025-0317: padding divides by 0",
       alignment(0),
       {"general.alignment", "1048576"}},
      {"alignment 3",
       "llama.cpp test: bad alignment",
       alignment(3),
       {"general.alignment", "power of two"}},
      {"alignment 2^31",
       "padding to 2^31 aborts",
       alignment(0x80000000),
       {"general.alignment", "1048576"}},
      {"alignment as text",
       "llama.cpp test: wrong type of alignment",
       with([](GgufMaker& x) { x.text("general.alignment", "32").tensor("x", {8}); }),
       {"general.alignment", "u32"}},
  };
}

inline std::vector<HostileGguf> of_tensors() {
  const auto raw = [](const std::string& bytes) {
    return with([&](GgufMaker& m) { m.raw_tensor(bytes + std::string(64, '\0')); });
  };
  const GgufMaker m;
  const std::uint64_t half = std::uint64_t{1} << 62;
  return {
      {"name of 2^63 bytes",
       "CVE-2024-23496: gguf_fread_str",
       raw(m.count(kTop)),
       {"the name of tensor 0", "63"}},
      {"name of 64 bytes",
       "llama.cpp test: GGML_MAX_NAME",
       tensor(std::string(64, 'x'), {8}),
       {"the name of tensor 0", "63"}},
      {"no name", "an empty name", tensor("", {8}), {"the name of tensor 0", "empty"}},
      {"name of no text",
       "not UTF-8",
       tensor("blk\xc3\x28", {8}),
       {"the name of tensor 0", "ASCII"}},
      {"name twice",
       "llama.cpp test: duplicate tensor",
       with([](GgufMaker& x) { x.tensor("a", {8}).tensor("b", {8}).tensor("a", {8}); }),
       {"tensor 2 (\"a\")", "tensor 0"}},
      {"no dimension",
       "n_dims = 0",
       tensor("x", {}),
       {"the dimensions of tensor 0", "limit of 4"},
       Bytes{1} << 20},
      {"five dimensions",
       "llama.cpp test: n_dims",
       tensor("x", {8, 1, 1, 1, 1}),
       {"the dimensions of tensor 0", "limit of 4"}},
      {"2^32-1 dimensions",
       "ne[] written out of bounds",
       raw(m.text_of("x") + m.number(std::uint32_t{0xffffffff})),
       {"the dimensions of tensor 0", "limit of 4"}},
      {"a dimension of 0",
       "ne = 0 divides by 0",
       tensor("x", {8, 0}),
       {"the dimensions of tensor 0", "dimension 1"}},
      {"a negative dimension",
       "llama.cpp test: ne < 0",
       tensor("x", {kTop + 8}),
       {"the dimensions of tensor 0", "2^63 - 1"}},
      {"dimensions whose product wraps",
       "CVE-2024-21802: info->ne",
       tensor("x", {std::uint64_t{1} << 32, std::uint64_t{1} << 32}),
       {"the dimensions of tensor 0", "2^63 - 1"}},
      {"product wraps to a small number",
       "CVE-2024-21802: info->ne",
       tensor("x", {(std::uint64_t{1} << 33), (std::uint64_t{1} << 31) + 1, 2}),
       {"the dimensions of tensor 0", "2^63 - 1"}},
      {"bytes that wrap",
       "CVE-2026-33298: ggml_nbytes",
       tensor("x", {half}, 28),
       {"the size of tensor 0", "2^63 - 1"}},
      {"sum that wraps",
       "CVE-2025-53630: ctx->size",
       with([&](GgufMaker& x) { x.tensor("x", {half}, 24).tensor("y", {half}, 24); }),
       {"the offset of tensor 1", "2^63 - 1"}},
      {"padding that wraps",
       "CVE-2026-27940: GGML_PAD",
       tensor("x", {kTop - 8}, 24),
       {"the offset of tensor 0", "2^63 - 1"}},
      {"type 4", "a type that was removed", tensor("x", {32}, 4), {"the type of tensor 0", "is 4"}},
      {"type 2^31",
       "llama.cpp test: bad type",
       tensor("x", {32}, 0x80000000),
       {"the type of tensor 0"}},
      {"type 2^32-1", "a type below 0", tensor("x", {32}, 0xffffffff), {"the type of tensor 0"}},
      {"half a block",
       "llama.cpp test: row no multiple of the block",
       tensor("x", {100}, 12),
       {"the type of tensor 0", "256"}},
      {"offset behind the file",
       "CVE-2026-7482: Bleeding Llama",
       tensor("x", {8}, 0, 1 << 20),
       {"the offset of tensor 0", "end at 0"}},
      {"data behind the file",
       "CVE-2026-7482: offset + size",
       tensor("x", {8}).substr(0, 100),
       {"ends after"}},
      {"a negative offset",
       "offset of 2^63",
       tensor("x", {8}, 0, kTop),
       {"the offset of tensor 0", "2^63 - 1"}},
      {"offset of 2^64-32",
       "offset + size wraps",
       tensor("x", {8}, 0, kAll - 31),
       {"the offset of tensor 0", "2^63 - 1"}},
      {"misaligned",
       "llama.cpp test: bad offset",
       tensor("x", {8}, 0, 7),
       {"the offset of tensor 0", "alignment of 32"}},
      {"overlapping",
       "two tensors over the same bytes",
       with([](GgufMaker& x) { x.tensor("a", {64}).tensor("b", {64}, 0, 128); }),
       {"the offset of tensor 1", "end at 256"}},
      {"out of order",
       "offsets that fall",
       with([](GgufMaker& x) { x.tensor("a", {64}).tensor("b", {64}, 0, 0); }),
       {"the offset of tensor 1", "end at 256"}},
      {"a hole",
       "bytes that nobody reads",
       with([](GgufMaker& x) { x.tensor("a", {64}).tensor("b", {64}, 0, 512); }),
       {"the offset of tensor 1", "hole"}},
      {"cut off",
       "llama.cpp test: not enough data",
       test::small_llama().file().substr(0, 3000),
       {"the tensors' data", "bytes are missing"}},
      {"2^62 bytes of data",
       "a file that cannot be",
       tensor("x", {half}, 24).substr(0, 0) + with([&](GgufMaker& x) {
         x.tensor_count = 1;
         x.raw_tensor(x.text_of("x") + x.number(std::uint32_t{1}) + x.number(half) +
                      x.number(std::uint32_t{24}) + x.number(std::uint64_t{0}));
       }),
       {"the tensors' data", "bytes are missing"}},
  };
}

inline std::vector<HostileGguf> of_models() {
  using Set = GgufMaker&;
  return {
      {"no architecture",
       "nothing says what it is",
       GgufMaker().tensor("x", {8}).file(),
       {"general.architecture", "missing"}},
      {"architecture as number",
       "type confusion",
       GgufMaker().u32("general.architecture", 1).tensor("x", {8}).file(),
       {"general.architecture", "string"}},
      {"513 layers",
       "#25821: more layers than LLAMA_MAX_LAYERS",
       hyper_u32("block_count", 513),
       {"llama.block_count", "512"}},
      {"2^32-1 layers",
       "#25821",
       hyper_u32("block_count", 0xffffffff),
       {"llama.block_count", "512"}},
      {"layers as text",
       "type confusion",
       hyper("block_count", [](Set m, const std::string& k) { m.text(k, "1"); }),
       {"llama.block_count", "whole number"}},
      {"layers as float",
       "type confusion",
       hyper("block_count", [](Set m, const std::string& k) { m.f32(k, 1.0F); }),
       {"llama.block_count", "whole number"}},
      {"layers below 0",
       "signed counts",
       hyper("block_count",
             [](Set m, const std::string& k) { m.raw_key(k, 5, m.number(std::int32_t{-1})); }),
       {"llama.block_count", "-1"}},
      {"heads as texts",
       "#26690: type confusion of arrays",
       hyper("attention.head_count",
             [](Set m, const std::string& k) {
               m.raw_key(k, 9, m.number(std::uint32_t{8}) + m.count(1) + m.text_of("4"));
             }),
       {"llama.attention.head_count", "whole numbers"}},
      {"heads of 600 layers",
       "#25969: PLaMo2 out of bounds",
       hyper("attention.head_count",
             [](Set m, const std::string& k) { m.list(k, std::vector<std::int64_t>(600, 4)); }),
       {"llama.attention.head_count", "512"}},
      {"2^32-1 heads",
       "width x heads wraps",
       hyper_u32("attention.head_count", 0xffffffff),
       {"llama.attention.head_count", "1048576"}},
      {"more KV heads than heads",
       "heads / KV heads is 0",
       hyper("attention.head_count",
             [](Set m, const std::string& k) { m.u32(k, 2).u32(k + "_kv", 4); }),
       {"head_count_kv", "limit of the 2 heads"}},
      {"more experts used than there are",
       "out of bounds",
       hyper("expert_count",
             [](Set m, const std::string& k) { m.u32(k, 2).u32("llama.expert_used_count", 3); }),
       {"expert_used_count", "limit of the 2 experts"}},
      {"2^31 experts",
       "an array for each",
       hyper_u32("expert_count", 0x80000000),
       {"expert_count", "16384"}},
      {"width that contradicts",
       "a matrix read beyond its end",
       hyper_u32("embedding_length2", 1).substr(0, 0) + with([](GgufMaker& m) {
         m.u32("llama.block_count", 1)
             .u32("llama.embedding_length", 4096)
             .tensor("token_embd.weight", {32, 4});
       }),
       {"llama.embedding_length", "4096"}},
      {"context of 2^40",
       "memory for the cache",
       hyper(
           "context_length",
           [](Set m, const std::string& k) { m.raw_key(k, 10, m.number(std::uint64_t{1} << 40)); }),
       {"llama.context_length", "4294967296"}},
      {"a part without its name",
       "split count lies",
       with([](GgufMaker& m) { m.u16("split.count", 500).tensor("x", {8}); }),
       {"split.count", "500"}},
      {"65535 parts",
       "a file opened for each",
       with([](GgufMaker& m) { m.u16("split.count", 65'535).tensor("x", {8}); }),
       {"split.count", "9999"}},
  };
}

}  // namespace hostile

inline std::vector<HostileGguf> hostile_gguf_files() {
  std::vector<HostileGguf> cases;
  for (auto part :
       {hostile::of_header, hostile::of_keys, hostile::of_tensors, hostile::of_models}) {
    for (HostileGguf& each : part()) cases.push_back(std::move(each));
  }
  return cases;
}

}  // namespace weighin::test
