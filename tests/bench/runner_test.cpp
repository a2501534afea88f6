// Does the runner go through all the data and check what came out?
#include "bench/runner.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <string>

#include "kernels/kernel_table.hpp"

namespace weighin {
namespace {

const kernels::Kernel& base_kernel(std::string_view name) {
  for (const kernels::Kernel* kernel : kernels::kernel_table()) {
    if (kernel->name == name && kernel->isa == std::string_view("base")) return *kernel;
  }
  ADD_FAILURE() << name;
  return *kernels::kernel_table().front();
}

class RunnerTest : public testing::TestWithParam<bool> {
 protected:
  Pool pool_{{-1, -1}};
  Region region_{16 * kMiB, 16 * kMiB};
  Runner runner_{pool_, region_, GetParam()};
};

TEST_P(RunnerTest, EachKindOfWorkIsTimedAndChecked) {
  for (const char* name :
       {"memory read", "memory copy", "decode q4_0", "decode q6_k", "prefill q8_0", "attention f16",
        "attention q8_0", "attention prefill f16", "rms norm", "rope", "gated silu",
        "route experts"}) {
    SCOPED_TRACE(name);
    const Job job = runner_.make_job(base_kernel(name), 1024);
    ASSERT_GE(job.slices, job.resident ? 2 : 4);
    EXPECT_LE(job.slices * job.slice_bytes(), region_.bytes());
    runner_.fill(job);
    for (const std::int64_t threads : {1, 2}) {
      const Runner::Outcome outcome = runner_.run(job, threads, 0.002);
      EXPECT_TRUE(outcome.checked);
      EXPECT_GT(outcome.window.per_second, 0.0);
      EXPECT_GE(outcome.window.samples, 5);
      // A mean may beat the sum of quantiles only by what lonely slices are faster.
      EXPECT_GT(outcome.window.mean_per_second, 0.0);
    }
  }
}

TEST_P(RunnerTest, WrongDataIsFound) {
  for (const char* name :
       {"memory read", "memory copy", "decode q8_0", "attention f16", "rms norm", "gated silu"}) {
    SCOPED_TRACE(name);
    const Job job = runner_.make_job(base_kernel(name), 1024);
    runner_.fill(job);
    for (Bytes at = 0; at < job.slices * job.slice_bytes(); at += 1001) region_.data()[at] ^= 0x11;
    EXPECT_FALSE(runner_.run(job, 2, 0.001).checked);
  }
}

TEST_P(RunnerTest, BytesAndOperationsAreThoseOfTheKernel) {
  const Job job = runner_.make_job(base_kernel("decode q4_0"), 1024);
  EXPECT_EQ(job.bytes_per_slice(), static_cast<double>(job.slice_bytes()));
  EXPECT_NEAR(job.operations_per_slice() / job.bytes_per_slice(), 2.0 * 32 / 18, 1e-9);
  const Job copy = runner_.make_job(base_kernel("memory copy"), 1024);
  EXPECT_EQ(copy.bytes_per_slice(), 2.0 * static_cast<double>(copy.slice_bytes()));
}

TEST_P(RunnerTest, TooLittleRoomIsSaid) {
  Region tiny(256 * 1024, 256 * 1024);
  Runner runner(pool_, tiny, GetParam());
  EXPECT_EQ(runner.make_job(base_kernel("decode f32"), 1024).slices, 0);
}

INSTANTIATE_TEST_SUITE_P(Data, RunnerTest, testing::Bool(),
                         [](const auto& data) { return data.param ? "Cold" : "Warm"; });

}  // namespace
}  // namespace weighin
