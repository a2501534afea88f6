// Is the best model made for the use, or else of the last season and the hardest at work?
#include "advise/ranking.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

Verdict of(const std::string& id, const std::string& release, double billions,
           double active_billions = 0) {
  Verdict made;
  made.model = id;
  made.modality = "text";
  made.release = release;
  made.parameters = Known<std::int64_t>::of(static_cast<std::int64_t>(billions * 1e9), "x");
  if (active_billions > 0) {
    made.active_parameters =
        Known<std::int64_t>::of(static_cast<std::int64_t>(active_billions * 1e9), "x");
  }
  return made;
}

std::string best(const std::vector<Verdict>& verdicts, const std::string& use = {},
                 const std::string& reference = {}) {
  std::vector<const Verdict*> candidates;
  for (const Verdict& each : verdicts) candidates.push_back(&each);
  const Verdict* found = best_of(candidates, use, reference);
  return found == nullptr ? "none" : found->model;
}

TEST(Ranking, OneOfALaterSeasonIsBetter) {
  EXPECT_EQ(best({of("gemma-2-9b", "2024-06-24", 9.24), of("qwen3.5-9b", "2026-03-02", 8.95)}),
            "qwen3.5-9b");
  EXPECT_EQ(best({}), "none");
}

TEST(Ranking, OfOneSeasonTheOneThatWorksMost) {
  EXPECT_EQ(best({of("sparse", "2026-04-02", 25.2, 3.8), of("dense", "2026-02-24", 26.9)}),
            "dense");
  Verdict nested = of("gemma-4-e4b", "2026-04-02", 7.5);
  nested.memory.weights_bytes = 100;
  nested.parts = {{"weights: per-layer embedding", 40, ""}, {"weights: attention", 60, ""}};
  EXPECT_NEAR(worked_parameters(nested), 4.5e9, 1e6);
  EXPECT_EQ(best({nested, of("qwen3.5-4b", "2026-03-02", 4.6)}), "qwen3.5-4b");
}

TEST(Ranking, TheSeasonIsThatOfTheNewestWhateverTheOrder) {
  const Verdict a = of("a", "2025-08", 117, 5), b = of("b", "2025-06", 109, 17),
                c = of("c", "2025-04", 123);
  EXPECT_EQ(best({a, b, c}), "b");
  EXPECT_EQ(best({c, b, a}), "b");
  EXPECT_EQ(best({b, c, a}), "b");
}

TEST(Ranking, OneThatWasMadeForTheUseUnlessAYearBehind) {
  const Verdict general = of("general", "2026-02-24", 7);
  EXPECT_EQ(best({general, of("x-coder", "2025-07-31", 7)}, "code"), "x-coder");
  EXPECT_EQ(best({general, of("x-coder", "2024-09-19", 7)}, "code"), "general");
  EXPECT_EQ(best({general, of("x-coder", "2025-07-31", 7)}, "summarize"), "general");
}

TEST(Ranking, TheReferenceDecidesBetweenEquals) {
  EXPECT_EQ(best({of("a", "2025-01", 7), of("b", "2025-01", 7)}, {}, "b"), "b");
  EXPECT_EQ(best({of("b", "2025-01", 7), of("a", "2025-01", 7)}, {}, "b"), "b");
}

TEST(Ranking, TwoYearsBehindTheNewestOfItsUseIsStale) {
  Verdict embedding = of("e", "2022-01", 0.1);
  embedding.modality = "embedding";
  const std::vector<Verdict> all{of("new", "2026-04-02", 7), of("old", "2023-02", 1), embedding};
  const Staleness text(all, {});
  EXPECT_FALSE(text.stale(all[0]));
  EXPECT_TRUE(text.stale(all[1]));
  EXPECT_FALSE(text.stale(of("not told", "", 1)));
  EXPECT_FALSE(Staleness(all, "embed").stale(embedding)) << "the newest of its kind";
}

}  // namespace
}  // namespace weighin
