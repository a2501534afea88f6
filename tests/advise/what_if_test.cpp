// Is the supposed device the real one with other parts?
#include <gtest/gtest.h>

#include "advise/devices.hpp"
#include "weighin/gate.hpp"

namespace weighin {
namespace {

TEST(WhatIf, MemoryInUseStaysInUse) {
  const auto made = what_if(test::device(5, 8), "ram=32GiB");
  ASSERT_TRUE(made);
  EXPECT_EQ(*made->memory.total_bytes, 32 * kGiB);
  EXPECT_EQ(*made->memory.usable_bytes, 29 * kGiB);
  EXPECT_EQ(made->memory.total_bytes.known_by, KnownBy::assumed);
  EXPECT_FALSE(made->live) << "nothing may be measured for a device that is not there";
}

TEST(WhatIf, ALimitStaysALimit) {
  const auto made = what_if(test::with_limit(test::device(5, 8), 1), "ram=64GiB");
  ASSERT_TRUE(made);
  EXPECT_EQ(*made->memory.usable_bytes, kGiB);
}

TEST(WhatIf, AGpuIsChangedOrAdded) {
  const auto changed =
      what_if(test::with_gpu(test::device(5, 8), 5, 6), "vram=12GiB,cores=16,disk=1GB,battery=yes");
  ASSERT_TRUE(changed);
  ASSERT_EQ(changed->gpus.size(), 1u);
  EXPECT_EQ(*changed->gpus[0].vram_bytes, 12 * kGiB);
  EXPECT_EQ(*changed->gpus[0].vram_free_bytes, 11 * kGiB);
  EXPECT_EQ(*changed->cpu.physical_cores, 16);
  EXPECT_EQ(*changed->storage[0].free_bytes, kGB);
  EXPECT_TRUE(*changed->power.on_battery);
  const auto added = what_if(test::device(5, 8), "vram=12GiB");
  ASSERT_TRUE(added);
  EXPECT_EQ(added->gpus.size(), 1u);
}

TEST(WhatIf, RefusesWhatItDoesNotKnow) {
  for (const char* wrong : {"ram", "ram=", "ram=much", "ram=-1", "color=red", "cores=0", "cores=x",
                            "battery=1", "=,"}) {
    const auto made = what_if(test::device(5, 8), wrong);
    ASSERT_FALSE(made) << wrong;
    EXPECT_EQ(made.error().kind, ErrorKind::usage) << wrong;
  }
  EXPECT_TRUE(what_if(test::device(5, 8), ""));
}

}  // namespace
}  // namespace weighin
