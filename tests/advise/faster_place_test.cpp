// Is the faster of two places told by what was measured, and only by that?
#include "advise/faster_place.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "advise/devices.hpp"

namespace weighin {
namespace {

using test::device;
using test::rates;
using test::with_gpu;
using ::testing::HasSubstr;

PlaceSpeed speed(Range decode, Range prefill) { return {decode, prefill}; }

Measurements both(double cpu_gb, double gpu_gb) {
  Measurements made = rates(cpu_gb);
  const Measurements gpu = rates(gpu_gb, "gpu0");
  made.list.insert(made.list.end(), gpu.list.begin(), gpu.list.end());
  return made;
}

Placement choose(const DeviceProfile& profile, const Measurements& measurements,
                 const char* model = "llama-3.2-1b") {
  const AdviseOptions options;
  auto placement = choose_place(profile, test::model(model), options, options.plan, measurements);
  EXPECT_TRUE(placement);
  return placement ? *placement : Placement{};
}

TEST(FasterPlace, DecodeDecidesAndPrefillWhereItIsMuchTheSame) {
  const PlaceSpeed fast = speed({18, 20, 22}, {100, 110, 120});
  const PlaceSpeed slow = speed({8, 9, 10}, {900, 1000, 1100});
  EXPECT_EQ(compare_speeds(fast, slow), 1);
  EXPECT_EQ(compare_speeds(slow, fast), -1);
  const PlaceSpeed like = speed({15, 17, 25}, {900, 1000, 1100});
  EXPECT_EQ(compare_speeds(fast, like), -1) << "20 lies between 15 and 25: prompts decide";
  EXPECT_EQ(compare_speeds(fast, fast), 0);
  // An encoder writes nothing.
  EXPECT_EQ(compare_speeds({std::nullopt, fast.prefill}, {std::nullopt, like.prefill}), -1);
}

TEST(FasterPlace, WhatWasNotMeasuredIsNotCompared) {
  const PlaceSpeed known = speed({18, 20, 22}, {100, 110, 120});
  EXPECT_FALSE(compare_speeds(known, {}));
  EXPECT_FALSE(compare_speeds({}, known));
  EXPECT_FALSE(compare_speeds({}, {}));
  EXPECT_FALSE(compare_speeds(known, {std::nullopt, known.prefill}));
}

TEST(FasterPlace, ASharedGpuWinsWhereItIsFasterAndLosesWhereItIsSlower) {
  const DeviceProfile shared = with_gpu(device(20, 24), 16, 16, true);
  const Placement faster = choose(shared, both(20, 90));
  EXPECT_EQ(faster.place, "gpu0");
  EXPECT_THAT(faster.why, HasSubstr("on gpu0 rather than the CPU: by what was measured it writes"));
  const Placement slower = choose(shared, both(60, 15));
  EXPECT_EQ(slower.place, "cpu");
  EXPECT_THAT(slower.why, HasSubstr("on the CPU rather than gpu0: by what was measured it writes"));
}

TEST(FasterPlace, ACardThatIsSlowerThanTheCpuIsPassedOver) {
  const DeviceProfile old_card = with_gpu(device(20, 24), 7, 8);
  EXPECT_EQ(choose(old_card, both(80, 12)).place, "cpu");
  EXPECT_EQ(choose(old_card, both(80, 300)).place, "gpu0");
}

TEST(FasterPlace, WhereOneWasNotMeasuredARuleStandsInAndSaysSo) {
  const DeviceProfile shared = with_gpu(device(20, 24), 16, 16, true);
  for (const Measurements& some : {Measurements{}, rates(20), rates(90, "gpu0")}) {
    const Placement placement = choose(shared, some);
    EXPECT_EQ(placement.place, "cpu");
    EXPECT_THAT(placement.why, HasSubstr("on the CPU rather than gpu0 by rule"));
  }
  const Placement card = choose(with_gpu(device(20, 24), 7, 8), {});
  EXPECT_EQ(card.place, "gpu0");
  EXPECT_THAT(card.why, HasSubstr("on gpu0 rather than the CPU by rule"));
  EXPECT_EQ(choose(device(20, 24), rates(20)).why, "") << "there is one place";
}

TEST(FasterPlace, AFasterPlaceWithoutHeadroomIsNone) {
  // 20 GiB hold 7B with headroom; 4.6 of a card do not.
  const Placement placement =
      choose(with_gpu(device(20, 24), 4.6, 6), both(20, 300), "llama-3.1-8b");
  EXPECT_NE(placement.place, "gpu0");
  EXPECT_EQ(placement.fit(), Fit::fits);
}

}  // namespace
}  // namespace weighin
