// Is a policy that can pass nowhere told as one, and no other?
#include "advise/policy_check.hpp"

#include <gtest/gtest.h>

#include "advise/devices.hpp"
#include "advise/policy_texts.hpp"

namespace weighin {
namespace {

Result<Done> checked(const std::string& choices) {
  const auto policy = read_policy(test::policy_with("\"choices\": [" + choices + "]"), "p.json");
  if (!policy) return policy.error();
  PolicyModels models;
  for (const Choice& each : policy->choices) {
    models.emplace_back();
    if (!each.model.empty()) models.back() = test::model(each.model);
  }
  return check_policy_models(*policy, models, {});
}

TEST(PolicyCheck, ADownloadThatIsAlwaysTooLarge) {
  const auto wrong =
      checked(R"({"model": "llama-3.1-70b", "conditions": {"max_download": "2GB"}})");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::data);
  EXPECT_EQ(wrong.error().where, "p.json:3:15");
  EXPECT_TRUE(checked(R"({"model": "smollm2-135m", "conditions": {"max_download": "2GB"}})"));
}

TEST(PolicyCheck, AHostedModelIsNoChoice) {
  const auto wrong = checked(R"({"model": "gpt-4"})");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().hint.find("fallback"), std::string::npos);
}

TEST(PolicyCheck, ImpossibleTogether) {
  Condition sets{"instruction_sets", 0, {"avx2"}, 1, 1};
  Condition arm{"architectures", 0, {"aarch64"}, 1, 1},
      both{"architectures", 0, {"aarch64", "x86_64"}, 1, 1};
  EXPECT_TRUE(impossible_condition({sets, arm}));
  EXPECT_FALSE(impossible_condition({sets, both}));
  EXPECT_FALSE(impossible_condition({sets}));
  EXPECT_TRUE(impossible_condition({{"integrated_vram_share", 2.0, {}, 1, 1}}));
}

TEST(PolicyCheck, AStatedModelIsScaledFromItsClass) {
  const auto made = stated_model({"Ours", 3'250'000'000, "", 0, 0}, test::catalogue());
  ASSERT_TRUE(made) << to_text(made.error());
  EXPECT_EQ(made->name, "Ours");
  EXPECT_EQ(made->known_by, KnownBy::assumed);
  const auto need = estimate(*made, Plan{});
  ASSERT_TRUE(need);
  EXPECT_GT(*need->download_bytes, 1'500'000'000) << "4.8 bits for each of 3.25 billion weights";
  EXPECT_LT(*need->download_bytes, 2'600'000'000);
  EXPECT_FALSE(stated_model({"Ours", 0, "no-such-model", 0, 1}, test::catalogue()));
}

}  // namespace
}  // namespace weighin
