// Are the records of tensors read, and their data held to the file?
#include "catalogue/readers/gguf_tensors.hpp"

#include <gtest/gtest.h>

#include "catalogue/gguf_maker.hpp"

namespace weighin::gguf {
namespace {

using test::GgufMaker;

std::string error_of(const std::string& file) {
  Budget budget;
  const auto source = bytes_in_memory("f.gguf", file);
  const auto header = read_header(*source, budget);
  return header ? std::string() : to_text(header.error());
}

TEST(GgufTensors, EveryTypeHasItsBytes) {
  for (const WeightFormat& format : weight_formats()) {
    if (format.gguf_type < 0) continue;
    GgufMaker maker;
    const auto row = static_cast<std::uint64_t>(format.block_weights) * 2;
    maker.tensor("x", {row, 3}, static_cast<std::uint32_t>(format.gguf_type));
    Budget budget;
    const auto source = bytes_in_memory("f", maker.file());
    const auto header = read_header(*source, budget);
    ASSERT_TRUE(header.ok()) << to_text(header.error());
    EXPECT_EQ(header->tensors.at(0).bytes, 6 * format.block_bytes) << format.name;
    EXPECT_EQ(header->tensors.at(0).type, format.name);
    EXPECT_EQ(header->tensors.at(0).weights, static_cast<std::int64_t>(row) * 3);
  }
}

TEST(GgufTensors, AFileThatIsTooShortSaysByHowMuch) {
  const std::string file = test::small_llama().file();
  EXPECT_EQ(error_of(file), "");
  EXPECT_NE(error_of(file.substr(0, file.size() - 1000)).find("1000 bytes are missing"),
            std::string::npos)
      << error_of(file.substr(0, file.size() - 1000));
}

TEST(GgufTensors, OnlyTheLastPaddingMayBeMissing) {
  GgufMaker maker;
  maker.tensor("a", {3});
  const std::string file = maker.file();
  EXPECT_EQ(error_of(file.substr(0, file.size() - 20)), "");
  EXPECT_NE(error_of(file.substr(0, file.size() - 21)), "");
}

TEST(GgufTensors, OffsetsFollowEachOther) {
  const auto with_offset = [](std::uint64_t offset) {
    GgufMaker maker;
    maker.tensor("a", {16}).tensor("b", {16}, 0, offset).tensor("c", {64});
    return error_of(maker.file());
  };
  EXPECT_EQ(with_offset(64), "");
  EXPECT_NE(with_offset(32).find("within the data before it"), std::string::npos);
  EXPECT_NE(with_offset(65).find("alignment of 32"), std::string::npos);
  EXPECT_NE(with_offset(96).find("no hole"), std::string::npos);
  EXPECT_NE(with_offset(~std::uint64_t{31}).find("limit of 2^63 - 1"), std::string::npos);
}

}  // namespace
}  // namespace weighin::gguf
