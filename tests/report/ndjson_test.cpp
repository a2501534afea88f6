// Is every line a verdict by itself?
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "report/sample.hpp"

namespace weighin {
namespace {

TEST(Ndjson, OneVerdictALine) {
  std::istringstream lines(find_output("ndjson")->render(test::sample_report(), {}));
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_TRUE(nlohmann::json::parse(line).contains("verdict"));
  }
  EXPECT_EQ(count, test::sample_report().advice.verdicts.size());
}

}  // namespace
}  // namespace weighin
