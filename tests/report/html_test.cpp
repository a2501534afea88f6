// Does the page stand alone, and does no name become code?
#include <gtest/gtest.h>

#include <vector>

#include "report/sample.hpp"

namespace weighin {
namespace {

TEST(Html, NeedsNothingFromElsewhere) {
  const std::string page = find_output("html")->render(test::sample_report(), {});
  for (const char* word : {"<script", "http://", "https://", "src=", "@import", "url("})
    EXPECT_EQ(page.find(word), std::string::npos) << word;
  for (const char* word : {"<!doctype html>", "Your size class: 8B", "prefers-color-scheme:dark",
                           "Qwen3 32B", "class=\"pick\"", "</html>"}) {
    EXPECT_NE(page.find(word), std::string::npos) << word;
  }
}

TEST(Html, NamesAreEscaped) {
  Report report = test::sample_report();
  report.asked = true;
  report.profile.gpus[0].name = "<script>alert(1)</script>";
  report.profile.gpu_faults[0].why = "\"'><b onclick=x>";
  report.advice.verdicts[1].name = "</table><img>";
  report.advice.verdicts[2].to_make_it_fit[0].change = "<i>&";
  const std::string page = find_output("html")->render(report, {});
  for (const char* word : {"<script", "<b onclick", "</table><img>", "<i>&"})
    EXPECT_EQ(page.find(word), std::string::npos) << word;
}

TEST(Html, ElementsAreClosed) {
  Report report = test::sample_report();
  for (const bool asked : {false, true}) {
    report.asked = asked;
    const std::string page = find_output("html")->render(report, {});
    std::vector<std::string> open;
    for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
      const std::size_t end = page.find_first_of(" >", at);
      const std::string name = page.substr(at + 1, end - at - 1);
      if (name == "!doctype" || name == "meta") continue;
      if (name[0] != '/') {
        open.push_back(name);
        continue;
      }
      ASSERT_FALSE(open.empty());
      EXPECT_EQ("/" + open.back(), name);
      open.pop_back();
    }
    EXPECT_TRUE(open.empty());
  }
}

}  // namespace
}  // namespace weighin
