// Is a gate's answer one line that says what was needed and what there is?
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "advise/devices.hpp"
#include "weighin/report.hpp"

namespace weighin {
namespace {

PolicyAnswer answer_of(const char* text, const char* model) {
  const auto policy = read_policy(text, "p.json");
  EXPECT_TRUE(policy) << (policy ? "" : to_text(policy.error()));
  if (!policy) return {};
  PolicyModels models(policy->choices.size());
  if (*model != '\0') models[0] = test::model(model);
  return decide(*policy, models, test::device(5, 8), {}, {"2026-11-23", {}, true});
}

TEST(GateDocument, SaysNeedAndHaveOfEachCondition) {
  const std::string text = policy_answer_json(
      answer_of(R"({"schema": "weighin/policy/1", "name": "app", "choices": [{"model": "gemma-2b",
        "conditions": {"min_memory": "64GiB", "min_decode": 3}}, {"name": "never", "conditions": {"os": "windows"}}]})",
                "gemma-2b"),
      -1, 1);
  EXPECT_EQ(text.find('\n'), text.size() - 1) << "one line";
  const auto document = nlohmann::json::parse(text);
  EXPECT_EQ(document["schema"], "weighin/gate/1");
  EXPECT_EQ(document["decision"], "undecided") << "the other choice's system is not known";
  EXPECT_EQ(document["policy"], "app");
  EXPECT_EQ(document["exit_code"], 1);
  EXPECT_EQ(document["elapsed_seconds"]["status"], "skipped");
  const auto& conditions = document["choices"][0]["conditions"];
  ASSERT_EQ(conditions.size(), 3u);
  EXPECT_EQ(conditions[1]["condition"], "min_memory");
  EXPECT_EQ(conditions[1]["result"], "fail");
  EXPECT_EQ(conditions[1]["need"], 64.0 * 1073741824.0);
  EXPECT_EQ(conditions[1]["have"], 8.0 * 1073741824.0);
  EXPECT_EQ(conditions[1]["source"], "/proc/meminfo");
  EXPECT_EQ(conditions[2]["result"], "unknown");
  EXPECT_EQ(conditions[2]["have"]["status"], "error");
}

TEST(GateDocument, TheSameBytesForTheSameDevice) {
  const auto text = [] {
    return policy_answer_json(
        answer_of(R"({"schema": "weighin/policy/1", "choices": [{"model": "llama-3.1-8b"}]})",
                  "llama-3.1-8b"),
        -1, 0);
  };
  EXPECT_EQ(text(), text());
}

TEST(GateDocument, AnAnswerAboutNothingIsStillADocument) {
  EXPECT_FALSE(nlohmann::json::parse(policy_answer_json({}, 0.1, 2)).empty());
}

}  // namespace
}  // namespace weighin
