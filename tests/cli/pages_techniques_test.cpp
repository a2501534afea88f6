// Do the pages about techniques hold this very model's numbers?
#include "cli/pages.hpp"
#include "tests/cli/pages_input.hpp"

namespace weighin {
namespace {

using test::expect_says;
using test::page;

TEST(PagesTechniques, QuantizationShowsWhatFitsHere) {
  const std::string small = page("quantization", "llama-3.1-8b", 6);
  expect_says(small, "Q4_K_M");
  expect_says(small, "fits");
  expect_says(small, "no");
  EXPECT_NE(small, page("quantization", "llama-3.1-8b", 64));
}

TEST(PagesTechniques, AdaptersAreOfTheModelsOwnWidths) {
  // 921600 parameters of 16 bits for Gemma 2B at rank 8 on q and v.
  expect_says(page("lora", "gemma-2b"), "1.84 MB");
}

TEST(PagesTechniques, PruningSaysWhatDoesNotShrink) {
  expect_says(page("pruning", "llama-3.2-1b"), "stored as they are");
}

TEST(PagesTechniques, DistillationNamesStudents) {
  expect_says(page("distillation", "deepseek-r1"), "deepseek-r1-distill-qwen-1.5b");
  expect_says(page("distillation", "gemma-2b"), "distilbert-base-uncased");
}

TEST(PagesTechniques, SharingCountsUniqueWeights) {
  expect_says(page("sharing", "gemma-2b"), "2.51B");
  expect_says(page("sharing", "gemma-4-e2b"), "20 layers use keys and values");
}

}  // namespace
}  // namespace weighin
