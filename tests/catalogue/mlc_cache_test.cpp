// Is MLC's list of shards held against the shards themselves?
#include "catalogue/readers/mlc_cache.hpp"

#include <gtest/gtest.h>

#include "catalogue/mlc_files.hpp"

namespace weighin::mlc {
namespace {

TEST(MlcCache, ShardsAndRecords) {
  const auto folder = folder_in_memory("f", test::mlc_folder());
  const auto source = folder->open("ndarray-cache.json");
  ASSERT_TRUE(source.ok());
  const auto cache = read_cache(*folder, **source, 4);
  ASSERT_TRUE(cache.ok()) << to_text(cache.error());
  EXPECT_EQ(cache->parts.size(), 2u);
  EXPECT_EQ(cache->tensors[0].size[0], 8);
  EXPECT_EQ(cache->tensors[0].size[1], 1000);
  // Not packed, where the format's word does not say so.
  EXPECT_EQ(read_cache(*folder, **source, 0)->parameters, 1000 * 8 + 64 + 64);
}

}  // namespace
}  // namespace weighin::mlc
