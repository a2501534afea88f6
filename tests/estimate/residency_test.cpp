// Is the memory of the engine's process foretold, mapped and not?
#include "estimate/residency.hpp"

#include <cmath>

#include "estimate/mix.hpp"
#include "estimate/repack.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

// 33 runs of the real engine; the bound is 5 %, the worst of ours stands in
// docs/estimate.md.
TEST(Residency, IsThatOfTheRealProcess) {
  int count = 0;
  double worst = 0;
  for (const auto& row : test::truth("llamacpp_rss.csv")) {
    Plan plan;
    plan.format = row.at(1);
    plan.context = std::stoll(row.at(2));
    plan.flash_attn = row.at(3);
    plan.kv_type = row.at(4);
    const auto estimated = estimate(test::model(row.at(0)), plan);
    ASSERT_TRUE(estimated.ok()) << row[0];
    const auto mib = [&](std::size_t column) {
      return row.at(column).empty()
                 ? Bytes{0}
                 : static_cast<Bytes>(std::llround(std::stod(row[column]) * kMiB));
    };
    const Bytes repacked = mib(12);
    const Bytes plain = estimated->memory.weights_bytes - repacked;
    const std::int64_t tokens = (std::stoll(row.at(7)) + std::stoll(row.at(8)) + 255) / 256 * 256;
    Plan running = plan;
    running.ubatch = std::min<std::int64_t>(512, std::stoll(row.at(7)));
    const auto parts = residency(test::file_shape(row[0]), running, estimated->memory, plain,
                                 repacked, mib(10), tokens);
    ASSERT_TRUE(parts.has_value());
    const bool mapped = row.at(5) == "mmap";
    const Bytes expected =
        mapped ? parts->anonymous_bytes + parts->mapped_bytes : parts->working_set_bytes;
    const double error = static_cast<double>(expected) / std::stod(row.at(24)) - 1.0;
    worst = std::max(worst, std::abs(error));
    EXPECT_LT(std::abs(error), 0.05) << row[0] << " " << row[1] << " " << row[5];
    ++count;
  }
  EXPECT_EQ(count, 33);
  RecordProperty("worst_error_percent", std::to_string(100 * worst));
}

TEST(Residency, PartsAddUp) {
  const Shape shape = test::file_shape("Llama-3.2-1B");
  Plan plan;
  plan.outputs = -1;  // a benchmark's reservation
  const auto estimated = estimate(test::model("Llama-3.2-1B"), plan);
  ASSERT_TRUE(estimated.ok());
  const MemoryNeed& memory = estimated->memory;
  const auto parts =
      residency(shape, plan, memory, memory.weights_bytes - 1000, 1000, memory.weights_bytes);
  ASSERT_TRUE(parts.has_value());
  EXPECT_GT(parts->reserved_bytes, 100 * kMiB) << "logits that nobody asks for";
  EXPECT_EQ(parts->working_set_bytes + parts->reserved_bytes, memory.total_bytes);
  EXPECT_EQ(parts->working_set_bytes - parts->anonymous_bytes, memory.weights_bytes - 1000);
}

TEST(Residency, TouchesNoMoreThanIsReserved) {
  for (const char* name : {"Gemma-3-1B", "Mamba-370M", "OLMoE-1B-7B", "bert-base-uncased"}) {
    const Shape shape = test::file_shape(name);
    for (const std::int64_t tokens : {1, 256, 4096}) {
      const auto touched = touched_compute_bytes(shape, Plan{}, tokens);
      ASSERT_TRUE(touched.has_value()) << name;
      EXPECT_LE(*touched, compute_buffer(shape, Plan{})->bytes) << name << " " << tokens;
    }
  }
}

}  // namespace
}  // namespace weighin
