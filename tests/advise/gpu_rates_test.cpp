// Which rate stands for a kind of work on a GPU, and how far is it from what was measured?
#include "advise/gpu_rates.hpp"

#include <gtest/gtest.h>

#include "advise/devices.hpp"
#include "weighin/formats.hpp"

namespace weighin {
namespace {

/// Made up: 100 GB/s everywhere.
Measurements hundred() { return test::rates(100, "gpu0"); }

Measurement operations(const char* name, const char* format, double rate) {
  Measurement made;
  made.name = name;
  made.format = format;
  made.place = "gpu0";
  made.operations_per_second = Range{rate, rate, rate};
  made.status = BenchStatus::ok;
  return made;
}

TEST(GpuRates, OwnFormatThenKinThenTheReadRate) {
  const Measurements all = hundred();
  const GpuRates rates(all, "gpu0");
  EXPECT_TRUE(rates.decode("Q4_K", false)->direct);
  EXPECT_DOUBLE_EQ(rates.decode("Q4_K", false)->rate.mid, 95e9) << "0.95 of what memory gives";
  EXPECT_FALSE(rates.decode("Q2_K", false)->direct);
  EXPECT_FALSE(rates.decode("unheard of", false)->direct);
  EXPECT_DOUBLE_EQ(rates.decode("unheard of", false)->rate.mid, 80e9);
  EXPECT_FALSE(GpuRates(all, "gpu1").decode("Q4_K", false))
      << "another GPU's rates are not its own";
  const auto experts = rates.decode("Q4_K", true);
  EXPECT_LT(experts->rate.mid, 95e9);
  EXPECT_FALSE(experts->direct);
}

TEST(GpuRates, EveryFormatHasAKinOrIsMeasured) {
  const Measurements all = hundred();
  for (const WeightFormat& format : weight_formats()) {
    const auto rate = GpuRates(all, "gpu0").decode(format.name, false);
    ASSERT_TRUE(rate) << format.name;
    EXPECT_LE(rate->rate.low, rate->rate.mid) << format.name;
    EXPECT_LE(rate->rate.mid, rate->rate.high) << format.name;
    EXPECT_LE(rate->rate.high, 102e9 * 1.001) << format.name << ": faster than memory";
  }
}

TEST(GpuRates, AKernelThatIsSlowerThanMemoryDecides) {
  Measurements all = hundred();
  for (Measurement& each : all.list) {
    if (each.format == "Q6_K") each.bytes_per_second = Range{39e9, 40e9, 41e9};
  }
  EXPECT_DOUBLE_EQ(GpuRates(all, "gpu0").decode("Q6_K", false)->rate.mid, 40e9);
}

TEST(GpuRates, PromptsTakeTheBetterOfF16AndEightBits) {
  Measurements all = hundred();
  EXPECT_FALSE(GpuRates(all, "gpu0").prefill("Q4_0", false));
  all.list.push_back(operations("prefill f16", "F16", 20e12));
  all.list.push_back(operations("prefill q8_0", "Q8_0", 30e12));
  const GpuRates rates(all, "gpu0");
  EXPECT_DOUBLE_EQ(rates.prefill("F16", false)->rate.mid, 20e12);
  EXPECT_DOUBLE_EQ(rates.prefill("Q8_0", false)->rate.mid, 30e12);
  EXPECT_TRUE(rates.prefill("Q8_0", false)->direct);
  EXPECT_LT(rates.prefill("Q4_K", false)->rate.mid, 30e12) << "unpacking costs";
  EXPECT_FALSE(rates.prefill("Q4_K", false)->direct);
  EXPECT_LT(rates.prefill("Q4_K", true)->rate.mid, rates.prefill("Q4_K", false)->rate.mid);
}

TEST(GpuRates, AValueCostsADispatchAndASubmitItsTime) {
  Measurements all = hundred();
  EXPECT_GT(GpuRates(all, "gpu0").value_seconds().high, GpuRates(all, "gpu0").value_seconds().mid)
      << "assumed, and wide";
  all.list.push_back(operations("dispatch", "", 250e3));
  all.list.push_back(operations("submit", "", 10e3));
  EXPECT_DOUBLE_EQ(GpuRates(all, "gpu0").value_seconds().mid, 4e-6);
  EXPECT_DOUBLE_EQ(GpuRates(all, "gpu0").submit_seconds().mid, 100e-6);
}

TEST(GpuRates, AttentionAndLinkAreTheirOwn) {
  Measurements all = hundred();
  EXPECT_FALSE(GpuRates(all, "gpu0").attention()->direct) << "half of the read rate";
  EXPECT_FALSE(GpuRates(all, "gpu0").transfer("transfer to device"));
  Measurement link = all.list.front();
  link.name = "transfer to device";
  link.bytes_per_second = Range{11e9, 12e9, 13e9};
  Measurement attention = all.list.front();
  attention.name = "attention f16";
  attention.format = "F16";
  all.list.push_back(link);
  all.list.push_back(attention);
  EXPECT_DOUBLE_EQ(GpuRates(all, "gpu0").transfer("transfer to device")->mid, 12e9);
  EXPECT_TRUE(GpuRates(all, "gpu0").attention()->direct);
  EXPECT_DOUBLE_EQ(GpuRates(all, "gpu0").attention()->rate.mid, 80e9);
  // A figure in operations says nothing of bytes.
  all.list.back().bytes_per_second.reset();
  all.list.back().operations_per_second = Range{1e15, 1e15, 1e15};
  EXPECT_DOUBLE_EQ(GpuRates(all, "gpu0").attention()->rate.mid, 50e9);
}

}  // namespace
}  // namespace weighin
