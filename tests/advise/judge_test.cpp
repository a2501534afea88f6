// Is the verdict right for each device, model and demand?
#include "advise/judge.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "advise/devices.hpp"
#include "advise/reasons.hpp"

namespace weighin {
namespace {

using test::device;
using test::rates;
using test::with_disk;
using test::with_gpu;
using test::with_limit;
using test::with_software_gpu;

using Change = std::function<void(AdviseOptions&)>;

Change format(const char* name) {
  return [name](AdviseOptions& options) {
    options.plan.format = name;
    options.format_given = true;
  };
}
Change context(std::int64_t cells) {
  return [cells](AdviseOptions& options) { options.plan.context = cells; };
}
Change decode(double least) {
  return [least](AdviseOptions& options) { options.demands.min_decode_tokens_per_second = least; };
}
Change download(Bytes most) {
  return [most](AdviseOptions& options) { options.demands.max_download_bytes = most; };
}
Change first_token(double seconds) {
  return [seconds](AdviseOptions& options) { options.demands.max_first_token_seconds = seconds; };
}
Change no_gpu() {
  return [](AdviseOptions& options) { options.gpu = false; };
}

struct JudgeCase {
  const char* what;
  DeviceProfile profile;
  const char* model;
  std::vector<Change> changes;
  Measurements measurements;
  Fit fit;
  const char* reason = "";  ///< one of the codes
  const char* cls = "";     ///< its class
  const char* place = "cpu";
};

DeviceProfile unknown_memory() {
  DeviceProfile made = device(8, 16);
  made.memory.usable_bytes = Known<Bytes>::unknown(Status::error, "/proc/meminfo cannot be read");
  return made;
}
DeviceProfile unknown_all() {
  DeviceProfile made = unknown_memory();
  made.memory.total_bytes = made.memory.capacity_bytes = made.memory.usable_bytes;
  return made;
}
DeviceProfile read_only() {
  DeviceProfile made = device(16, 16);
  made.storage.front().read_only = Known<bool>::of(true, "statvfs");
  return made;
}
DeviceProfile unknown_vram() {
  DeviceProfile made = with_gpu(device(2, 4), 24, 24);
  made.gpus[0].vram_free_bytes =
      Known<Bytes>::unknown(Status::unsupported, "no VK_EXT_memory_budget");
  return made;
}
DeviceProfile small_buffers() {
  DeviceProfile made = with_gpu(device(1, 4), 24, 24);
  made.gpus[0].limits.max_storage_buffer_bytes = Known<Bytes>::of(128 * kMiB, "limits");
  return made;
}
DeviceProfile broken_driver(const char* why) {
  DeviceProfile made = device(2, 4);
  made.gpu_faults = {{"bad_icd.json", Status::error, why}};
  return made;
}

/// A cgroup that would allow less than the model needs, on a machine that is
/// busy besides.
DeviceProfile busy_and_limited() {
  DeviceProfile made = with_limit(device(20, 24), 4);
  made.memory.usable_bytes = Known<Bytes>::of(2 * kGiB, "/proc/meminfo");
  made.memory.bound_by = Known<std::string>::of("physical", "least");
  return made;
}

std::vector<JudgeCase> judge_cases() {
  const Measurements none;
  return {
      // Memory on the CPU.
      {"tiny on a phone", device(2, 4), "smollm2-135m", {}, none, Fit::fits},
      {"1B on 4 GiB free", device(4, 8), "llama-3.2-1b", {}, none, Fit::fits},
      {"2B on 4 GiB free", device(4, 8), "gemma-2b", {}, none, Fit::fits},
      {"7B on 16 GiB", device(14, 16), "mistral-7b-v0.3", {}, none, Fit::fits},
      {"8B on 4 GiB free of 16",
       device(4, 16),
       "llama-3.1-8b",
       {},
       none,
       Fit::too_big,
       "insufficientMemory",
       "transient"},
      {"8B on 4 GiB in all",
       device(3.5, 4),
       "llama-3.1-8b",
       {},
       none,
       Fit::too_big,
       "insufficientMemory",
       "permanent"},
      {"70B on a laptop",
       device(14, 16),
       "llama-3.1-70b",
       {},
       none,
       Fit::too_big,
       "insufficientMemory",
       "permanent"},
      {"70B on a workstation", device(120, 128), "llama-3.1-70b", {}, none, Fit::fits},
      {"405B on a workstation",
       device(120, 128),
       "llama-3.1-405b",
       {},
       none,
       Fit::too_big,
       "insufficientMemory",
       "permanent"},
      {"1T on a server", device(1000, 1024), "kimi-k2", {}, none, Fit::fits},
      {"8B in F16 on 14 GiB",
       device(12, 14),
       "llama-3.1-8b",
       {format("F16")},
       none,
       Fit::too_big,
       "insufficientMemory",
       "permanent"},
      {"8B in Q8_0 on 16 GiB", device(14, 16), "llama-3.1-8b", {format("Q8_0")}, none, Fit::fits},
      {"a long context costs memory",
       device(8, 8),
       "llama-3.1-8b",
       {context(131072)},
       none,
       Fit::too_big,
       "insufficientMemory",
       "permanent"},
      {"a mixture is stored whole",
       device(12, 16),
       "qwen3-30b-a3b",
       {},
       none,
       Fit::too_big,
       "insufficientMemory",
       "permanent"},
      {"a mixture that fits", device(30, 32), "qwen3-30b-a3b", {}, none, Fit::fits},
      // Limits.
      {"a cgroup of 2 GiB",
       with_limit(device(20, 24), 2),
       "llama-3.1-8b",
       {},
       none,
       Fit::too_big,
       "limitedByContainer",
       "user_fixable"},
      {"what the cgroup's limit costs is user_fixable",
       with_limit(device(20, 24), 2),
       "llama-3.1-8b",
       {},
       none,
       Fit::too_big,
       "insufficientMemory",
       "user_fixable"},
      {"more than the machine has is permanent",
       with_limit(device(20, 24), 2),
       "llama-3.1-70b",
       {},
       none,
       Fit::too_big,
       "insufficientMemory",
       "permanent"},
      {"a limit that would be in the way besides",
       busy_and_limited(),
       "llama-3.1-8b",
       {},
       none,
       Fit::too_big,
       "limitedByContainer",
       "user_fixable"},
      {"a tiny model in that cgroup",
       with_limit(device(20, 24), 2),
       "smollm2-135m",
       {},
       none,
       Fit::fits},
      // What is not known.
      {"free memory not known",
       unknown_memory(),
       "smollm2-135m",
       {},
       none,
       Fit::unknown,
       "factUnknown",
       "user_fixable"},
      {"not known, and more than there is in all",
       unknown_memory(),
       "llama-3.1-70b",
       {},
       none,
       Fit::too_big,
       "insufficientMemory",
       "permanent"},
      {"nothing known",
       unknown_all(),
       "smollm2-135m",
       {},
       none,
       Fit::unknown,
       "factUnknown",
       "user_fixable"},
      // Hosted, and kinds that the runtime has not.
      {"hosted only",
       device(1000, 1024),
       "gpt-4",
       {},
       none,
       Fit::not_downloadable,
       "noPublishedWeights",
       "permanent",
       "none"},
      {"hosted only on an unknown device",
       unknown_all(),
       "gpt-4",
       {},
       none,
       Fit::not_downloadable,
       "noPublishedWeights",
       "permanent",
       "none"},
      {"an encoder's context is cut",
       device(8, 16),
       "distilbert-base-uncased",
       {},
       none,
       Fit::fits},
      {"an asked context that is too long",
       device(64, 64),
       "gpt2",
       {context(8192)},
       none,
       Fit::unsupported,
       "contextTooLong",
       "user_fixable",
       "none"},
      // Disk and download.
      {"disk full",
       with_disk(device(16, 16), kGB),
       "llama-3.1-8b",
       {},
       none,
       Fit::too_big,
       "diskFull",
       "user_fixable"},
      {"disk just large enough",
       with_disk(device(16, 16), 6 * kGB),
       "llama-3.1-8b",
       {},
       none,
       Fit::fits},
      {"read-only folder",
       read_only(),
       "smollm2-135m",
       {},
       none,
       Fit::too_big,
       "storageReadOnly",
       "user_fixable"},
      {"download larger than allowed",
       device(16, 16),
       "llama-3.1-8b",
       {download(2 * kGB)},
       none,
       Fit::too_big,
       "downloadTooLarge",
       "user_fixable"},
      {"download within what is allowed",
       device(16, 16),
       "gemma-2b",
       {download(2 * kGB)},
       none,
       Fit::fits},
      // Speed: asked, measured, not measured.
      {"fast enough", device(16, 16), "gemma-2b", {decode(5)}, rates(40), Fit::fits},
      {"too slow",
       device(16, 16),
       "llama-3.1-8b",
       {decode(20)},
       rates(40),
       Fit::slow,
       "tooSlowDecode",
       "permanent"},
      {"the low end decides",
       device(16, 16),
       "llama-3.1-8b",
       {decode(8)},
       rates(40),
       Fit::slow,
       "tooSlowDecode",
       "permanent"},
      {"slow is no matter where nobody asked",
       device(60, 64),
       "qwen2.5-32b",
       {},
       rates(20),
       Fit::fits},
      {"a speed asked of an unmeasured device",
       device(16, 16),
       "gemma-2b",
       {decode(5)},
       none,
       Fit::unknown,
       "notMeasured",
       "user_fixable"},
      {"a first token asked of an unmeasured device",
       device(16, 16),
       "gemma-2b",
       {first_token(2)},
       rates(40),
       Fit::unknown,
       "notMeasured",
       "user_fixable"},
      {"unstable and too slow",
       device(16, 16),
       "llama-3.1-8b",
       {decode(8)},
       rates(40, "cpu", BenchStatus::unstable),
       Fit::slow,
       "measurementUnstable",
       "transient"},
      {"too big stays so, whatever the speed",
       device(2, 2),
       "llama-3.1-8b",
       {decode(1)},
       rates(400),
       Fit::too_big,
       "insufficientMemory",
       "permanent"},
      // GPUs.
      {"a GPU with its own memory",
       with_gpu(device(14, 16), 11, 12),
       "llama-3.1-8b",
       {},
       none,
       Fit::fits,
       "",
       "",
       "gpu0"},
      {"more than the GPU: split or CPU",
       with_gpu(device(60, 64), 22, 24),
       "llama-3.1-70b",
       {},
       none,
       Fit::fits,
       "",
       "",
       "cpu"},
      {"most layers on the GPU",
       with_gpu(device(10, 16), 7, 8),
       "qwen2.5-14b",
       {},
       none,
       Fit::fits,
       "",
       "",
       "gpu0+cpu"},
      {"neither is large enough",
       with_gpu(device(14, 16), 7, 8),
       "llama-3.1-70b",
       {},
       none,
       Fit::too_big,
       "",
       "",
       nullptr},
      {"without the GPU",
       with_gpu(device(14, 16), 11, 12),
       "llama-3.1-8b",
       {no_gpu()},
       none,
       Fit::fits},
      {"a shared GPU adds nothing",
       with_gpu(device(3, 8), 6, 6, true),
       "llama-3.1-8b",
       {},
       none,
       Fit::too_big,
       "",
       "",
       nullptr},
      {"a rasterizer is no GPU",
       with_software_gpu(device(3, 4)),
       "llama-3.1-8b",
       {},
       none,
       Fit::too_big,
       "softwareGpuOnly",
       "permanent"},
      {"free GPU memory not known",
       unknown_vram(),
       "llama-3.1-8b",
       {},
       none,
       Fit::unknown,
       "factUnknown",
       "user_fixable",
       "gpu0"},
      {"a GPU's buffers are too small",
       small_buffers(),
       "gemma-2b",
       {},
       none,
       Fit::too_big,
       "",
       "",
       nullptr},
      {"a driver crashed",
       broken_driver("crashed (SIGSEGV) while creating an instance"),
       "llama-3.1-8b",
       {},
       none,
       Fit::too_big,
       "probeCrashed",
       "user_fixable"},
      {"a driver hung",
       broken_driver("did not answer within 3.0 s while creating an instance"),
       "llama-3.1-8b",
       {},
       none,
       Fit::too_big,
       "probeTimedOut",
       "transient"},
      {"a broken driver is no matter where it fits",
       broken_driver("crashed"),
       "smollm2-135m",
       {},
       none,
       Fit::fits},
  };
}

AdviseOptions options_of(const JudgeCase& each) {
  AdviseOptions options;
  for (const Change& change : each.changes) change(options);
  return options;
}

TEST(Judge, Table) {
  const auto table = judge_cases();
  EXPECT_GE(table.size(), 40u);
  for (const JudgeCase& each : table) {
    const Verdict verdict =
        judge_alone(each.profile, test::model(each.model), options_of(each), each.measurements);
    EXPECT_STREQ(to_text(verdict.fit), to_text(each.fit)) << each.what;
    if (each.place != nullptr) {
      EXPECT_EQ(verdict.place, each.place) << each.what;
    }
    if (*each.reason == '\0') continue;
    const bool given = std::any_of(
        verdict.reasons.begin(), verdict.reasons.end(),
        [&](const Reason& reason) { return reason.code == each.reason && reason.cls == each.cls; });
    std::string codes;
    for (const Reason& reason : verdict.reasons) codes += reason.code + "/" + reason.cls + " ";
    EXPECT_TRUE(given) << each.what << ": " << codes;
  }
}

TEST(Judge, EveryVerdictButFitsSaysWhy) {
  for (const JudgeCase& each : judge_cases()) {
    const AdviseOptions options = options_of(each);
    const Verdict verdict =
        judge_alone(each.profile, test::model(each.model), options, each.measurements);
    if (verdict.fit == Fit::fits) {
      EXPECT_TRUE(verdict.reasons.empty()) << each.what;
      EXPECT_GE(verdict.headroom_bytes.value_or(-1), 0) << each.what;
      EXPECT_EQ(exit_code(verdict, options.demands), 0) << each.what;
      continue;
    }
    ASSERT_FALSE(verdict.reasons.empty()) << each.what;
    for (const Reason& reason : verdict.reasons) {
      EXPECT_TRUE(listed(reason)) << each.what << ": " << reason.code << " " << reason.cls;
      EXPECT_TRUE(reason.required.has_value()) << each.what << ": " << reason.code;
      const bool unknown = reason.code == "factUnknown" || reason.code == "notMeasured";
      EXPECT_NE(reason.actual.has_value(), unknown) << each.what << ": " << reason.code;
      EXPECT_FALSE(reason.advice.empty()) << each.what << ": " << reason.code;
    }
    // A no names something that is short; what is short is short.
    const Reason& first = verdict.reasons.front();
    if (first.actual && first.code != "tooSlowFirstToken") {
      EXPECT_GT(*first.required, *first.actual) << each.what << ": " << first.code;
    }
  }
}

TEST(Judge, HeadroomDecidesBetweenFitsAndTightAndTooBig) {
  const ModelSpec model = test::model("llama-3.1-8b");
  const auto made = estimate(model, Plan{});
  ASSERT_TRUE(made) << to_text(made.error());
  const double need = made->total_bytes_range.high;
  const auto judged = [&](double usable) {
    return judge_alone(device(usable / static_cast<double>(kGiB), 64), model, {}, {});
  };
  EXPECT_EQ(judged(need / 0.899).fit, Fit::fits);
  const Verdict tight = judged(need / 0.95);
  EXPECT_EQ(tight.fit, Fit::tight);
  EXPECT_EQ(tight.reasons.at(0).code, "littleHeadroom");
  EXPECT_EQ(tight.reasons.at(0).cls, "transient");
  EXPECT_EQ(judged(need * 0.999).fit, Fit::too_big);
  EXPECT_LT(*judged(need * 0.5).headroom_bytes, 0);
  EXPECT_NEAR(static_cast<double>(*judged(need * 0.5).headroom_bytes), -0.5 * need, 4096.0);
}

TEST(Judge, MoreMemoryNeverTurnsAYesIntoANo) {
  for (const char* name : {"smollm2-135m", "gemma-2b", "llama-3.1-8b", "qwen3-30b-a3b"}) {
    bool yes = false;
    for (double gib = 0.25; gib < 64; gib *= 1.25) {
      const bool now = is_yes(judge_alone(device(gib, 64), test::model(name), {}, {}).fit);
      EXPECT_TRUE(now || !yes) << name << " at " << gib;
      yes = now;
    }
    EXPECT_TRUE(yes);
  }
}

TEST(Judge, AModelWhoseShapeIsNotKnownIsUnsupported) {
  ModelSpec model = test::model("gemma-2b");
  model.shape.reset();
  const Verdict verdict = judge_alone(device(16, 16), model, {}, {});
  EXPECT_EQ(verdict.fit, Fit::unsupported);
  ASSERT_EQ(verdict.reasons.size(), 1u);
  EXPECT_EQ(verdict.reasons[0].code, "systemNotSupported");
  EXPECT_EQ(verdict.place, "none");
  EXPECT_FALSE(verdict.download_bytes);
}

TEST(Judge, ANoteSaysWhatWasChanged) {
  const Verdict verdict =
      judge_alone(device(8, 16), test::model("distilbert-base-uncased"), {}, {});
  EXPECT_EQ(verdict.context, 512);
  ASSERT_FALSE(verdict.notes.empty());
  EXPECT_NE(verdict.notes[0].find("context 512"), std::string::npos);
}

TEST(Judge, SpeedIsNeverInvented) {
  const Verdict verdict = judge_alone(device(8, 16), test::model("gemma-2b"), {}, {});
  EXPECT_EQ(verdict.decode_tokens_per_second.status, Status::skipped);
  EXPECT_FALSE(verdict.prefill_tokens_per_second || verdict.first_token_seconds ||
               verdict.load_seconds);
  const Verdict gpu =
      judge_alone(with_gpu(device(14, 16), 11, 12), test::model("llama-3.1-8b"), {}, rates(40));
  EXPECT_EQ(gpu.place, "gpu0");
  EXPECT_FALSE(gpu.decode_tokens_per_second) << "the CPU's rates are not the GPU's";
}

TEST(Judge, AnEncoderReadsAndDoesNotWrite) {
  AdviseOptions options;
  options.demands.min_decode_tokens_per_second = 5;
  for (const char* name : {"bge-small-en-v1.5", "nomic-embed-text-v1.5"}) {
    const Verdict verdict = judge_alone(device(8, 16), test::model(name), options, rates(40));
    EXPECT_EQ(verdict.fit, Fit::fits) << name << ": decode is not asked of it";
    EXPECT_EQ(verdict.decode_tokens_per_second.status, Status::unsupported) << name;
    EXPECT_FALSE(verdict.first_token_seconds) << name;
    EXPECT_NE(verdict.prefill_tokens_per_second.status, Status::unsupported) << name;
  }
}

}  // namespace
}  // namespace weighin
