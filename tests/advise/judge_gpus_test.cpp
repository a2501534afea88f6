// Does the verdict say what a GPU's interface forbids, and what others hold of its memory?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "advise/devices.hpp"
#include "advise/judge.hpp"

namespace weighin {
namespace {

using test::device;
using test::with_gpu;

Verdict verdict_of(const DeviceProfile& profile, const char* model) {
  return judge_alone(profile, test::model(model), {}, {});
}

TEST(JudgeGpus, AGpuThatCannotHoldTheLargestTensorIsSpokenOf) {
  // The table of 1B: 128256 x 2048 in Q6_K, 205 MiB; the GPU's buffers: 128 MiB.
  DeviceProfile profile = with_gpu(device(1, 4), 24, 24);
  profile.gpus[0].limits.max_storage_buffer_bytes = Known<Bytes>::of(128 * kMiB, "limits");
  profile.memory = device(8, 16).memory;
  const Verdict runs = verdict_of(profile, "llama-3.2-1b");
  EXPECT_EQ(runs.fit, Fit::fits);
  EXPECT_EQ(runs.place, "cpu");
  EXPECT_THAT(runs.notes, testing::Contains(testing::HasSubstr(
                              "cannot hold its largest tensor: 205 MiB, and one buffer is at most "
                              "128 MiB")));
  // Where nothing else holds it either, that is a reason, once.
  profile.memory = device(1, 4).memory;
  const Verdict none = verdict_of(profile, "llama-3.2-1b");
  EXPECT_EQ(none.fit, Fit::too_big);
  EXPECT_EQ(std::count_if(none.reasons.begin(), none.reasons.end(),
                          [](const Reason& reason) { return reason.code == "gpuAllocationLimit"; }),
            1);
  // A GPU that holds it is not spoken of.
  EXPECT_THAT(verdict_of(with_gpu(device(8, 16), 24, 24), "llama-3.2-1b").notes,
              testing::Not(testing::Contains(testing::HasSubstr("cannot hold"))));
}

TEST(JudgeGpus, WhatOthersHoldOfAGpuIsNamed) {
  DeviceProfile profile = with_gpu(device(0.3, 4), 1.5, 24);
  const Verdict verdict = verdict_of(profile, "mistral-7b-v0.3");
  EXPECT_EQ(verdict.fit, Fit::too_big);
  const auto found =
      std::find_if(verdict.reasons.begin(), verdict.reasons.end(),
                   [](const Reason& reason) { return reason.code == "insufficientVram"; });
  ASSERT_NE(found, verdict.reasons.end());
  EXPECT_EQ(found->cls, "transient");
  EXPECT_THAT(found->advice, testing::HasSubstr("they and the display hold 22.5 GiB of the GPU's "
                                                "24.0 GiB"));
}

}  // namespace
}  // namespace weighin
