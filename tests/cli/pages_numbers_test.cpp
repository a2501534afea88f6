// Do the pages about numbers add up, and are all topics there?
#include "cli/pages.hpp"
#include "tests/cli/pages_input.hpp"

namespace weighin {
namespace {

using test::expect_says;
using test::page;

TEST(PagesNumbers, HasAPageForEveryTopic) {
  EXPECT_EQ(topics().size(), 9u);
  EXPECT_EQ(find_topic("boxing"), nullptr);
  for (const Topic& each : topics())
    EXPECT_GT(page(each.name, "gemma-2b").size(), 200u) << each.name;
}

TEST(PagesNumbers, ClassesShowNeedsAtThreeContexts) {
  const std::string classes = page("classes", "llama-3.1-8b");
  expect_says(classes, "128k");
  expect_says(classes, "llama-3.1-405b");
}

TEST(PagesNumbers, DownloadIsTheEstimatesOwn) {
  expect_says(page("download", "gemma-2b"), "= files of the model");
}

TEST(PagesNumbers, MemoryGrowsWithTheContext) {
  const std::string memory = page("memory", "llama-3.2-3b");
  expect_says(memory, "131072");
  expect_says(memory, "KV cache");
}

TEST(PagesNumbers, SpeedIsNotGuessed) {
  expect_says(page("speed", "llama-3.2-3b"), "On this device it is not known");
}

}  // namespace
}  // namespace weighin
