// Are blocks as large as the tools say that define them?
#include "weighin/formats.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "support/support.hpp"

namespace weighin {
namespace {

TEST(Formats, EveryRowMakesSense) {
  std::set<std::string> names;
  int last_type = -1;
  bool beyond = false;
  for (const WeightFormat& format : weight_formats()) {
    EXPECT_TRUE(names.insert(std::string(format.name)).second) << format.name;
    EXPECT_GT(format.block_weights, 0) << format.name;
    EXPECT_GT(format.block_bytes, 0) << format.name;
    EXPECT_GE(format.bits_per_weight(), 1.0) << format.name;
    EXPECT_LE(format.bits_per_weight(), 64.0) << format.name;
    EXPECT_FALSE(format.source.empty()) << format.name;
    EXPECT_FALSE(format.family.empty()) << format.name;
    if (format.gguf_type < 0) {
      beyond = true;
      continue;
    }
    EXPECT_FALSE(beyond) << format.name << ": GGUF types come first";
    EXPECT_GT(format.gguf_type, last_type) << format.name;
    last_type = format.gguf_type;
    EXPECT_EQ(find_gguf_type(format.gguf_type), &format);
  }
  EXPECT_GE(names.size(), 35u);
}

TEST(Formats, AreFoundByNameWhateverTheCase) {
  ASSERT_NE(find_weight_format("q4_k"), nullptr);
  EXPECT_EQ(find_weight_format("q4_k")->name, "Q4_K");
  EXPECT_EQ(find_weight_format("mlc_Q4F16_1")->gguf_type, -1);
  EXPECT_EQ(find_weight_format("Q4"), nullptr);
  EXPECT_EQ(find_weight_format(""), nullptr);
  EXPECT_EQ(find_gguf_type(-1), nullptr);
  EXPECT_EQ(find_gguf_type(4), nullptr) << "a number that was given up";
  EXPECT_EQ(find_gguf_type(100000), nullptr);
}

TEST(Formats, KnownSizes) {
  EXPECT_DOUBLE_EQ(find_weight_format("Q4_0")->bits_per_weight(), 4.5);
  EXPECT_DOUBLE_EQ(find_weight_format("Q8_0")->bits_per_weight(), 8.5);
  EXPECT_DOUBLE_EQ(find_weight_format("Q6_K")->bits_per_weight(), 6.5625);
  EXPECT_DOUBLE_EQ(find_weight_format("BF16")->bits_per_weight(), 16);
}

TEST(Formats, BytesAreExactOrNothing) {
  const WeightFormat& q4 = *find_weight_format("Q4_0");
  EXPECT_EQ(format_bytes(q4, 64, 3), 2 * 18 * 3);
  EXPECT_EQ(format_bytes(q4, 0, 3), 0);
  EXPECT_EQ(format_bytes(q4, 33, 1), std::nullopt) << "no whole number of blocks";
  EXPECT_EQ(format_bytes(q4, -32, 1), std::nullopt);
  EXPECT_EQ(format_bytes(q4, 32, -1), std::nullopt);
  EXPECT_EQ(format_bytes(q4, Bytes{1} << 60, Bytes{1} << 60), std::nullopt);
  EXPECT_EQ(format_bytes(*find_weight_format("F32"), Bytes{1} << 62, 1), std::nullopt);
}

// A table printed by llama.cpp's own gguf package: name, weights and bytes of a block.
TEST(Formats, AgreeWithThePrintedTable) {
  if (test::shared_folder().empty()) GTEST_SKIP() << "no table beside the checkout";
  std::ifstream table(test::shared_folder() / "truth/gguf_blocks.csv");
  std::string line;
  std::getline(table, line);
  std::size_t rows = 0;
  while (std::getline(table, line)) {
    std::istringstream cells(line);
    std::string name, weights, bytes;
    std::getline(cells, name, ',');
    std::getline(cells, weights, ',');
    std::getline(cells, bytes, ',');
    const WeightFormat* format = find_weight_format(name);
    ASSERT_NE(format, nullptr) << name;
    EXPECT_EQ(std::to_string(format->block_weights), weights) << name;
    EXPECT_EQ(std::to_string(format->block_bytes), bytes) << name;
    ++rows;
  }
  EXPECT_GE(rows, 30u);
}

}  // namespace
}  // namespace weighin
