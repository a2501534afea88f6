// Does every figure of a GPU come, checked, and only those that are wanted?
#include "bench/gpu/gpu_session.hpp"

#include <set>

#include "kernels/gpu/gpu_kernel_check.hpp"

namespace weighin::test {
namespace {

struct Heard {
  std::vector<Measurement> figures;
  std::string stage;
  GpuEvents events() {
    return {[this](const std::string& what) { stage = what; },
            [this](const Measurement& m) { figures.push_back(m); }};
  }
};

TEST(GpuSession, NamesEveryFigureOnce) {
  const auto all = gpu_figures("gpu1", "");
  std::set<std::string> names;
  for (const Measurement& each : all) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name;
    EXPECT_EQ(each.place, "gpu1");
  }
  for (const char* name :
       {"memory read", "memory copy", "transfer to device", "transfer to host", "decode f16",
        "decode q8_0", "decode q4_0", "decode q4_k", "decode q6_k", "prefill f16", "prefill q8_0",
        "attention f16", "dispatch", "submit", "block dense"})
    EXPECT_EQ(names.count(name), 1u) << name;
  EXPECT_EQ(names.size(), 15u);
  EXPECT_EQ(gpu_figures("gpu0", "decode q4_0").size(), 1u);
}

TEST(GpuSession, MeasuresAndChecksWhatIsWanted) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  Heard heard;
  GpuOrder order;
  order.seconds = 0.2;
  order.only = "memory";
  order.place = "gpu3";
  const auto done = measure_gpu(*lab, order, heard.events());
  ASSERT_TRUE(done.ok()) << to_text(done.error());
  ASSERT_GE(heard.figures.size(), 2u);
  for (const Measurement& m : heard.figures) {
    EXPECT_TRUE(m.name.starts_with("memory")) << m.name;
    EXPECT_EQ(m.place, "gpu3");
    EXPECT_EQ(m.threads, 0);
    EXPECT_TRUE(m.checked) << m.why;
    ASSERT_TRUE(m.bytes_per_second) << m.why;
    EXPECT_GT(m.bytes_per_second->low, 0.0);
  }
}

TEST(GpuSession, AVariantThatIsNotThereIsSkippedWithAReason) {
  if (const auto none = no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto lab = open_lab();
  ASSERT_NE(lab, nullptr);
  Heard heard;
  GpuOrder order;
  order.seconds = 0.1;
  order.only = "decode f16";
  order.variant = "dot";
  ASSERT_TRUE(measure_gpu(*lab, order, heard.events()).ok());
  ASSERT_EQ(heard.figures.size(), 1u);
  EXPECT_EQ(heard.figures[0].status, BenchStatus::skipped);
  EXPECT_EQ(heard.figures[0].why, "there is no such variant");
}

}  // namespace
}  // namespace weighin::test
