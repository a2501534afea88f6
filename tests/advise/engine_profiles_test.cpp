// Is an engine's share of our rates taken from the nearest row, and said to be less sure there?
#include "advise/engine_profiles.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

TEST(EngineProfiles, ARowOfTheVeryInstructionSetIsMeasured) {
  const auto own = engine_share("llama.cpp", "avx2", "Q4_0", EnginePart::decode);
  ASSERT_TRUE(own);
  EXPECT_TRUE(own->measured);
  // One vector times a matrix: a small part of what a batch does.
  EXPECT_GT(own->share, 0.02);
  EXPECT_LT(own->share, 0.5);
  EXPECT_LE(own->error, 0.3);
}

TEST(EngineProfiles, AnotherInstructionSetsRowIsWider) {
  const auto other = engine_share("llama.cpp", "avx_vnni", "Q4_0", EnginePart::decode);
  ASSERT_TRUE(other);
  EXPECT_FALSE(other->measured);
  const auto own = engine_share("llama.cpp", "avx2", "Q4_0", EnginePart::decode);
  EXPECT_GT(other->error, own->error);
}

TEST(EngineProfiles, NoRowIsNoShare) {
  // x86's rows say nothing of Arm's kernels.
  EXPECT_FALSE(engine_share("llama.cpp", "neon_dotprod", "Q4_0", EnginePart::decode));
  EXPECT_FALSE(engine_share("llama.cpp", "", "Q4_0", EnginePart::decode));
  EXPECT_FALSE(engine_share("no-engine", "avx2", "Q4_0", EnginePart::decode));
  EXPECT_FALSE(engine_share("llama.cpp", "avx2", "Q1_Z", EnginePart::decode));
  EXPECT_EQ(engine_cost("no-engine", "avx2").value_seconds, 0.0);
}

TEST(EngineProfiles, AValueCostsMicroseconds) {
  for (const char* isa : {"avx2", "avx512_vnni", "neon_dotprod"}) {
    const EngineCost cost = engine_cost("llama.cpp", isa);
    EXPECT_GT(cost.value_seconds, 1e-7) << isa;
    EXPECT_LT(cost.value_seconds, 1e-4) << isa;
  }
}

}  // namespace
}  // namespace weighin
