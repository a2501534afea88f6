// Does the speed on GPUs, and between GPU and CPU, follow from what was measured at each place?
//
// The measurements are made up: round figures of the size that a desktop's card, its link and its
// processor have.
#include "advise/speed_gpu.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "advise/devices.hpp"
#include "advise/place.hpp"

namespace weighin {
namespace {

using ::testing::HasSubstr;

constexpr double kGb = 1e9, kTera = 1e12;

Measurement figure(const char* place, const char* name, const char* format, double rate,
                   bool bytes = true) {
  Measurement made;
  made.place = place;
  made.name = name;
  made.format = format;
  made.isa = place == std::string("cpu") ? "avx2" : "vulkan";
  made.status = BenchStatus::ok;
  made.threads = place == std::string("cpu") ? 8 : 0;
  (bytes ? made.bytes_per_second : made.operations_per_second) = Range{rate, rate, rate};
  return made;
}

/// A card: 400 GB/s, 360 with Q4_0; 2 us a dispatch, 50 us a submit; a link of `link` GB/s.
void add_gpu(Measurements& to, const char* place, double gb = 400, double link = 12) {
  for (Measurement& each : std::vector<Measurement>{
           figure(place, "memory read", "", gb * kGb),
           figure(place, "decode q4_0", "Q4_0", 0.9 * gb * kGb),
           figure(place, "decode q4_k", "Q4_K", 0.85 * gb * kGb),
           figure(place, "decode q6_k", "Q6_K", 0.85 * gb * kGb),
           figure(place, "attention f16", "F16", 0.75 * gb * kGb),
           figure(place, "prefill f16", "F16", 20 * kTera, false),
           figure(place, "prefill q8_0", "Q8_0", 30 * kTera, false),
           figure(place, "dispatch", "", 500e3, false), figure(place, "submit", "", 20e3, false),
           figure(place, "transfer to device", "", link * kGb),
           figure(place, "transfer to host", "", link * kGb)}) {
    to.list.push_back(std::move(each));
  }
}

/// Eight cores before 40 GB/s, and a disk of 2 GB/s.
void add_cpu(Measurements& to) {
  for (const char* format : {"Q4_0", "Q4_K", "Q6_K", "Q8_0", "F16"}) {
    to.list.push_back(figure("cpu", "decode", format, 38 * kGb));
    to.list.push_back(figure("cpu", "prefill", format, 1 * kTera, false));
  }
  to.list.push_back(figure("cpu", "memory read", "", 40 * kGb));
  to.list.push_back(figure("cpu", "attention f16", "F16", 25 * kGb));
  to.list.push_back(figure("cpu", "attention prefill f16", "F16", 400 * kGb, false));
  to.list.push_back(figure("storage", "storage read", "", 2 * kGb));
}

TokenWork work_of_32(const char* format, Bytes bytes) {
  TokenWork made;
  made.formats = {{format, bytes, bytes * 16 / 9, 100}};
  made.layers = 32;
  made.values = 600;
  return made;
}

SpeedQuestion ask(const char* place) {
  SpeedQuestion question;
  question.place = place;
  question.activation_bytes = 16384;
  question.logits_bytes = 128000;
  question.depth = 0;
  return question;
}

SpeedPart part(const char* place, double share, std::int64_t layers, bool output) {
  return {place, {place[0] == 'g' ? 0 : -1, layers, share, share, share, share, 0, output}};
}

double decode_seconds(const TokenWork& of, const SpeedQuestion& question,
                      const Measurements& measurements) {
  const Speeds speeds = predict_speeds(of, question, measurements);
  EXPECT_TRUE(speeds.decode) << speeds.decode.why;
  return speeds.decode ? 1 / speeds.decode->range.mid : 0.0;
}

TEST(SpeedGpu, OneGpuByHand) {
  Measurements measurements;
  add_gpu(measurements, "gpu0");
  // 4 GB at our kernel's 360 GB/s, 600 values of 2 us, a submit for the token and one for what
  // comes in, 16 KiB in and 125 KiB out at 12 GB/s.
  const double hand = 4.0 / 360 + 600 * 2e-6 + 50e-6 + 50e-6 + 16384 / 12e9 + 128000 / 12e9;
  EXPECT_NEAR(decode_seconds(work_of_32("Q4_0", 4 * kGB), ask("gpu0"), measurements), hand, 1e-9);
  const Speeds speeds = predict_speeds(work_of_32("Q4_0", 4 * kGB), ask("gpu0"), measurements);
  EXPECT_EQ(speeds.decode->bound_by, "memory bandwidth");
  EXPECT_EQ(speeds.decode->known_by, KnownBy::measured);
  EXPECT_EQ(speeds.decode.confidence, Confidence::medium) << "no engine was timed beside it";
  EXPECT_THAT(speeds.decode.source, HasSubstr("assumed"));
  EXPECT_LT(speeds.decode->range.low, 0.8 * speeds.decode->range.mid);
  EXPECT_GT(speeds.decode->range.high, speeds.decode->range.mid);
}

TEST(SpeedGpu, NoKernelIsFasterThanMemory) {
  Measurements measurements;
  add_gpu(measurements, "gpu0");
  measurements.list[1] = figure("gpu0", "decode q4_0", "Q4_0", 900 * kGb);  // a cache that lies
  const Speeds speeds = predict_speeds(work_of_32("Q4_0", 4 * kGB), ask("gpu0"), measurements);
  EXPECT_LE(speeds.decode->range.high, 400.0 / 4);
}

TEST(SpeedGpu, ASplitIsTheSumOfItsPlaces) {
  Measurements measurements;
  add_gpu(measurements, "gpu0");
  add_cpu(measurements);
  SpeedQuestion whole = ask("gpu0"), split = ask("gpu0+cpu");
  whole.logits_bytes = split.logits_bytes = 0;
  split.parts = {part("cpu", 0.25, 8, false), part("gpu0", 0.75, 24, true)};
  const TokenWork all = work_of_32("Q4_0", 4 * kGB);
  SpeedQuestion cpu = split;
  cpu.place = "cpu";
  cpu.parts.clear();
  TokenWork quarter = work_of_32("Q4_0", kGB);
  quarter.values = 150;
  const double on_cpu = decode_seconds(quarter, cpu, measurements);
  const double on_gpu = 3.0 / 360 + 450 * 2e-6 + 50e-6 + 50e-6 + 16384 / 12e9;
  EXPECT_NEAR(decode_seconds(all, split, measurements), on_cpu + on_gpu, 1e-7);
  EXPECT_EQ(predict_speeds(all, split, measurements).decode->bound_by, "the layers on the CPU");
  EXPECT_GT(decode_seconds(all, split, measurements), decode_seconds(all, whole, measurements));
}

/// The question of a real model's estimate with so many layers on gpu0.
std::pair<TokenWork, SpeedQuestion> offloaded(const char* name, std::int64_t gpu_layers,
                                              std::vector<double> shares = {}) {
  Plan plan;
  plan.gpu_layers = gpu_layers;
  plan.gpu_shares = std::move(shares);
  const Result<Estimate> made = estimate(test::model(name), plan);
  EXPECT_TRUE(made);
  Placement placement;
  placement.place = plan.gpu_shares.size() > 1 ? "gpu0+gpu1" : gpu_layers < 0 ? "gpu0" : "gpu0+cpu";
  placement.estimate = *made;
  SpeedQuestion question = question_of(placement);
  question.file_bytes = made->download_bytes.value_or(0);
  question.depth = 512;
  return {made->token, question};
}

TEST(SpeedGpu, MoreLayersOnAFasterGpuAreNeverSlower) {
  for (const double link : {12.0, 0.8}) {
    Measurements measurements;
    add_gpu(measurements, "gpu0", 400, link);
    add_cpu(measurements);
    double decode = 1e9, prefill = 1e9;
    for (std::int64_t layers = 1; layers <= 33; ++layers) {
      const auto [token, question] = offloaded("mistral-7b-v0.3", layers);
      const Speeds speeds = predict_speeds(token, question, measurements);
      ASSERT_TRUE(speeds.decode) << speeds.decode.why;
      ASSERT_TRUE(speeds.prefill) << speeds.prefill.why;
      EXPECT_LT(1 / speeds.decode->range.mid, decode) << layers << " layers, link " << link;
      EXPECT_LT(1 / speeds.prefill->range.mid, prefill) << layers << " layers, link " << link;
      decode = 1 / speeds.decode->range.mid;
      prefill = 1 / speeds.prefill->range.mid;
    }
  }
}

TEST(SpeedGpu, ASlowLinkCostsLoadingAndPromptsMoreThanTokens) {
  const auto [token, question] = offloaded("mistral-7b-v0.3", 20);
  Measurements fast, slow;
  add_gpu(fast, "gpu0", 400, 12);
  add_gpu(slow, "gpu0", 400, 0.5);
  add_cpu(fast);
  add_cpu(slow);
  const Speeds quick = predict_speeds(token, question, fast);
  const Speeds late = predict_speeds(token, question, slow);
  EXPECT_GT(late.load->range.mid, 2 * quick.load->range.mid);
  EXPECT_EQ(late.load->bound_by, "the link to the GPU");
  EXPECT_EQ(quick.load->bound_by, "storage");
  EXPECT_LT(late.prefill->range.mid, 0.5 * quick.prefill->range.mid);
  EXPECT_EQ(late.prefill->bound_by, "the link to the GPU");
  EXPECT_LT(late.decode->range.mid, quick.decode->range.mid);
  EXPECT_GT(late.decode->range.mid, 0.95 * quick.decode->range.mid);
}

TEST(SpeedGpu, LoadingIsReadingAndThenCopying) {
  Measurements measurements;
  add_gpu(measurements, "gpu0");
  add_cpu(measurements);
  SpeedQuestion question = ask("gpu0");
  question.file_bytes = 6 * kGB;
  const double disk = 6 / (2 * 0.7);
  Speeds speeds = predict_speeds(work_of_32("Q4_0", kGB), question, measurements);
  EXPECT_NEAR(speeds.load->range.mid, disk + 6.0 / 12, 1e-6);
  // Of a split, only what goes to the GPU is copied.
  question.place = "gpu0+cpu";
  question.parts = {part("cpu", 0.5, 16, false), part("gpu0", 0.5, 16, true)};
  question.parts[1].share.weights_bytes = 3 * kGB;
  speeds = predict_speeds(work_of_32("Q4_0", kGB), question, measurements);
  EXPECT_NEAR(speeds.load->range.mid, disk + 3.0 / 12, 1e-6);
  std::erase_if(measurements.list,
                [](const Measurement& each) { return each.name.starts_with("transfer"); });
  speeds = predict_speeds(work_of_32("Q4_0", kGB), question, measurements);
  EXPECT_FALSE(speeds.load);
  EXPECT_THAT(speeds.load.why, HasSubstr("the link to gpu0 was not measured"));
}

TEST(SpeedGpu, TwoGpusTakeTurns) {
  Measurements measurements;
  add_gpu(measurements, "gpu0", 900);
  add_gpu(measurements, "gpu1", 300);
  const auto [token, both] = offloaded("llama-3.1-8b", -1, {2, 1});
  ASSERT_EQ(both.parts.size(), 2u);
  EXPECT_EQ(both.parts[0].place, "gpu0");
  EXPECT_EQ(both.parts[1].place, "gpu1");
  EXPECT_TRUE(both.parts[1].share.output);
  EXPECT_NEAR(both.parts[0].share.weights + both.parts[1].share.weights, 1.0, 1e-9);
  SpeedQuestion first = both, second = both;
  first.place = "gpu0";
  second.place = "gpu1";
  first.parts.clear();
  second.parts.clear();
  const double fast = decode_seconds(token, first, measurements);
  const double slow = decode_seconds(token, second, measurements);
  const double together = decode_seconds(token, both, measurements);
  EXPECT_GT(together, fast) << "a second, slower card never makes a token faster";
  EXPECT_LT(together, slow);
  // A prompt of several batches may keep both busy.
  SpeedQuestion longer = both;
  longer.prompt_tokens = 4096;
  const auto spread = [&](const SpeedQuestion& question) {
    const Range range = predict_speeds(token, question, measurements).prefill->range;
    return range.high / range.mid;
  };
  EXPECT_GT(spread(longer), spread(both));
}

TEST(SpeedGpu, ALongPromptTakesTheWeightsOver) {
  Measurements measurements;
  add_gpu(measurements, "gpu0");
  add_cpu(measurements);
  auto [token, question] = offloaded("mistral-7b-v0.3", 10);
  const auto sent = [&](std::int64_t tokens) {
    question.prompt_tokens = tokens;
    const auto terms = gpu_speed_terms(token, question, measurements, true, 0);
    EXPECT_TRUE(terms);
    return std::any_of(terms->begin(), terms->end(),
                       [](const SpeedTerm& term) { return term.what == "transfer of weights"; });
  };
  EXPECT_TRUE(sent(512));
  EXPECT_FALSE(sent(16)) << "the engine does not for so few";
}

TEST(SpeedGpu, AFormatOfItsOwnIsMeasuredAndAKinComputed) {
  Measurements measurements;
  add_gpu(measurements, "gpu0");
  const auto speed = [&](const char* format) {
    return predict_speeds(work_of_32(format, 4 * kGB), ask("gpu0"), measurements).decode;
  };
  const auto own = speed("Q4_K"), kin = speed("Q3_K"), table = speed("IQ2_XS");
  EXPECT_EQ(own->known_by, KnownBy::measured);
  EXPECT_EQ(kin->known_by, KnownBy::computed);
  EXPECT_LT(kin->range.mid, own->range.mid);
  EXPECT_LT(table->range.mid, kin->range.mid);
  EXPECT_GT(kin->range.mid / kin->range.low, own->range.mid / own->range.low);
  // The read rate alone, where no kernel ran.
  Measurements bare{{figure("gpu0", "memory read", "", 400 * kGb)}, {}};
  const auto wide = predict_speeds(work_of_32("Q4_K", 4 * kGB), ask("gpu0"), bare).decode;
  EXPECT_EQ(wide->known_by, KnownBy::computed);
  EXPECT_GT(wide->range.high / wide->range.low, 2.0);
}

TEST(SpeedGpu, WhatWasNotMeasuredIsUnknownAndSaysWhat) {
  Measurements measurements;
  add_cpu(measurements);
  Speeds speeds = predict_speeds(work_of_32("Q4_0", kGB), ask("gpu0"), measurements);
  EXPECT_FALSE(speeds.decode);
  EXPECT_EQ(speeds.decode.why, "the decode rate on gpu0 was not measured");
  EXPECT_EQ(speeds.prefill.why, "matrix-matrix work on gpu0 was not measured");
  Measurements gpu;
  add_gpu(gpu, "gpu0");
  SpeedQuestion split = ask("gpu0+cpu");
  split.parts = {part("cpu", 0.5, 16, false), part("gpu0", 0.5, 16, true)};
  speeds = predict_speeds(work_of_32("Q4_0", kGB), split, gpu);
  EXPECT_EQ(speeds.decode.why, "the decode rate on cpu was not measured");
}

TEST(SpeedGpu, AMeasuredBlockTellsWhatAValueCosts) {
  Measurements measurements;
  add_gpu(measurements, "gpu0");
  const double before = decode_seconds(work_of_32("Q4_K", kGB), ask("gpu0"), measurements);
  // 60.8 million weights of 4.5 bits are 34.2 MB: 0.1006 ms at 340 GB/s, and 2.1 MB of cache 7 us.
  // Measured so that 15 values of 10 us are left.
  const double bytes = 60817408 * 4.5 / 8;
  const double seconds = bytes / (340 * kGb) + 2 * 2 * 8 * 64 * 1024 / (300 * kGb) + 15 * 10e-6;
  measurements.list.push_back(figure("gpu0", "block dense", "Q4_K", bytes / seconds));
  const double after = decode_seconds(work_of_32("Q4_K", kGB), ask("gpu0"), measurements);
  EXPECT_NEAR(after - before, 600 * (10e-6 - 2e-6), 1e-6);
  EXPECT_EQ(predict_speeds(work_of_32("Q4_K", kGB), ask("gpu0"), measurements).decode->bound_by,
            "the cost of a dispatch");
}

TEST(SpeedGpu, AShortPromptWaitsForItsWeights) {
  Measurements measurements;
  add_gpu(measurements, "gpu0");
  SpeedQuestion one = ask("gpu0"), many = ask("gpu0");
  one.prompt_tokens = 4;
  const TokenWork token = work_of_32("Q4_0", 4 * kGB);
  const Speeds few = predict_speeds(token, one, measurements);
  EXPECT_GE(few.first_token->range.mid, 4.0 / 360) << "all weights are read once at least";
  EXPECT_LT(predict_speeds(token, many, measurements).first_token->range.mid,
            20 * few.first_token->range.mid)
      << "and 512 tokens share that";
}

TEST(SpeedGpu, ExpertsAreReadAsTokensChooseThem) {
  Measurements measurements;
  add_gpu(measurements, "gpu0");
  TokenWork dense = work_of_32("Q4_0", kGB), experts = dense;
  experts.formats[0].experts = true;
  experts.expert_count = 64;
  experts.experts_used = 8;
  EXPECT_GT(decode_seconds(experts, ask("gpu0"), measurements),
            decode_seconds(dense, ask("gpu0"), measurements));
  SpeedQuestion question = ask("gpu0");
  question.prompt_tokens = 32;  // enough to meet all eight times as many
  const auto prefill = predict_speeds(experts, question, measurements).prefill;
  EXPECT_LE(prefill->range.mid, 32 / (8 * 1.0 / 360));
}

}  // namespace
}  // namespace weighin
