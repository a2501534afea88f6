// Is the page whole, and does no name start markup?
#include <gtest/gtest.h>

#include "report/golden.hpp"
#include "report/sample.hpp"

namespace weighin {
namespace {

TEST(Markdown, Golden) {
  test::expect_golden("report.md", find_output("markdown")->render(test::sample_report(), {}));
}

TEST(Markdown, NamesAreText) {
  Report report = test::sample_report();
  report.profile.gpus[0].name = "a|b <img src=x> [c](d)";
  const std::string page = find_output("markdown")->render(report, {});
  EXPECT_NE(page.find("a\\|b \\<img"), std::string::npos) << page;
  EXPECT_EQ(page.find("[c](d)"), std::string::npos);
}

}  // namespace
}  // namespace weighin
