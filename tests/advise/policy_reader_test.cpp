// Is every mistake in a policy told by line and column, with what was meant?
#include <gtest/gtest.h>

#include <map>

#include "advise/policy_texts.hpp"
#include "support/support.hpp"

namespace weighin {
namespace {

using test::device_policy;
using test::policy_with;

struct Wrong {
  const char* what;
  std::string json;
  const char* where;  // line:column
  const char* says;   // part of what and hint
};

TEST(PolicyReader, ReadsEveryPart) {
  const auto policy = read_policy(policy_with(R"("name": "app", "unknown": "deny",
  "conditions": {"os": "linux", "min_disk": "5GB"},
  "choices": [
    {"name": "a", "model": "gemma-2b", "format": "Q8_0", "runtime": "llama.cpp", "kv_type": "q8_0",
     "context": 8192, "parallel": 2, "degraded": true,
     "conditions": {"min_decode": 5.5, "line_rate": "50 Mbit/s", "max_download_seconds": 600,
                    "instruction_sets": ["avx2"], "gpu": true, "min_vulkan": "1.2"}},
    {"model": {"name": "Ours", "parameters": "3.25B", "download_bytes": "2GB"}}],
  "fallback": {"model": "smollm2-135m"},
  "exceptions": [{"reason": "tooSlowDecode", "cpus": ["i5"], "until": "2027-01-31", "why": "tested"}])"),
                                  "p.json");
  ASSERT_TRUE(policy) << to_text(policy.error());
  EXPECT_EQ(policy->name, "app");
  EXPECT_EQ(policy->unknown, UnknownRule::deny);
  ASSERT_EQ(policy->choices.size(), 2u);
  const Choice& first = policy->choices[0];
  EXPECT_EQ(first.format, "Q8_0");
  EXPECT_EQ(first.context, 8192);
  EXPECT_EQ(first.parallel, 2);
  EXPECT_TRUE(first.degraded);
  ASSERT_EQ(first.conditions.size(), 6u);
  EXPECT_EQ(first.conditions[0].number, 5.5);
  EXPECT_EQ(first.conditions[1].number, 50e6 / 8);
  EXPECT_EQ(first.conditions[3].words, std::vector<std::string>{"avx2"});
  EXPECT_EQ(policy->conditions[1].number, 5e9);
  ASSERT_TRUE(policy->choices[1].stated);
  EXPECT_EQ(policy->choices[1].stated->parameters, 3'250'000'000);
  EXPECT_EQ(policy->choices[1].name, "Ours");
  EXPECT_EQ(policy->fallback.kind, FallbackKind::model);
  ASSERT_EQ(policy->exceptions.size(), 1u);
  EXPECT_EQ(policy->exceptions[0].until, "2027-01-31");
}

TEST(PolicyReader, TellsEveryMistake) {
  const std::vector<Wrong> all{
      {"no JSON", "{\n  \"schema\": nonsense\n}", "2:14", "not valid JSON"},
      {"empty", "", "1", "empty"},
      {"a list", "[]", "1:1", "is an object"},
      {"no schema", "{\"choices\": []}", "1:1", "no policy of ours"},
      {"other schema", "{\n \"schema\": \"weighin/device/1\"}", "2:12", "no policy of ours"},
      {"unknown key", policy_with("\"choises\": []"), "3:3", "\"choices\" is meant?"},
      {"unknown condition", device_policy("\"min_vrm\": 1"), "3:44", "\"min_vram\" is meant?"},
      {"a negative size", device_policy("\"min_vram\": -5"), "3:56", "not negative"},
      {"no size", device_policy("\"min_vram\": \"much\""), "3:56", "no size"},
      {"a size that is true", device_policy("\"min_vram\": true"), "3:56", "is a size"},
      {"a number as text", device_policy("\"min_logical_cores\": \"4\""), "3:65", "is a number"},
      {"a negative number", device_policy("\"min_logical_cores\": -4"), "3:65", "not negative"},
      {"no version", device_policy("\"min_vulkan\": \"new\""), "3:58", "no version"},
      {"a flag as text", device_policy("\"gpu\": \"yes\""), "3:51", "true or false"},
      {"an instruction set", device_policy("\"instruction_sets\": [\"avx22\"]"), "3:64",
       "\"avx2\" is meant?"},
      {"two families", device_policy("\"instruction_sets\": [\"avx2\", \"neon\"]"), "3:64",
       "no processor has all"},
      {"no words", device_policy("\"os\": []"), "3:50", "list of 1"},
      {"two keys", policy_with("\"name\": \"a\", \"name\": \"b\""), "3:16", "stands twice"},
      {"no choices", policy_with("\"name\": \"a\""), "1:1", "\"choices\""},
      {"empty choices", policy_with("\"choices\": []"), "3:14", "list of 1"},
      {"an empty choice", policy_with("\"choices\": [{}]"), "3:15", "\"model\""},
      {"speed of no model", device_policy("\"min_decode\": 5"), "3:15", "names none"},
      {"more than there is", device_policy("\"min_vram\": \"9000TB\""), "3:56", "no device has"},
      {"at most nothing",
       policy_with("\"choices\": [{\"model\": \"m\", \"conditions\": {\"max_download\": 0}}]"),
       "3:61", "at most 0"},
      {"a GPU that is none", device_policy("\"gpu\": false, \"min_vram\": 5"), "3:70",
       "without a GPU"},
      {"time without a line",
       policy_with(
           "\"choices\": [{\"model\": \"m\", \"conditions\": {\"max_download_seconds\": 5}}]"),
       "3:69", "line_rate"},
      {"systems apart",
       policy_with("\"conditions\": {\"os\": \"linux\"}, \"choices\": [{\"conditions\": {\"os\": "
                   "\"windows\"}}]"),
       "3:46", "can never pass"},
      {"a reason",
       policy_with("\"choices\": [{\"model\": \"m\"}], \"exceptions\": [{\"reason\": "
                   "\"tooSlowDecod\", \"until\": \"2027-01-01\", \"why\": \"x\"}]"),
       "3:58", "\"tooSlowDecode\" is meant?"},
      {"no day",
       policy_with("\"choices\": [{\"model\": \"m\"}], \"exceptions\": [{\"reason\": \"diskFull\", "
                   "\"until\": \"soon\", \"why\": \"x\"}]"),
       "3:79", "no day"},
      {"no end",
       policy_with("\"choices\": [{\"model\": \"m\"}], \"exceptions\": [{\"reason\": \"diskFull\", "
                   "\"why\": \"x\"}]"),
       "3:47", "a hole"},
      {"a fallback", policy_with("\"choices\": [{\"model\": \"m\"}], \"fallback\": \"hostd\""),
       "3:44", "\"hosted\" is meant?"},
      {"unknown what", policy_with("\"unknown\": \"alow\", \"choices\": [{\"model\": \"m\"}]"),
       "3:14", "\"allow\" is meant?"},
      {"a preset", policy_with("\"include\": \"preset:cromium\""), "3:14",
       "\"preset:chromium\" is meant?"},
      {"a file", policy_with("\"include\": \"other.json\""), "3:14", "cannot be included"},
      {"half a model", policy_with("\"choices\": [{\"model\": {\"name\": \"x\"}}]"), "3:25",
       "\"parameters\""},
      {"a context of 0", policy_with("\"choices\": [{\"model\": \"m\", \"context\": 0}]"), "3:41",
       "from 1"},
      {"no rate", policy_with("\"conditions\": {\"line_rate\": \"50 knots\"}"), "3:31", "no speed"},
      {"too deep", std::string(100, '['), "1:18", "nested deeper"},
      {"control characters", policy_with("\"name\": \"a\\u0007\""), "3:11", "control"},
  };
  for (const Wrong& each : all) {
    const auto policy = read_policy(each.json, "p.json");
    ASSERT_FALSE(policy) << each.what;
    EXPECT_EQ(policy.error().kind, ErrorKind::data) << each.what;
    EXPECT_TRUE(policy.error().where.starts_with("p.json:" + std::string(each.where)))
        << each.what << ": " << to_text(policy.error());
    EXPECT_NE((policy.error().what + " " + policy.error().hint).find(each.says), std::string::npos)
        << each.what << ": " << to_text(policy.error()) << " / " << policy.error().hint;
  }
}

TEST(PolicyReader, RefusesALargePolicyAtOnce) {
  const std::string large = policy_with("\"name\": \"" + std::string(50u << 20, 'a') + "\"");
  const auto policy = read_policy(large, "large.json");
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().kind, ErrorKind::data);
  EXPECT_TRUE(policy.error().where.starts_with("large.json:1")) << policy.error().where;
}

TEST(PolicyReader, IncludesAndSeesACycle) {
  const std::map<std::string, std::string> files{
      {"a", policy_with("\"include\": \"b\", \"choices\": [{\"model\": \"m\"}]")},
      {"b", policy_with("\"include\": \"a\", \"choices\": [{\"model\": \"n\"}]")},
      {"base",
       policy_with("\"unknown\": \"deny\", \"conditions\": {\"min_disk\": 5, \"os\": \"linux\"}, "
                   "\"choices\": [{\"model\": \"n\"}]")},
      {"wrong", policy_with("\"nonsense\": 1")},
  };
  const PolicyLoader load = [&](const std::string& name, const std::string&) -> Result<PolicyText> {
    const auto found = files.find(name);
    if (found == files.end()) return Error{ErrorKind::no_input, "cannot read " + name, "", ""};
    return PolicyText{name, found->second};
  };
  const auto cycle = read_policy(files.at("a"), "a", load);
  ASSERT_FALSE(cycle);
  EXPECT_EQ(cycle.error().kind, ErrorKind::data);
  EXPECT_NE(cycle.error().what.find("includes itself"), std::string::npos);
  EXPECT_EQ(cycle.error().where, "b:3:14");
  const auto nested = read_policy(policy_with("\"include\": \"wrong\""), "top", load);
  ASSERT_FALSE(nested);
  EXPECT_EQ(nested.error().where, "wrong:3:3");
  EXPECT_FALSE(read_policy(policy_with("\"include\": \"gone\""), "top", load));
  const auto both =
      read_policy(policy_with("\"include\": \"base\", \"conditions\": {\"min_disk\": 9}, "
                              "\"choices\": [{\"model\": \"m\"}]"),
                  "top", load);
  ASSERT_TRUE(both) << to_text(both.error());
  ASSERT_EQ(both->choices.size(), 2u);
  EXPECT_EQ(both->choices[0].model, "m") << "the own choices go first";
  EXPECT_EQ(both->unknown, UnknownRule::deny);
  ASSERT_EQ(both->conditions.size(), 2u);
  EXPECT_EQ(both->conditions[0].number, 9) << "the own condition replaces the included one";
}

}  // namespace
}  // namespace weighin
