// Do figures come through the pipe whole, and does rubbish not come through at all?
#include "bench/gpu/gpu_figures.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace weighin {
namespace {

Measurement sample() {
  Measurement m;
  m.name = "decode q4_0";
  m.isa = "vulkan_dot";
  m.format = "Q4_0";
  m.bytes_per_second = Range{1e9, 2e9, 3e9};
  m.samples = 12;
  m.spread = 0.25;
  m.working_set_bytes = 1 << 20;
  m.beyond_caches = true;
  m.status = BenchStatus::ok;
  m.why = "a remark";
  m.checked = true;
  m.share_now = 0.5;
  return m;
}

TEST(GpuFigures, ComeBackAsTheyWere) {
  const Measurement m = sample();
  const auto back = read_figure(figure_json(m).dump());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->name, m.name);
  EXPECT_EQ(back->isa, m.isa);
  EXPECT_EQ(back->format, m.format);
  ASSERT_TRUE(back->bytes_per_second);
  EXPECT_EQ(back->bytes_per_second->low, 1e9);
  EXPECT_EQ(back->bytes_per_second->mid, 2e9);
  EXPECT_EQ(back->bytes_per_second->high, 3e9);
  EXPECT_FALSE(back->operations_per_second);
  EXPECT_EQ(back->samples, 12);
  EXPECT_EQ(back->spread, 0.25);
  EXPECT_EQ(back->working_set_bytes, 1 << 20);
  EXPECT_TRUE(back->beyond_caches);
  EXPECT_TRUE(back->checked);
  EXPECT_EQ(back->status, BenchStatus::ok);
  EXPECT_EQ(back->why, "a remark");
  EXPECT_EQ(back->share_now, 0.5);
}

TEST(GpuFigures, NothingThatIsNoFigureIsTakenForOne) {
  const auto broken = [](const char* key, const nlohmann::json& value) {
    auto json = figure_json(sample());
    json[key] = value;
    return read_figure(json.dump()).has_value();
  };
  EXPECT_TRUE(broken("samples", 3));
  EXPECT_FALSE(broken("name", ""));
  EXPECT_FALSE(broken("name", 3));
  EXPECT_FALSE(broken("isa", nullptr));
  EXPECT_FALSE(broken("status", "fast"));
  EXPECT_FALSE(broken("bytes_per_second", {3.0, 2.0, 1.0}));
  EXPECT_FALSE(broken("bytes_per_second", {0.0, 2.0, 3.0}));
  EXPECT_FALSE(broken("bytes_per_second", {1.0, 2.0, 1e30}));
  EXPECT_FALSE(broken("bytes_per_second", {1.0, 2.0}));
  EXPECT_FALSE(broken("bytes_per_second", "fast"));
  EXPECT_FALSE(broken("operations_per_second", {1.0, 2.0, 3.0}));  // both rates
  EXPECT_FALSE(broken("checked", false));  // a rate of a wrong result
  EXPECT_FALSE(broken("status", "skipped"));  // with a rate
  EXPECT_FALSE(read_figure("[]"));
  EXPECT_FALSE(read_figure("{"));
  EXPECT_FALSE(read_figure(""));
  Measurement none = sample();
  none.bytes_per_second.reset();
  none.status = BenchStatus::error;
  EXPECT_TRUE(read_figure(figure_json(none).dump()));
  none.why.clear();
  EXPECT_FALSE(read_figure(figure_json(none).dump()));  // no reason
}

}  // namespace
}  // namespace weighin
