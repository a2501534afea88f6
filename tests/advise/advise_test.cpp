// What would an expert recommend on each of these devices, and do we?
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "advise/devices.hpp"

namespace weighin {
namespace {

using test::device;
using test::rates;
using test::with_gpu;

std::string advised_class(const DeviceProfile& profile, const Measurements& measurements = {}) {
  return advise(profile, test::catalogue().models, {}, measurements)
      .recommendation.size_class.value_or("none");
}

TEST(Advise, EveryModelGetsAVerdictInTheirOrder) {
  const Advice advice = advise(device(16, 24), test::catalogue().models, {}, rates(45));
  ASSERT_EQ(advice.verdicts.size(), test::catalogue().models.size());
  for (std::size_t i = 0; i < advice.verdicts.size(); ++i) {
    const Verdict& verdict = advice.verdicts[i];
    EXPECT_EQ(verdict.model, test::catalogue().models[i].id);
    EXPECT_EQ(verdict.fit == Fit::fits, verdict.reasons.empty()) << verdict.model;
    EXPECT_FALSE(verdict.name.empty()) << verdict.model;
  }
}

TEST(Advise, TheRecommendedModelIsAVerdictThatFits) {
  const Advice advice = advise(device(16, 24), test::catalogue().models, {}, rates(45));
  const Recommendation& recommendation = advice.recommendation;
  bool found = false;
  for (const Verdict& verdict : advice.verdicts) {
    if (verdict.model != recommendation.model) continue;
    found = true;
    EXPECT_EQ(verdict.fit, Fit::fits);
    EXPECT_EQ(verdict.size_class, *recommendation.size_class);
    EXPECT_GE(verdict.decode_tokens_per_second->range.mid, kComfortTokensPerSecond);
  }
  EXPECT_TRUE(found);
  EXPECT_NE(recommendation.runner_up, recommendation.model);
}

// Two cores and 45 GB/s: 7B at Q4_K_M takes 5 GiB and reads 4.4 GB a token,
// about 8 tokens a second; 14B would read 9 GB, less than 5 a second.
TEST(Advise, ADesktopWithoutGpu) { EXPECT_EQ(advised_class(device(22, 24), rates(45)), "7B"); }
// 8 GB laptop, 5.5 GiB free: 4B takes 3 GiB; 7B takes 5.2 GiB and leaves no
// headroom.
TEST(Advise, AnEightGigabyteLaptop) { EXPECT_EQ(advised_class(device(5.2, 7.6), rates(30)), "4B"); }
// 12 GiB of VRAM: 14B at Q4_K_M takes 9.8 GiB and fits; 24B would take 15.
TEST(Advise, AGamingComputer) {
  EXPECT_EQ(advised_class(with_gpu(device(12, 16), 11.5, 12)), "14B");
}
// 80 GiB of VRAM: 70B takes 42 GiB; 120B takes 70 and more with its cache.
TEST(Advise, ADataCentreGpu) {
  const std::string name = advised_class(with_gpu(device(100, 128), 79, 80));
  EXPECT_TRUE(name == "70B" || name == "120B") << name;
}
// A board of 1 GiB: half a billion parameters take about 0.5 GiB.
TEST(Advise, ASmallBoard) {
  const std::string name = advised_class(device(0.7, 1), rates(4));
  EXPECT_TRUE(name == "350M" || name == "0.5B") << name;
}
TEST(Advise, NothingAtAll) { EXPECT_EQ(advised_class(device(0.01, 0.03)), "none"); }

// The rank of the advised class among all of them, 1 the smallest, as memory doubles.
std::vector<std::size_t> ranks_by_memory(const Measurements& measurements) {
  std::vector<std::size_t> ranks;
  for (double gib = 0.5; gib < 600; gib *= 2) {
    const std::string name = advised_class(device(gib, 1024), measurements);
    std::size_t rank = 0;
    for (std::size_t i = 0; i < size_classes().size(); ++i) {
      if (size_classes()[i].name == name) rank = i + 1;
    }
    ranks.push_back(rank);
  }
  return ranks;
}

TEST(Advise, MoreMemoryNeverLowersTheClass) {
  // Eight servers' worth of bandwidth: memory alone decides.
  const auto ranks = ranks_by_memory(rates(2000));
  EXPECT_TRUE(std::is_sorted(ranks.begin(), ranks.end()));
  EXPECT_GE(ranks.back(), 14u);
}

// What was not measured is promised no server's bandwidth: the class rises, and stops before 70B.
TEST(Advise, UnmeasuredMemoryRaisesTheClassOnlySoFar) {
  const auto ranks = ranks_by_memory({});
  EXPECT_TRUE(std::is_sorted(ranks.begin(), ranks.end()));
  EXPECT_GE(ranks.back(), 9u);
  ASSERT_LE(ranks.back(), size_classes().size());
  EXPECT_LT(size_classes()[ranks.back() - 1].from, 70'000'000'000);
}

TEST(Advise, SameInputSameAdvice) {
  const Advice a = advise(device(16, 24), test::catalogue().models, {}, rates(45));
  const Advice b = advise(device(16, 24), test::catalogue().models, {}, rates(45));
  EXPECT_EQ(a.recommendation.model, b.recommendation.model);
  EXPECT_EQ(a.recommendation.why, b.recommendation.why);
}

}  // namespace
}  // namespace weighin
