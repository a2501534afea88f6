// Do the lines of an explanation add up?
#include "estimate/tensor_lines.hpp"

#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(TensorLines, AddUpToDownloadAndWeights) {
  for (const char* id :
       {"llama-3.2-1b", "qwen3-30b-a3b", "gemma-3n-e2b", "mamba-370m", "t5-small"}) {
    for (const char* layout : {"avx2", "amx"}) {
      Plan plan;
      plan.repack = layout;
      const auto made = estimate(test::model(id), plan);
      ASSERT_TRUE(made.ok()) << id;
      const auto explained = explain(*made);
      ASSERT_TRUE(explained.ok()) << id;
      Bytes file = 0, memory = 0, download = 0, parts = 0;
      for (const TensorLine& line : explained->tensors) {
        EXPECT_GT(line.count, 0);
        file += line.file_bytes;
        memory += line.memory_bytes;
      }
      for (const Part& part : explained->download) download += part.bytes;
      for (const Part& part : made->parts) parts += part.bytes;
      EXPECT_EQ(memory, made->memory.weights_bytes) << id;
      EXPECT_EQ(file, explained->download.front().bytes) << id;
      EXPECT_EQ(download, *made->download_bytes) << id;
      EXPECT_EQ(parts, made->memory.total_bytes) << id;
    }
  }
}

TEST(TensorLines, TellTheMixApart) {
  const auto made = estimate(test::model("llama-3.2-1b"), Plan{});
  ASSERT_TRUE(made.ok());
  const auto explained = explain(*made);
  ASSERT_TRUE(explained.ok());
  int downs = 0;
  std::int64_t layers = 0;
  for (const TensorLine& line : explained->tensors) {
    if (line.name != "blk.*.ffn_down.weight") continue;
    ++downs;
    layers += line.count;
    EXPECT_EQ(line.size, "8192 x 2048");
  }
  EXPECT_EQ(downs, 2) << "half of them as Q6_K";
  EXPECT_EQ(layers, 16);
}

}  // namespace
}  // namespace weighin
