// Does the predicted speed follow from what was measured, and from nothing else?
#include "advise/speed.hpp"

#include <gtest/gtest.h>

#include "advise/engine_profiles.hpp"

namespace weighin {
namespace {

Measurement read_rate(const char* name, const char* format, double gb, const char* place = "cpu") {
  Measurement made;
  made.name = name;
  made.format = format;
  made.place = place;
  made.threads = 2;
  made.isa = "avx2";
  made.bytes_per_second = Range{0.98e9 * gb, 1e9 * gb, 1.01e9 * gb};
  made.status = BenchStatus::ok;
  return made;
}

TokenWork work(const char* format, Bytes bytes) {
  TokenWork made;
  made.formats = {{format, bytes, bytes * 16 / 9, 100}};
  made.layers = 20;
  made.values = 300;
  return made;
}

SpeedQuestion ask(const char* place, std::int64_t context, std::int64_t prompt_tokens = 512) {
  SpeedQuestion question;
  question.place = place;
  question.context = context;
  question.prompt_tokens = prompt_tokens;
  return question;
}

TEST(Speed, NothingMeasuredIsNothingKnown) {
  const Speeds speeds = predict_speeds(work("Q4_0", kGB), ask("cpu", 4096), {});
  ASSERT_FALSE(speeds.decode);
  EXPECT_EQ(speeds.decode.status, Status::skipped);
  EXPECT_FALSE(speeds.prefill);
  EXPECT_FALSE(speeds.first_token);
  EXPECT_FALSE(speeds.load);
}

// 6 GB from storage that gives 2 GB/s: three seconds at the very least, and more with copies.
TEST(Speed, LoadingIsReadingTheFileAndRepackingIt) {
  Measurement storage = read_rate("storage read", "", 2, "storage");
  Measurements measurements{{storage, read_rate("memory read", "", 30)}, {}};
  SpeedQuestion question = ask("cpu", 4096);
  EXPECT_FALSE(predict_speeds(work("Q4_0", kGB), question, measurements).load);
  question.file_bytes = 6 * kGB;
  const Known<Speed> plain = predict_speeds(work("Q4_0", kGB), question, measurements).load;
  ASSERT_TRUE(plain);
  EXPECT_GE(plain->range.low, 6 / 2.02);
  EXPECT_LT(plain->range.low, plain->range.mid);
  EXPECT_LT(plain->range.mid, plain->range.high);
  EXPECT_EQ(plain->known_by, KnownBy::computed);
  question.repacked_bytes = 6 * kGB;
  const Known<Speed> repacked = predict_speeds(work("Q4_0", kGB), question, measurements).load;
  EXPECT_GT(repacked->range.low, plain->range.low);
  EXPECT_GT(repacked->range.high, plain->range.high);
}

TEST(Speed, AFailedMeasurementIsNone) {
  Measurements measurements{{read_rate("decode q4_0", "Q4_0", 40)}, {}};
  measurements.list[0].status = BenchStatus::error;
  EXPECT_FALSE(predict_speeds(work("Q4_0", kGB), ask("cpu", 4096), measurements).decode);
  measurements.list[0].status = BenchStatus::ok;
  measurements.list[0].bytes_per_second = Range{0, 0, 0};
  EXPECT_FALSE(predict_speeds(work("Q4_0", kGB), ask("cpu", 4096), measurements).decode);
}

TEST(Speed, IsArithmeticAndWhatEveryValueCosts) {
  Measurement prefill = read_rate("prefill q4_0", "Q4_0", 0);
  prefill.bytes_per_second.reset();
  prefill.operations_per_second = Range{392e9, 400e9, 404e9};
  const Measurements measurements{
      {read_rate("decode q4_0", "Q4_0", 4000), read_rate("memory read", "", 5000), prefill}, {}};
  const TokenWork token = work("Q4_0", 4 * kGB);
  const Speeds speeds = predict_speeds(token, ask("cpu", 4096), measurements);
  ASSERT_TRUE(speeds.decode);
  // Two operations a weight, at the engine's share of our prefill's rate.
  const double share =
      engine_share({"llama.cpp", "avx2", "", "", ""}, "Q4_0", EnginePart::decode)->share;
  const double value = engine_cost({"llama.cpp", "avx2", "", "", ""}).value_seconds;
  const double seconds = 2.0 * static_cast<double>(token.formats[0].weights) / 400e9 / share;
  EXPECT_NEAR(speeds.decode->range.mid, 1 / (seconds + 300 * value), 1e-4);
  EXPECT_LT(speeds.decode->range.low, speeds.decode->range.mid);
  EXPECT_GT(speeds.decode->range.high, speeds.decode->range.mid);
  EXPECT_EQ(speeds.decode->known_by, KnownBy::measured);
}

TEST(Speed, IsBoundByMemoryWhereCoresAreMany) {
  Measurement prefill = read_rate("prefill q4_0", "Q4_0", 0);
  prefill.bytes_per_second.reset();
  prefill.operations_per_second = Range{9e12, 10e12, 11e12};
  const Measurements measurements{{read_rate("memory read", "", 40), prefill}, {}};
  const Speeds speeds = predict_speeds(work("Q4_0", 4 * kGB), ask("cpu", 4096), measurements);
  ASSERT_TRUE(speeds.decode);
  EXPECT_LT(speeds.decode->range.mid, 10.0);
  EXPECT_GT(speeds.decode->range.mid, 8.0);
  EXPECT_EQ(speeds.decode->bound_by, "memory bandwidth");
}

TEST(Speed, TheBestThreadCountCounts) {
  const Measurements measurements{
      {read_rate("decode q4_0", "Q4_0", 20), read_rate("decode q4_0", "Q4_0", 40)}, {}};
  const Measurements best{{read_rate("decode q4_0", "Q4_0", 40)}, {}};
  const auto mid = [](const Measurements& of) {
    return predict_speeds(work("Q4_0", 4 * kGB), ask("cpu", 4096), of).decode->range.mid;
  };
  EXPECT_DOUBLE_EQ(mid(measurements), mid(best));
}

TEST(Speed, AKinsRateIsComputedAndWider) {
  const Measurements measurements{{read_rate("decode q4_0", "Q4_0", 40)}, {}};
  const auto own = predict_speeds(work("Q4_0", 4 * kGB), ask("cpu", 4096), measurements).decode;
  const auto kin = predict_speeds(work("Q4_K", 4 * kGB), ask("cpu", 4096), measurements).decode;
  ASSERT_TRUE(kin);
  EXPECT_EQ(kin->known_by, KnownBy::computed);
  EXPECT_EQ(kin.confidence, Confidence::medium);
  EXPECT_GT(kin->range.high / kin->range.low, own->range.high / own->range.low);
}

TEST(Speed, TheReadRateAloneGivesTheWidestRange) {
  const Measurements measurements{{read_rate("memory read", "", 50)}, {}};
  const auto speed = predict_speeds(work("Q4_K", 4 * kGB), ask("cpu", 4096), measurements).decode;
  ASSERT_TRUE(speed);
  EXPECT_GT(speed->range.high / speed->range.low, 2.0);
  EXPECT_LE(speed->range.high, 50e9 / 4e9);
}

TEST(Speed, AnotherPlacesRatesAreNotOurs) {
  const Measurements measurements{{read_rate("decode q4_0", "Q4_0", 400, "gpu0")}, {}};
  EXPECT_FALSE(predict_speeds(work("Q4_0", kGB), ask("cpu", 4096), measurements).decode);
  EXPECT_TRUE(predict_speeds(work("Q4_0", kGB), ask("gpu0", 4096), measurements).decode);
}

TEST(Speed, ALongCacheSlowsTheLowEndMost) {
  const Measurements measurements{
      {read_rate("decode q4_0", "Q4_0", 40), read_rate("memory read", "", 50)}, {}};
  TokenWork deep = work("Q4_0", kGB);
  deep.attention_products_per_cell = 114688;
  const auto flat = *predict_speeds(work("Q4_0", kGB), ask("cpu", 32768), measurements).decode;
  const auto full = *predict_speeds(deep, ask("cpu", 32768), measurements).decode;
  EXPECT_NEAR(full.range.high, flat.range.high, 1e-9) << "an empty cache costs nothing";
  EXPECT_LT(full.range.mid, flat.range.mid);
  EXPECT_LT(full.range.low, 0.5 * flat.range.low);
  TokenWork sliding = work("Q4_0", kGB);
  sliding.attention_products_sliding_per_cell = 114688;
  sliding.sliding_window = 512;
  EXPECT_GT(predict_speeds(sliding, ask("cpu", 32768), measurements).decode->range.low,
            full.range.low);
}

TEST(Speed, UnstableMeasurementsAreSaid) {
  Measurements measurements{{read_rate("decode q4_0", "Q4_0", 40)}, {}};
  measurements.list[0].status = BenchStatus::unstable;
  const Speeds speeds = predict_speeds(work("Q4_0", kGB), ask("cpu", 4096), measurements);
  EXPECT_TRUE(speeds.unstable);
  EXPECT_EQ(speeds.decode.confidence, Confidence::low);
}

TEST(Speed, AModelThatWritesNoTokensHasNoDecodeSpeed) {
  const Measurements measurements{{read_rate("decode q4_0", "Q4_0", 40)}, {}};
  EXPECT_EQ(predict_speeds({}, ask("cpu", 512), measurements).decode.status, Status::unsupported);
}

TEST(Speed, PrefillFromMatrixMatrixRates) {
  Measurement product = read_rate("prefill q4_0", "Q4_0", 1);
  product.bytes_per_second.reset();
  product.operations_per_second = Range{390e9, 400e9, 410e9};
  Demands demands;
  demands.prompt_tokens = 512;
  TokenWork two = work("Q4_0", kGB);
  two.formats[0].weights = 2000000000;
  const Speeds speeds =
      predict_speeds(two, ask("cpu", 4096, demands.prompt_tokens), Measurements{{product}, {}});
  ASSERT_TRUE(speeds.prefill);
  // 4e9 operations at 400e9 a second and the engine's share; the graph's values are spread over
  // the prompt.
  const double share =
      engine_share({"llama.cpp", "avx2", "", "", ""}, "Q4_0", EnginePart::prefill)->share;
  const double value = 300 * engine_cost({"llama.cpp", "avx2", "", "", ""}).value_seconds / 512;
  EXPECT_NEAR(speeds.prefill->range.mid, 1 / (0.01 / share + value), 1e-9);
  ASSERT_TRUE(speeds.first_token);
  EXPECT_NEAR(speeds.first_token->range.mid, 512 / speeds.prefill->range.mid, 1e-9);
  EXPECT_GT(speeds.first_token->range.high, speeds.first_token->range.mid)
      << "the bad end is the long one";
}

TEST(Speed, TheOutputMatrixMeetsOneTokenOfAPrompt) {
  Measurement product = read_rate("prefill q4_0", "Q4_0", 1);
  product.bytes_per_second.reset();
  product.operations_per_second = Range{390e9, 400e9, 410e9};
  const Measurements measurements{{product}, {}};
  TokenWork plain = work("Q4_0", kGB), tied = plain;
  tied.formats.push_back({"Q4_0", kGB, 16 * kGB / 9, 1, false, true});
  const auto one = predict_speeds(plain, ask("cpu", 4096), measurements).prefill;
  const auto both = predict_speeds(tied, ask("cpu", 4096), measurements).prefill;
  EXPECT_NEAR(one->range.mid / both->range.mid, 1 + 1.0 / 512, 1e-4);
}

TEST(Speed, AnEnginesRatioIsTakenAndNamed) {
  Measurements measurements{{read_rate("decode q4_0", "Q4_0", 40)}, {}};
  const auto bare = predict_speeds(work("Q4_0", kGB), ask("cpu", 4096), measurements).decode;
  measurements.calibrations = {{"llama.cpp", "b1", "some-model", "Q4_0", "decode", 0.5},
                               {"llama.cpp", "b1", "some-model", "Q4_0", "prefill", 3.0},
                               {"another", "b1", "some-model", "Q4_0", "decode", 4.0}};
  const auto learnt = predict_speeds(work("Q4_0", kGB), ask("cpu", 4096), measurements).decode;
  EXPECT_NEAR(learnt->range.mid, 0.5 * bare->range.mid, 1e-9);
  EXPECT_NEAR(learnt->range.low, 0.5 * bare->range.low, 1e-9);
  EXPECT_NE(learnt.source.find("some-model"), std::string::npos) << learnt.source;
  EXPECT_EQ(bare.source.find("verify"), std::string::npos);
}

TEST(Speed, TheTermsAddUpToTheTime) {
  const Measurements measurements{
      {read_rate("decode q4_0", "Q4_0", 40), read_rate("memory read", "", 50)}, {}};
  TokenWork all = work("Q4_0", kGB);
  all.attention_products_per_cell = 1 << 20;
  all.state_bytes = 1 << 20;
  SpeedQuestion question = ask("cpu", 4096);
  question.depth = 1000;
  const auto terms = speed_terms(all, question, measurements, false, 1000);
  ASSERT_TRUE(terms);
  double sum = 0;
  for (const SpeedTerm& term : *terms) {
    sum += term.seconds.mid;
    EXPECT_LE(term.seconds.low, term.seconds.mid) << term.what;
    EXPECT_GE(term.seconds.high, term.seconds.mid) << term.what;
  }
  EXPECT_EQ(terms->size(), 4u) << "the matrices, attention, the state, the graph's values";
  EXPECT_NEAR(1 / predict_speeds(all, question, measurements).decode->range.mid, sum, 1e-12);
}

}  // namespace
}  // namespace weighin
