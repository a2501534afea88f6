// Is every condition of a policy an option of the gate too?
#include "session/gate_options.hpp"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include <algorithm>

namespace weighin {
namespace {

TEST(GateOptions, EveryConditionIsAnOption) {
  CLI::App app;
  GateOptions options;
  add_gate_options(app, options);
  add_demand_options(app, options);
  add_device_options(app, options);
  for (const ConditionInfo& info : condition_list()) {
    std::string name = "--" + std::string(info.key);
    std::replace(name.begin(), name.end(), '_', '-');
    EXPECT_NE(app.get_option_no_throw(name), nullptr) << name;
  }
  app.parse("--min-vram 6GiB --on-battery no --strict --budget-ms 500 --what-if ram=8GiB");
  EXPECT_EQ(options.conditions.at("min_vram"), "6GiB");
  EXPECT_EQ(options.conditions.at("on_battery"), "no");
  EXPECT_TRUE(options.strict);
  EXPECT_DOUBLE_EQ(options.budget_milliseconds, 500);
  EXPECT_EQ(options.what_if, "ram=8GiB");
  EXPECT_THROW(app.parse("--budget-ms 0"), CLI::ParseError);
}

TEST(GateOptions, AGpuIsAskedForOrChosen) {
  GateOptions options;
  options.gpus = {"yes", "1"};
  take_gpu_condition(options);
  EXPECT_EQ(options.conditions.at("gpu"), "yes");
  EXPECT_EQ(options.gpus, std::vector<std::string>{"1"});
}

}  // namespace
}  // namespace weighin
