// Is an engine's share of our rates taken from the nearest row, and said to be less sure there?
#include "advise/engine_profiles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace weighin {
namespace {

constexpr EngineHost kXeonAvx2{"llama.cpp", "avx2", "avx2", "Intel", "Sapphire Rapids"};
constexpr EngineHost kXeonAmx{"llama.cpp", "avx512_vnni", "amx", "Intel", "Sapphire Rapids"};

EngineHost with(EngineHost host, std::string_view isa) {
  host.isa = isa;
  return host;
}

TEST(EngineProfiles, ARowOfTheVeryMachineIsMeasured) {
  const auto own = engine_share(kXeonAvx2, "Q4_0", EnginePart::decode);
  ASSERT_TRUE(own);
  EXPECT_TRUE(own->measured);
  // One vector times a matrix: a small part of what a batch does.
  EXPECT_GT(own->share, 0.02);
  EXPECT_LT(own->share, 0.5);
  EXPECT_LE(own->error, 0.3);
}

TEST(EngineProfiles, TheFurtherTheMachineTheWider) {
  const auto error = [](const EngineHost& host) {
    return engine_share(host, "Q8_0", EnginePart::prefill)->error;
  };
  EngineHost sibling = kXeonAvx2, other = kXeonAvx2;
  sibling.microarchitecture = "Skylake";
  other.microarchitecture = "Made-up";
  other.vendor = "Nobody";
  EXPECT_LT(error(kXeonAvx2), error(sibling));
  EXPECT_LT(error(sibling), error(other));
  EXPECT_LT(error(kXeonAvx2), error(with(kXeonAvx2, "avx_vnni")));
  for (const EngineHost& host : {sibling, other, with(kXeonAvx2, "avx_vnni")})
    EXPECT_FALSE(engine_share(host, "Q8_0", EnginePart::prefill)->measured);
}

// The engine multiplies Q8_0 with tiles where there are some, and with plain vectors where not.
TEST(EngineProfiles, TilesAreNoMeasureOfAProcessorWithoutThem) {
  EngineHost without = kXeonAmx;
  without.repack = "avx512";
  const auto tiles = engine_share(kXeonAmx, "Q8_0", EnginePart::prefill);
  const auto plain = engine_share(without, "Q8_0", EnginePart::prefill);
  ASSERT_TRUE(tiles && plain);
  EXPECT_TRUE(tiles->measured);
  EXPECT_FALSE(plain->measured);
  EXPECT_LT(plain->share, 0.8 * tiles->share);
}

TEST(EngineProfiles, Bf16PairsChangeNoOtherKernel) {
  EXPECT_TRUE(engine_share(with(kXeonAmx, "avx512_bf16"), "Q4_0", EnginePart::decode)->measured);
}

TEST(EngineProfiles, AProcessorThatHidesItsNumberIsStillKnownByItsTiles) {
  EngineHost later = kXeonAmx;
  later.microarchitecture = "Sapphire Rapids or later";
  EXPECT_TRUE(engine_share(later, "Q4_0", EnginePart::decode)->measured);
}

TEST(EngineProfiles, NoRowIsNoShare) {
  // x86's rows say nothing of Arm's kernels.
  EXPECT_FALSE(engine_share(with(kXeonAvx2, "neon_dotprod"), "Q4_0", EnginePart::decode));
  EXPECT_FALSE(engine_share(with(kXeonAvx2, ""), "Q4_0", EnginePart::decode));
  EXPECT_FALSE(engine_share(kXeonAvx2, "Q1_Z", EnginePart::decode));
  EngineHost unknown = kXeonAvx2;
  unknown.engine = "no-engine";
  EXPECT_FALSE(engine_share(unknown, "Q4_0", EnginePart::decode));
  EXPECT_EQ(engine_cost(unknown).value_seconds, 0.0);
  EXPECT_EQ(engine_block_ratio(unknown), 0.0);
}

TEST(EngineProfiles, AValueCostsMicroseconds) {
  for (const char* isa : {"avx2", "avx512_vnni", "neon_dotprod"}) {
    const EngineCost cost = engine_cost(with(kXeonAvx2, isa));
    EXPECT_GE(cost.value_seconds, 1e-7) << isa;
    EXPECT_LT(cost.value_seconds, 1e-4) << isa;
  }
}

TEST(EngineProfiles, EveryRowIsASaneShareAndStandsOnce) {
  for (const EngineProfile* profile : engine_profiles()) {
    EXPECT_FALSE(profile->measured.empty());
    EXPECT_FALSE(profile->rows.empty());
    for (const EngineRow& row : profile->rows) {
      SCOPED_TRACE(std::string(profile->measured) + " " + std::string(row.format));
      EXPECT_GT(row.share, 0.01);
      EXPECT_LT(row.share, 2.0);
      EXPECT_GT(row.error, 0.0);
      const auto alike = std::count_if(profile->rows.begin(), profile->rows.end(), [&](auto& each) {
        return each.format == row.format && each.part == row.part;
      });
      EXPECT_EQ(alike, 1);
    }
  }
}

}  // namespace
}  // namespace weighin
