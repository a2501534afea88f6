// Can a code scanner and a test runner read a gate's answer?
#include "report/gate_outputs.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "advise/devices.hpp"

namespace weighin {
namespace {

PolicyAnswer denied() {
  const auto policy = read_policy(R"({"schema": "weighin/policy/1", "name": "<app> & \"co\"",
    "choices": [{"name": "a", "model": "gemma-2b", "conditions": {"min_memory": "64GiB", "min_disk": "1GB"}}]})",
                                  "app.json");
  EXPECT_TRUE(policy);
  return decide(*policy, {test::model("gemma-2b")}, test::device(5, 8), {},
                {"2026-11-23", {}, false});
}

TEST(GateOutputs, Sarif) {
  const auto document = nlohmann::json::parse(policy_answer_sarif(denied(), 1));
  EXPECT_EQ(document["version"], "2.1.0");
  const auto& run = document["runs"][0];
  EXPECT_EQ(run["tool"]["driver"]["name"], "weighin");
  EXPECT_EQ(run["tool"]["driver"]["rules"].size(), reason_list().size());
  ASSERT_EQ(run["results"].size(), 1u);
  EXPECT_EQ(run["results"][0]["ruleId"], "insufficientMemory");
  EXPECT_EQ(run["results"][0]["level"], "error");
}

TEST(GateOutputs, Junit) {
  const std::string text = policy_answer_junit(denied(), 1);
  EXPECT_NE(text.find("tests=\"3\" failures=\"1\" skipped=\"0\""), std::string::npos) << text;
  EXPECT_NE(text.find("&lt;app&gt; &amp; &quot;co&quot;"), std::string::npos) << text;
  EXPECT_NE(text.find("name=\"min_memory\"><failure"), std::string::npos) << text;
}

TEST(GateOutputs, Text) {
  const std::string text = policy_answer_text(denied(), {});
  EXPECT_TRUE(text.starts_with("deny  No, Gemma 2B will not run")) << text;
  EXPECT_NE(text.find("insufficientMemory"), std::string::npos);
}

}  // namespace
}  // namespace weighin
