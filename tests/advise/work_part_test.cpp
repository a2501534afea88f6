// Do the parts of a token's work add up to the whole?
#include "advise/work_part.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

TokenWork whole() {
  TokenWork made;
  made.formats = {{"Q4_K", 4000, 8000, 10}, {"Q6_K", 800, 1000, 1, false, true}};
  made.formats.push_back({"Q4_K", 1600, 3200, 3, true});
  made.kv_bytes_per_cell = 1000;
  made.kv_bytes_sliding_per_cell = 300;
  made.attention_products_per_cell = 600;
  made.attention_products_sliding_per_cell = 200;
  made.sliding_window = 10;
  made.state_bytes = 400;
  made.layers = 8;
  made.values = 160;
  made.value_bytes = 80;
  made.expert_count = 16;
  made.experts_used = 4;
  return made;
}

TEST(WorkPart, TheOutputGoesWithItsPlaceAndTheRestByShares) {
  const TokenWork behind = part_of(whole(), {-1, 2, 0.25, 0.5, 0.0, 1.0, 0, false});
  const TokenWork ahead = part_of(whole(), {0, 6, 0.75, 0.5, 1.0, 0.0, 0, true});
  ASSERT_EQ(behind.formats.size(), 2u) << "no output matrix";
  ASSERT_EQ(ahead.formats.size(), 3u);
  EXPECT_EQ(behind.formats[0].bytes, 1000);
  EXPECT_EQ(behind.formats[0].weights, 2000);
  EXPECT_EQ(ahead.formats[1].bytes, 800) << "whole, whatever the share of the layers";
  EXPECT_EQ(behind.weight_bytes() + ahead.weight_bytes(), whole().weight_bytes());
  EXPECT_EQ(behind.kv_bytes_per_cell, 500);
  EXPECT_EQ(behind.kv_bytes_sliding_per_cell, 0);
  EXPECT_EQ(ahead.attention_products_sliding_per_cell, 200);
  EXPECT_EQ(behind.state_bytes, 400);
  EXPECT_EQ(behind.values, 40);
  EXPECT_EQ(ahead.values, 120);
  EXPECT_EQ(ahead.layers, 6);
}

TEST(WorkPart, ASlidingLayerSeesItsWindowOnly) {
  EXPECT_DOUBLE_EQ(over_cells(whole(), 4, 100, 10), 440);
  EXPECT_DOUBLE_EQ(over_cells(whole(), 40, 100, 10), 4100);
  TokenWork none = whole();
  none.sliding_window = 0;
  EXPECT_DOUBLE_EQ(over_cells(none, 40, 100, 10), 4400);
}

TEST(WorkPart, OfExpertsMoreIsStoredThanRead) {
  EXPECT_DOUBLE_EQ(stored_share(whole(), whole().formats[2]), 4.0);
  EXPECT_DOUBLE_EQ(stored_share(whole(), whole().formats[0]), 1.0);
}

}  // namespace
}  // namespace weighin
