// Do all kernels agree with the reference, in every instruction set that this machine has?
#include "kernels/workload.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <set>
#include <string>

#include "kernels/kernel_table.hpp"
#include "kernels/runnable.hpp"

namespace weighin::kernels {
namespace {

class EveryKernel : public testing::TestWithParam<const Kernel*> {
 protected:
  void SetUp() override {
    if (!test::runs_here(GetParam()->isa))
      GTEST_SKIP() << "no " << GetParam()->isa << " on this machine";
  }
};

class MatrixKernels : public EveryKernel {};
class QuantizedKernels : public EveryKernel {};
class MemoryKernels : public EveryKernel {};

TEST_P(MatrixKernels, AgreeWithTheReference) {
  const Kernel& kernel = *GetParam();
  for (const std::int64_t columns : {std::int64_t{256}, std::int64_t{768}, std::int64_t{2048}}) {
    const std::int64_t batch = kernel.kind == KernelKind::prefill ? 2 * kernel.batch_group : 1;
    const Workload work =
        make_workload(kernel, 32, columns, batch, static_cast<std::uint64_t>(columns));
    EXPECT_EQ(static_cast<std::int64_t>(work.pattern.size()), 32 * kernel.bytes_per_row(columns));
    EXPECT_EQ(kernel.operations_per_row(columns), 2 * columns);
    std::vector<float> results(static_cast<std::size_t>(32 * batch), -1.0f);
    const KernelTask task{.weights = work.pattern.data(),
                          .activations = work.prepared.data(),
                          .results = results.data(),
                          .rows = 32,
                          .columns = columns,
                          .batch = batch};
    kernel.run(&task);
    const double worst = worst_error(work, results.data(), 1);
    EXPECT_LE(worst, 1.0);
    EXPECT_TRUE(results_agree(work, results.data(), 1));
    results[5] += 1.0f;  // a wrong result is seen
    EXPECT_FALSE(results_agree(work, results.data(), 1));
    results[5] = std::nanf("");
    EXPECT_FALSE(results_agree(work, results.data(), 1));
  }
}

TEST_P(QuantizedKernels, SurviveExtremeCodes) {
  const Kernel& kernel = *GetParam();
  // All codes at their largest, all activations at +-127: sums of 16 bits must not saturate.
  const std::int64_t rows = kernel.row_group, columns = 512;
  std::vector<unsigned char> plain = random_rows(kernel.format, rows, columns, 9);
  const std::vector<unsigned char> random = plain;
  const std::size_t block = static_cast<std::size_t>(plain_row_bytes(kernel.format, 256));
  for (std::size_t at = 0; at < plain.size(); ++at) {
    const std::size_t inside = at % block;
    const bool q8 = std::string(kernel.format) == "Q8_0", q4 = std::string(kernel.format) == "Q4_0";
    const bool q6 = std::string(kernel.format) == "Q6_K";
    const std::size_t small = q8 ? 34 : q4 ? 18 : block;
    const bool scale = q6 ? inside >= 192 : inside % small < 2 || (!q8 && !q4 && inside < 16);
    if (!scale) plain[at] = q8 ? 0x81 : 0xff;
  }
  for (const float sign : {1.0f, -1.0f}) {
    const std::int64_t batch = kernel.batch_group;
    const std::vector<float> activations(static_cast<std::size_t>(columns * batch), sign);
    Workload work{.kernel = &kernel,
                  .rows = rows,
                  .columns = columns,
                  .batch = batch,
                  .pattern = plain,
                  .prepared = {},
                  .distinct = batch,
                  .expected = {}};
    kernel.pack(plain.data(), rows, columns, work.pattern.data());
    work.prepared.resize(static_cast<std::size_t>(kernel.prepared_bytes(columns, batch)));
    kernel.prepare(activations.data(), columns, batch, work.prepared.data());
    work.expected = expected_results(kernel, plain, rows, columns, activations, batch);
    std::vector<float> results(static_cast<std::size_t>(rows * batch));
    const KernelTask task{.weights = work.pattern.data(),
                          .activations = work.prepared.data(),
                          .results = results.data(),
                          .rows = rows,
                          .columns = columns,
                          .batch = batch};
    kernel.run(&task);
    EXPECT_LE(worst_error(work, results.data(), 1), 1.0);
  }
}

TEST_P(MemoryKernels, MoveAllOfIt) {
  const Kernel& kernel = *GetParam();
  const Workload work = make_workload(kernel, 3, 4096, 1, 4);
  ASSERT_EQ(work.pattern.size(), 3u * 4096u);
  struct alignas(64) Aligned {
    unsigned char bytes[3 * 4096];
  };
  auto from = std::make_unique<Aligned>(), to = std::make_unique<Aligned>();
  std::memcpy(from->bytes, work.pattern.data(), work.pattern.size());
  std::uint64_t sum = 0;
  const bool copies = kernel.kind == KernelKind::memory_copy;
  const KernelTask task{.weights = from->bytes,
                        .activations = nullptr,
                        .results = copies ? static_cast<void*>(to->bytes) : &sum,
                        .rows = 3,
                        .columns = 4096,
                        .batch = 1};
  kernel.run(&task);
  if (copies) {
    EXPECT_EQ(std::memcmp(from->bytes, to->bytes, sizeof from->bytes), 0);
    EXPECT_EQ(kernel.bytes_per_row(4096), 8192);
  } else {
    EXPECT_EQ(sum, work.sum);
    EXPECT_NE(sum, 0u);
    EXPECT_EQ(kernel.bytes_per_row(4096), 4096);
  }
}

std::string name_of(const testing::TestParamInfo<const Kernel*>& info) {
  std::string name = std::string(info.param->name) + "_" + info.param->isa;
  for (char& c : name) {
    if (c == ' ') c = '_';
  }
  return name;
}

template <class Choice>
std::vector<const Kernel*> chosen(Choice choice) {
  std::vector<const Kernel*> kernels;
  for (const Kernel* kernel : kernel_table()) {
    if (choice(*kernel)) kernels.push_back(kernel);
  }
  return kernels;
}

INSTANTIATE_TEST_SUITE_P(All, MatrixKernels, testing::ValuesIn(chosen([](const Kernel& k) {
                           return k.pack != nullptr;
                         })),
                         name_of);
INSTANTIATE_TEST_SUITE_P(All, QuantizedKernels, testing::ValuesIn(chosen([](const Kernel& k) {
                           return k.pack != nullptr && k.activation != Activation::f32;
                         })),
                         name_of);
INSTANTIATE_TEST_SUITE_P(All, MemoryKernels, testing::ValuesIn(chosen([](const Kernel& k) {
                           return k.pack == nullptr;
                         })),
                         name_of);

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
