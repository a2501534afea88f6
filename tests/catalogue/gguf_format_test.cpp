// Does a file go by its own name of a format where that can be, and else by its tensors?
#include "catalogue/readers/gguf_format.hpp"

#include <gtest/gtest.h>

namespace weighin::gguf {
namespace {

std::vector<FileTensor> of(std::initializer_list<std::pair<const char*, std::int64_t>> types) {
  std::vector<FileTensor> tensors;
  for (const auto& [type, weights] : types) {
    FileTensor tensor;
    tensor.type = type;
    tensor.weights = weights;
    tensors.push_back(tensor);
  }
  return tensors;
}

TEST(GgufFormat, TheFileTypeWhereItsBaseIsThere) {
  EXPECT_EQ(format_of(15, of({{"Q4_K", 100}, {"Q6_K", 20}, {"F32", 1}})), "Q4_K_M");
  EXPECT_EQ(format_of(15 + 1024, of({{"Q4_K", 100}, {"F32", 1}})), "Q4_K_M");
  EXPECT_EQ(format_of(1, of({{"F16", 100}, {"F32", 1}})), "F16");
  EXPECT_EQ(format_of(0, of({{"F32", 1}})), "F32");
  // Rows of Gemma-3-1B are no whole blocks: most of its Q4_K_M is Q5_0.
  EXPECT_EQ(format_of(15, of({{"Q5_0", 100}, {"Q8_0", 50}, {"F32", 1}})), "Q4_K_M");
  // gpt-oss keeps its experts in MXFP4.
  EXPECT_EQ(format_of(1, of({{"MXFP4", 1000}, {"F16", 100}, {"F32", 1}})), "F16");
}

TEST(GgufFormat, ATypeThatCannotBeIsNotBelieved) {
  EXPECT_EQ(format_of(1, of({{"Q4_K", 100}, {"Q6_K", 20}, {"F32", 1}})), "Q4_K_M");
  EXPECT_EQ(format_of(0, of({{"Q8_0", 100}, {"F32", 1}})), "Q8_0");
  EXPECT_EQ(format_of(999, of({{"Q8_0", 100}, {"F32", 1}})), "Q8_0");
}

TEST(GgufFormat, WithoutAFileTypeTheTensorsTell) {
  EXPECT_EQ(format_of({}, of({{"Q4_K", 100}, {"Q5_K", 20}})), "Q4_K_S");
  EXPECT_EQ(format_of({}, of({{"Q5_K", 100}, {"Q6_K", 20}})), "Q5_K_M");
  EXPECT_EQ(format_of({}, of({{"Q3_K", 100}, {"Q5_K", 20}})), "Q3_K_M");
  EXPECT_EQ(format_of({}, of({{"MXFP4", 100}, {"Q8_0", 20}})), "MXFP4_MOE");
  EXPECT_EQ(format_of({}, of({{"BF16", 10}, {"F32", 100}})), "BF16");
  EXPECT_EQ(format_of({}, of({{"F32", 100}})), "F32");
  EXPECT_EQ(format_of({}, {}), "");
}

}  // namespace
}  // namespace weighin::gguf
