// Are policies found beside each other, and does a gate keep its time?
#include "session/gate_session.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/support.hpp"

namespace weighin {
namespace {

class PolicyFolder {
 public:
  PolicyFolder()
      : path_(std::filesystem::temp_directory_path() /
              ("weighin-gate-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~PolicyFolder() {
    std::error_code none;
    std::filesystem::remove_all(path_, none);
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

TEST(GateSession, IncludesAreFoundBesideTheirFileAndACycleIsSeen) {
  const PolicyFolder folder;
  GateOptions options;
  options.policy_file =
      folder.write("app.json", R"({"schema": "weighin/policy/1", "include": "more/base.json"})");
  folder.write("more/base.json",
               R"({"schema": "weighin/policy/1", "choices": [{"model": "smollm2-135m"}]})");
  const auto policy = load_policy(options);
  ASSERT_TRUE(policy) << to_text(policy.error());
  EXPECT_EQ(policy->choices.size(), 1u);
  folder.write("more/base.json", R"({"schema": "weighin/policy/1", "include": "../app.json"})");
  const auto cycle = load_policy(options);
  ASSERT_FALSE(cycle);
  EXPECT_EQ(cycle.error().kind, ErrorKind::data);
  EXPECT_NE(cycle.error().what.find("includes itself"), std::string::npos)
      << to_text(cycle.error());
  options.policy_file = "/nowhere/at/all.json";
  EXPECT_EQ(load_policy(options).error().kind, ErrorKind::no_input);
}

TEST(GateSession, OptionsMakeAPolicy) {
  GateOptions options;
  options.models = {"gemma-2b"};
  options.conditions = {
      {"min_vram", "6GiB"}, {"instruction_sets", "avx2,fma"}, {"on_battery", "no"}};
  options.demands.min_decode_tokens_per_second = 5;
  const auto policy = load_policy(options);
  ASSERT_TRUE(policy) << to_text(policy.error());
  EXPECT_EQ(policy->name, "options");
  ASSERT_EQ(policy->choices.size(), 1u);
  EXPECT_EQ(policy->choices[0].conditions.size(), 4u);
  options.conditions = {{"min_vram", "many"}};
  EXPECT_EQ(load_policy(options).error().kind, ErrorKind::usage);
}

TEST(GateSession, AModelThatNobodyKnowsIsTheAuthorsMistake) {
  GateOptions options;
  options.policy_text =
      "{\"schema\": \"weighin/policy/1\",\n \"choices\": [{\"model\": \"gema-2b\"}]}";
  const auto policy = load_policy(options);
  ASSERT_TRUE(policy) << to_text(policy.error());
  const auto catalogue =
      read_catalogue(test::slurp(test::source_folder() / "models.json"), "models.json");
  ASSERT_TRUE(catalogue);
  const auto models = load_policy_models(*policy, options, *catalogue);
  ASSERT_FALSE(models);
  EXPECT_EQ(models.error().kind, ErrorKind::data);
  EXPECT_EQ(models.error().where, "policy:2:14");
  EXPECT_NE(models.error().hint.find("gemma"), std::string::npos) << models.error().hint;
}

}  // namespace
}  // namespace weighin
