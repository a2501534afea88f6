// Is a plan that cannot be refused, with a hint?
#include <gmock/gmock.h>

#include <functional>

#include "estimate/shapes.hpp"

namespace weighin {
namespace {

Result<Done> check(const std::function<void(Plan&)>& change) {
  Plan plan;
  change(plan);
  return check_plan(plan);
}

TEST(Plan, TheDefaultIsPossible) {
  EXPECT_TRUE(check([](Plan&) {}).ok());
}

TEST(Plan, NonsenseIsRefusedWithAHint) {
  const std::vector<std::function<void(Plan&)>> wrong{
      [](Plan& p) { p.runtime = "abacus"; },
      [](Plan& p) { p.format = "Q9_X"; },
      [](Plan& p) { p.format = ""; },
      [](Plan& p) { p.context = 0; },
      [](Plan& p) { p.context = -4096; },
      [](Plan& p) { p.context = std::int64_t{1} << 40; },
      [](Plan& p) { p.kv_type = "q3_z"; },
      [](Plan& p) { p.ubatch = 0; },
      [](Plan& p) { p.parallel = 0; },
      [](Plan& p) { p.flash_attn = "perhaps"; },
      [](Plan& p) { p.lora_rank = -1; },
      [](Plan& p) {
        p.kv_type = "q8_0";
        p.flash_attn = "off";
      }};
  for (const auto& change : wrong) {
    const Result<Done> checked = check(change);
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().kind, ErrorKind::usage);
    EXPECT_FALSE(checked.error().hint.empty()) << checked.error().what;
  }
}

TEST(Plan, FormatsAreListedFromTheBest) {
  const auto formats = formats_of("llama.cpp");
  EXPECT_EQ(formats.front(), "F32");
  EXPECT_GT(formats.size(), 30u);
  EXPECT_TRUE(formats_of("abacus").empty());
  EXPECT_THAT(runtimes(), testing::Contains("llama.cpp"));
}

}  // namespace
}  // namespace weighin
