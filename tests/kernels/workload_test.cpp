// Is a wrong result seen, and is the table of kernels whole?
#include "kernels/workload.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "kernels/kernel_check.hpp"

namespace weighin::kernels {
namespace {

TEST(Workload, AWrongResultIsSeen) {
  const Kernel& kernel = *test::runnable("decode q8_0").front();
  const Workload work = make_workload(kernel, 32, 512, 1, 7);
  std::vector<float> results = test::run_once(work);
  EXPECT_TRUE(results_agree(work, results.data(), 1));
  const float right = results[5];
  results[5] = right * 1.001f + 0.01f;
  EXPECT_FALSE(results_agree(work, results.data(), 1));
  results[5] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(results_agree(work, results.data(), 1));
  results[5] = 0.0f;
  EXPECT_FALSE(results_agree(work, results.data(), 1));
}

TEST(Workload, RepeatedPatternsAreAllLookedAt) {
  const Kernel& kernel = *test::runnable("decode f16").front();
  const Workload work = make_workload(kernel, 32, 256, 1, 7);
  const std::vector<float> once = test::run_once(work);
  std::vector<float> twice(once);
  twice.insert(twice.end(), once.begin(), once.end());
  EXPECT_TRUE(results_agree(work, twice.data(), 2));
  twice.back() += 1.0f;
  EXPECT_FALSE(results_agree(work, twice.data(), 2));
}

TEST(Workload, ABatchRepeatsItsVectors) {
  const Kernel& kernel = *test::runnable("prefill q4_0").front();
  const Workload work = make_workload(kernel, 16, 256, 4 * kernel.batch_group, 7);
  EXPECT_EQ(work.distinct, kernel.batch_group);
  EXPECT_EQ(work.expected.size(), static_cast<std::size_t>(16 * kernel.batch_group));
  EXPECT_TRUE(results_agree(work, test::run_once(work).data(), 1));
}

TEST(KernelTable, EveryKernelIsBuiltForEveryInstructionSet) {
  std::set<std::string> names, isas;
  for (const Kernel* kernel : kernel_table()) {
    names.insert(kernel->name);
    isas.insert(kernel->isa);
  }
  EXPECT_EQ(kernel_table().size(), names.size() * kernel_isa_names().size());
  EXPECT_EQ(isas, (std::set<std::string>(kernel_isa_names().begin(), kernel_isa_names().end())));
  EXPECT_EQ(std::string(kernel_isa_names().front()), "base");
  for (const char* needed :
       {"memory read", "memory copy", "decode f16", "decode q8_0", "decode q4_0"}) {
    EXPECT_TRUE(names.contains(needed)) << needed;
  }
}

}  // namespace
}  // namespace weighin::kernels
