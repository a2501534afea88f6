// Are fast and small cores told apart, and like cores left together?
#include "probes/cpu/core_kinds.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

CoreSignal typed(std::string type, bool small, std::optional<double> hertz = {},
                 std::int64_t threads = 1) {
  return {threads, std::move(type), small, std::nullopt, hertz};
}
CoreSignal clocked(double hertz) { return {1, "", std::nullopt, std::nullopt, hertz}; }
CoreSignal ranked(std::int64_t rank) { return {1, "", std::nullopt, rank, std::nullopt}; }

// "performance 6/12 4.8, efficiency 8/8 3.6"
std::string told(const std::vector<CoreSignal>& cores) {
  std::string text;
  for (const CoreKind& kind : core_kinds(cores, "test")) {
    if (!text.empty()) text += ", ";
    text += kind.kind + " " + std::to_string(kind.cores) + "/" + std::to_string(kind.threads);
    if (kind.max_hertz) text += " " + std::to_string(*kind.max_hertz / 1e9).substr(0, 3);
  }
  return text;
}

TEST(CoreKinds, AnIntelHybridIsToldByItsTypes) {
  std::vector<CoreSignal> cores;
  for (int i = 0; i < 8; ++i) cores.push_back(typed("IntelAtom", true, 3.6e9));
  for (int i = 0; i < 6; ++i) cores.push_back(typed("IntelCore", false, i < 2 ? 4.8e9 : 4.7e9, 2));
  EXPECT_EQ(told(cores), "performance 6/12 4.8, efficiency 8/8 3.6");
}

TEST(CoreKinds, ThreeKindsOfAPhone) {
  std::vector<CoreSignal> cores(4, typed("Cortex-A510", true));
  cores.insert(cores.end(), 3, typed("Cortex-A710", false));
  cores.push_back(typed("Cortex-X2", false, 3.0e9));
  EXPECT_EQ(told(cores), "performance 1/1 3.0, performance 3/3, efficiency 4/4");
}

TEST(CoreKinds, SmallCoresAloneAreUniform) {
  std::vector<CoreSignal> cores(4, typed("Cortex-A53", true, 1.3e9));
  cores.insert(cores.end(), 4, typed("Cortex-A53", true, 2.0e9));
  EXPECT_EQ(told(cores), "uniform 8/8 2.0");
}

TEST(CoreKinds, FavouredCoresAreNoKindOfTheirOwn) {
  EXPECT_EQ(told({clocked(5.7e9), clocked(5.5e9), clocked(5.2e9), clocked(5.1e9)}),
            "uniform 4/4 5.7");
  EXPECT_EQ(told({clocked(5.1e9), clocked(3.3e9), clocked(3.3e9)}),
            "performance 1/1 5.1, efficiency 2/2 3.3");
}

TEST(CoreKinds, TheKernelsCapacity) {
  EXPECT_EQ(told({ranked(1024), ranked(1024), ranked(414), ranked(414)}),
            "performance 2/2, efficiency 2/2");
  EXPECT_EQ(told({ranked(250), ranked(768), ranked(1024)}),
            "performance 1/1, performance 1/1, efficiency 1/1");
}

TEST(CoreKinds, NothingKnownIsUniformAndNothingIsEmpty) {
  EXPECT_EQ(told({CoreSignal{}, CoreSignal{}}), "uniform 2/2");
  EXPECT_EQ(told({clocked(5e9), CoreSignal{}}), "uniform 2/2 5.0");
  EXPECT_TRUE(core_kinds({}, "test").empty());
  const auto kinds = core_kinds({CoreSignal{}}, "test");
  EXPECT_FALSE(kinds[0].max_hertz);
  EXPECT_FALSE(kinds[0].max_hertz.why.empty());
}

}  // namespace
}  // namespace weighin
