// Is each lie that an ONNX file can tell refused, with the field and the limit?
#include <gtest/gtest.h>
#include <malloc.h>

#include "catalogue/onnx_files.hpp"
#include "catalogue/readers/onnx_graph.hpp"
#include "catalogue/readers/proto_input.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

using namespace test;

struct OnnxCase {
  const char* name;
  std::string bytes;
  const char* says;
};

std::string outside(const char* location, const char* offset, const char* length) {
  return onnx_model({}, {onnx_outside("w", kFloat, {10, 10}, location, offset, length)});
}

// A branch within a branch within a branch …
std::string deep_branches(int depth) {
  Message graph;
  for (int i = 0; i < depth; ++i)
    graph = Message().message(1, Message().text(4, "If").message(5, Message().message(6, graph)));
  return Message().number(1, 9).message(7, graph).bytes();
}

std::string raw_varint(std::uint8_t tag, std::initializer_list<int> value) {
  std::string bytes = Message().number(1, 9).bytes();
  bytes += static_cast<char>(tag);
  for (const int each : value) bytes += static_cast<char>(each);
  return bytes;
}

std::string many_nodes() {
  std::string nodes;
  for (std::size_t i = 0; i <= onnx::kMostNodes; ++i) nodes += std::string("\x0a\0", 2);
  std::string bytes = Message().number(1, 9).bytes();
  return bytes + Message().text(7, nodes).bytes();
}

std::string many_tensors() {
  Message graph;
  for (std::size_t i = 0; i <= onnx::kMostTensors; ++i)
    graph.message(5, onnx_tensor("t" + std::to_string(i), kUint8, {1}));
  return Message().number(1, 9).message(7, graph).bytes();
}

std::vector<OnnxCase> cases() {
  const std::string good = onnx_model({}, {onnx_tensor("w", kFloat, {10, 10})});
  const auto nbits = [](std::int64_t k, std::int64_t n, std::int64_t bits, std::int64_t block) {
    return onnx_model({onnx_node("MatMulNBits", {"x", "w", "s"},
                                 {{"K", k}, {"N", n}, {"bits", bits}, {"block_size", block}})},
                      {onnx_tensor("w", kUint8, {4, 1, 16})});
  };
  Message two_entries = onnx_header("w", kFloat, {1});
  two_entries.message(13, entry("location", "a")).message(13, entry("location", "b"));
  return {
      {"cut off", good.substr(0, good.size() - 100), "beyond"},
      {"no graph", Message().number(1, 9).text(2, "pytorch").bytes(), "no graph"},
      {"two graphs", good + Message().message(7, Message()).bytes(), "twice"},
      {"length of 2^63", raw_varint(0x3a, {255, 255, 255, 255, 255, 255, 255, 255, 127}), "beyond"},
      {"length beyond", raw_varint(0x3a, {255, 255, 3}), "beyond"},
      {"varint of eleven bytes",
       raw_varint(0x28, {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}), "cut off"},
      {"field number 0", raw_varint(0x02, {0}), "number 0"},
      {"a group without its end", raw_varint(0x4b, {}), "cut off"},
      {"branches 100 deep", deep_branches(100), "limit of 48"},
      {"negative dims", onnx_model({}, {onnx_header("w", kFloat, {-1})}), "negative"},
      {"product of dims overflows",
       onnx_model({}, {onnx_header("w", kFloat, {1LL << 40, 1LL << 40})}), "limit of 2814"},
      {"product of dims overflows beside a 0",
       onnx_model({}, {onnx_header("w", kFloat, {1LL << 40, 1LL << 40, 1, 1, 0})}),
       "limit of 2814"},
      {"17 dims", onnx_model({}, {onnx_header("w", kFloat, std::vector<std::int64_t>(17, 1))}),
       "limit of 16"},
      {"unknown type", onnx_model({}, {onnx_header("w", 99, {1})}), "data_type 99"},
      {"raw_data too short", onnx_model({}, {onnx_header("w", kFloat, {10}).text(9, "four")}),
       "raw_data has 4 bytes in place of 40"},
      {"no data", onnx_model({}, {onnx_header("w", kFloat, {10})}), "no data"},
      {"the same name twice",
       onnx_model({}, {onnx_tensor("w", kFloat, {1}), onnx_tensor("w", kFloat, {1})}), "twice"},
      {"location ../", outside("../secret", "0", "400"), "leads out"},
      {"location absolute", outside("/etc/passwd", "0", "400"), "leads out"},
      {"location empty", outside("", "0", "400"), "leads out"},
      {"location within", outside("a/b", "0", "400"), "leads out"},
      {"offset negative", outside("data", "-1", "400"), "offset"},
      {"offset of 2^64", outside("data", "18446744073709551616", "400"), "offset"},
      {"offset beyond", outside("data", "9223372036854775807", "400"), "beyond"},
      {"offset not a number", outside("data", "0x10", "400"), "no whole number"},
      {"length lies", outside("data", "0", "4000"), "length 4000 in place of 400"},
      {"beyond the file's end", outside("data", "601", "400"), "beyond the 1000 bytes of data"},
      {"one outside over another",
       onnx_model({}, {onnx_outside("a", kFloat, {10, 10}, "data", "0", "400"),
                       onnx_outside("b", kFloat, {10, 10}, "data", "200", "400")}),
       "overlap"},
      {"two locations", onnx_model({}, {two_entries.number(14, 1)}), "twice"},
      {"in the file and outside",
       onnx_model({}, {onnx_outside("w", kFloat, {1}, "data", "0", "4").text(9, "four")}),
       "in the file and outside"},
      {"data_location 7", onnx_model({}, {onnx_tensor("w", kFloat, {1}).number(14, 7)}),
       "data_location 7"},
      {"K negative", nbits(-5, 4, 4, 32), "K -5"},
      {"K x N overflows", nbits(1LL << 31, 1LL << 31, 4, 32), "product"},
      {"block_size 0", nbits(32, 4, 4, 0), "block_size 0"},
      {"bits 64", nbits(32, 4, 64, 32), "bits 64"},
      {"packed weights too few", nbits(320, 4, 4, 32), "room for 128 weights"},
      {"nodes beyond the limit", many_nodes(), "limit of 262144 nodes"},
      {"tensors beyond the limit", many_tensors(), "limit of 65536 tensors"},
      {"a name of 2 KiB", onnx_model({}, {onnx_tensor(std::string(2048, 'n'), kFloat, {1})}),
       "limit of 1024"},
      {"wrong wire type of a graph", raw_varint(0x38, {1}), "wire type"},
  };
}

TEST(HostileOnnx, EachIsRefusedWithFileFieldAndLimit) {
  int refused = 0;
  for (const OnnxCase& each : cases()) {
    const auto folder =
        folder_in_memory("f", {{"m.onnx", each.bytes}, {"data", std::string(1000, '\0')}});
    const auto spec = read_model(*folder, "m.onnx");
    ASSERT_FALSE(spec.ok()) << each.name;
    EXPECT_EQ(spec.error().kind, ErrorKind::data) << each.name;
    EXPECT_NE(spec.error().what.find("m.onnx"), std::string::npos) << each.name;
    EXPECT_NE(spec.error().what.find(each.says), std::string::npos)
        << each.name << ": " << spec.error().what;
    EXPECT_FALSE(spec.error().hint.empty()) << each.name;
    ++refused;
  }
  EXPECT_GE(refused, 30);
}

TEST(HostileOnnx, CutAnywhereItIsRefusedOrReadWhole) {
  const std::string good = onnx_model(
      {onnx_node("MatMul", {"x", "w"})},
      {onnx_tensor("w", kFloat, {3, 3}), onnx_outside("v", kFloat, {5}, "data", "4", "20")});
  for (std::size_t size = 1; size < good.size(); ++size) {
    const auto folder =
        folder_in_memory("f", {{"m.onnx", good.substr(0, size)}, {"data", std::string(100, '\0')}});
    const auto spec = read_model(*folder, "m.onnx");
    ASSERT_FALSE(spec.ok()) << size;
    EXPECT_EQ(spec.error().kind, ErrorKind::data) << size;
  }
}

// A source that says it has gigabytes, and of which no byte is held.
class Endless final : public ByteSource {
 public:
  Endless(std::string head, std::string rest, Bytes size)
      : head_(std::move(head)), rest_(std::move(rest)), size_(size) {}
  const std::string& shown() const override { return shown_; }
  Bytes size() const override { return size_; }
  Bytes bytes_read() const override { return read_; }
  Result<std::size_t> read(Bytes offset, std::span<char> into) override {
    std::size_t done = 0;
    for (; done < into.size() && offset < size_; ++done, ++offset) {
      const auto at = static_cast<std::size_t>(offset);
      into[done] = at < head_.size() ? head_[at] : rest_[(at - head_.size()) % rest_.size()];
    }
    read_ += static_cast<Bytes>(done);
    return done;
  }

 private:
  std::string shown_ = "endless.onnx", head_, rest_;
  Bytes size_, read_ = 0;
};

TEST(HostileOnnx, AHeaderWithoutEndIsGivenUp) {
  // 2 GB of metadata entries (field 14) of 1000 bytes, none of which may be kept.
  std::string entry_bytes = "\x72\x03";
  entry_bytes += std::string("\x0a\x01k", 3);
  Endless source(Message().number(1, 9).bytes(), entry_bytes, 2'000'000'002);
  const std::size_t before = mallinfo2().uordblks;
  const auto graph = onnx::read_graph(source);
  ASSERT_FALSE(graph.ok());
  EXPECT_NE(graph.error().what.find("limit of 67108864 bytes"), std::string::npos)
      << graph.error().what;
  EXPECT_LE(source.bytes_read(), proto::kMostRead + (Bytes{16} << 10));
  EXPECT_LT(mallinfo2().uordblks, before + (std::size_t{1} << 20));
}

TEST(HostileOnnx, MoreThanProtobufsOwnLimitIsRefused) {
  Endless source("", "x", Bytes{3} << 30);
  const auto graph = onnx::read_graph(source);
  ASSERT_FALSE(graph.ok());
  EXPECT_NE(graph.error().what.find("2147483646"), std::string::npos) << graph.error().what;
  EXPECT_LE(source.bytes_read(), Bytes{16} << 10);
}

}  // namespace
}  // namespace weighin
