// Does a block that is slower than its parts make a prediction slower, and noise none?
#include "advise/block_ratio.hpp"

#include <gtest/gtest.h>

#include "weighin/advise.hpp"

namespace weighin {
namespace {

Measurement rate(const char* name, const char* format, double per_second, bool operations = false) {
  Measurement made;
  made.name = name;
  made.format = format;
  made.isa = "avx2";
  made.threads = 2;
  (operations ? made.operations_per_second : made.bytes_per_second) =
      Range{per_second, per_second, per_second};
  made.status = BenchStatus::ok;
  return made;
}

/// 34.2 MB of weights at 34.2 GB/s and 4.2 million multiply-adds at 4.2 G/s: 2 ms; barriers are
/// almost free.
Measurements machine(double block_seconds) {
  constexpr double kWeights = 60.8174e6 * 4.5 / 8;
  Measurements made;
  made.list = {rate("decode q4_k", "Q4_K", 1e3 * kWeights),
               rate("attention f16", "F16", 4194304e3 / 2), rate("barrier", "", 1e9, true),
               rate("block dense", "Q4_K", kWeights / block_seconds)};
  return made;
}

TEST(BlockRatio, IsTheTimeOfTheWholeOverThatOfItsParts) {
  EXPECT_NEAR(block_ratio(machine(2e-3)).value(), 1.0, 0.001);
  EXPECT_NEAR(block_ratio(machine(3e-3)).value(), 1.5, 0.001);
}

TEST(BlockRatio, WithoutAFigureThereIsNone) {
  for (std::size_t i = 0; i < 4; ++i) {
    Measurements some = machine(2e-3);
    some.list.erase(some.list.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(block_ratio(some)) << i;
  }
  EXPECT_FALSE(block_ratio({}));
}

TEST(BlockRatio, NoiseWidensAndMoreCorrects) {
  const BlockCorrection noise = block_correction(1.1, 1.0);
  EXPECT_DOUBLE_EQ(noise.factor, 1.0);
  EXPECT_NEAR(noise.above, 0.05, 1e-9);
  EXPECT_EQ(noise.below, 0.0);
  const BlockCorrection slow = block_correction(2.5, 1.0);
  EXPECT_DOUBLE_EQ(slow.factor, 2.0);
  EXPECT_GT(slow.above, noise.above);
  const BlockCorrection fast = block_correction(0.4, 1.0);
  EXPECT_DOUBLE_EQ(fast.factor, 0.5);
  EXPECT_GT(fast.below, 0.0);
  for (const BlockCorrection& none : {block_correction(std::nullopt, 1.0), block_correction(2, 0)})
    EXPECT_EQ(none.factor, 1.0);
}

// The same machine, but time goes by between a block's operations: tokens take longer by as much.
TEST(BlockRatio, ASlowBlockMakesTokensSlow) {
  TokenWork work;
  work.formats = {{"Q4_K", kGB, kGB * 16 / 9, 100}};
  work.layers = 20;
  SpeedQuestion question;
  question.repack = "amx";
  question.vendor = "Intel";
  question.microarchitecture = "Sapphire Rapids";
  const auto predicted = [&](double block_seconds) {
    Measurements all = machine(block_seconds);
    all.list.push_back(rate("prefill q4_k", "Q4_K", 800e9, true));
    for (Measurement& each : all.list) each.isa = "avx512_vnni";
    return predict_speeds(work, question, all).decode->range;
  };
  const Range usual = predicted(0.88 * 2e-3), slow = predicted(0.88 * 5e-3);
  EXPECT_NEAR(slow.mid, usual.mid / 2, 0.01 * usual.mid);
  EXPECT_LT(slow.low, usual.low / 2);
}

}  // namespace
}  // namespace weighin
