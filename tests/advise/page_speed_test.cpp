// Is a page's speed a share of what its GPU was measured to do, and else not known for a reason?
#include "advise/page_speed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weighin {
namespace {

using ::testing::HasSubstr;

Measurements card() {
  Measurements made;
  for (const auto& [name, format, rate] :
       {std::tuple{"memory read", "", 400e9}, {"decode q4_0", "Q4_0", 360e9}}) {
    Measurement each;
    each.place = "gpu0";
    each.name = name;
    each.format = format;
    each.isa = "vulkan";
    each.status = BenchStatus::ok;
    each.bytes_per_second = Range{rate, rate, rate};
    made.list.push_back(each);
  }
  for (const auto& [name, rate] : {std::pair{"dispatch", 500e3}, {"submit", 20e3}}) {
    Measurement each;
    each.place = "gpu0";
    each.name = name;
    each.isa = "vulkan";
    each.status = BenchStatus::ok;
    each.operations_per_second = Range{rate, rate, rate};
    made.list.push_back(each);
  }
  return made;
}

TokenWork work() {
  TokenWork made;
  made.formats = {{"Q4_0", 2'000'000'000, 3'500'000'000, 100}};
  made.layers = 32;
  made.values = 600;
  return made;
}

SpeedQuestion question(const char* place) {
  SpeedQuestion made;
  made.place = place;
  made.context = 4096;
  made.prompt_tokens = 512;
  return made;
}

TEST(PageSpeed, IsAShareOfTheGpusOwn) {
  const Speeds native = predict_speeds(work(), question("gpu0"), card());
  const Speeds page = page_speeds(work(), question("browser"), 0, card());
  ASSERT_TRUE(native.decode) << native.decode.why;
  ASSERT_TRUE(page.decode) << page.decode.why;
  EXPECT_DOUBLE_EQ(page.decode->range.low, native.decode->range.low * kPageShare.low);
  EXPECT_DOUBLE_EQ(page.decode->range.mid, native.decode->range.mid * kPageShare.mid);
  EXPECT_DOUBLE_EQ(page.decode->range.high, native.decode->range.high * kPageShare.high);
  EXPECT_EQ(page.decode.known_by, KnownBy::computed);
  EXPECT_EQ(page.decode.confidence, Confidence::low);
  EXPECT_THAT(page.decode.source, HasSubstr("2412.15803"));
  EXPECT_FALSE(page.prefill);
  EXPECT_THAT(page.first_token.why, HasSubstr("no comparison"));
}

TEST(PageSpeed, IsNotKnownWhereNothingStandsForIt) {
  const Speeds unmeasured = page_speeds(work(), question("browser"), 0, {});
  EXPECT_FALSE(unmeasured.decode);
  EXPECT_THAT(unmeasured.decode.why, HasSubstr("gpu0 was not measured"));
  const Speeds assembly = page_speeds(work(), question("browser"), -1, card());
  EXPECT_FALSE(assembly.decode);
  EXPECT_THAT(assembly.decode.why, HasSubstr("WebAssembly"));
}

}  // namespace
}  // namespace weighin
