// Is a model laid where it fits best, and is no memory counted twice?
#include "advise/place.hpp"

#include <gtest/gtest.h>

#include "advise/devices.hpp"

namespace weighin {
namespace {

using test::device;
using test::with_gpu;

Placement choose(const DeviceProfile& profile, const char* model, AdviseOptions options = {}) {
  auto placement = choose_place(profile, test::model(model), options, options.plan);
  EXPECT_TRUE(placement) << (placement ? "" : to_text(placement.error()));
  return placement ? *placement : Placement{};
}

TEST(Place, TheRoomsOfASplitAddUpToTheNeed) {
  const Placement split = choose(with_gpu(device(10, 16), 7, 8), "qwen2.5-14b");
  EXPECT_EQ(split.place, "gpu0+cpu");
  ASSERT_EQ(split.rooms.size(), 2u);
  EXPECT_NEAR(split.rooms[0].need_bytes.mid + split.rooms[1].need_bytes.mid,
              static_cast<double>(split.estimate.memory.total_bytes), 4096.0);
  EXPECT_GT(split.estimate.plan.gpu_layers, 0);
  EXPECT_EQ(split.rooms[0].fit(), Fit::fits) << "the GPU's part has headroom";
}

TEST(Place, TheLargestSplitThatFitsIsTaken) {
  const Placement small = choose(with_gpu(device(30, 32), 4, 4), "qwen2.5-32b");
  const Placement large = choose(with_gpu(device(16, 32), 12, 12), "qwen2.5-32b");
  EXPECT_GT(large.estimate.plan.gpu_layers, small.estimate.plan.gpu_layers);
}

TEST(Place, ASharedGpuIsBoundByTheMemoryItShares) {
  const DeviceProfile shared = with_gpu(device(4, 8), 16, 16, true);
  // Larger than all memory: set aside by the firmware, and so the GPU's own.
  EXPECT_EQ(choose(shared, "llama-3.1-8b").place.substr(0, 3), "gpu");
  const DeviceProfile window = with_gpu(device(3, 24), 16, 16, true);
  EXPECT_NE(choose(window, "llama-3.1-8b").fit(), Fit::fits);
}

TEST(Place, SharedMemoryIsCountedOnce) {
  // Half of the layers of 8B in Q4_K_M: about 3 GiB on each side. 4.2 GiB hold either, not both.
  AdviseOptions options;
  options.gpu_layers_given = true;
  options.plan.gpu_layers = 16;
  DeviceProfile phone = with_gpu(device(4.2, 8), 8, 8, true);
  phone.gpus[0].carve_out_bytes = Known<Bytes>::of(0, "Vulkan");
  const Placement placement = choose(phone, "llama-3.1-8b", options);
  ASSERT_EQ(placement.rooms.size(), 2u);
  const Estimate& made = placement.estimate;
  EXPECT_NEAR(placement.rooms[1].need_bytes.mid,
              static_cast<double>(made.gpu_bytes + made.host_bytes), 1.0);
  EXPECT_EQ(placement.fit(), Fit::too_big);
  // What the firmware has set aside holds the GPU's part, and main memory the rest.
  phone.gpus[0].carve_out_bytes = Known<Bytes>::of(8 * kGiB, "Vulkan");
  const Placement apart = choose(phone, "llama-3.1-8b", options);
  EXPECT_NEAR(apart.rooms[1].need_bytes.mid, static_cast<double>(made.host_bytes), 1.0);
  EXPECT_EQ(apart.fit(), Fit::fits);
  phone.gpus[0].carve_out_bytes = Known<Bytes>::of(1 * kGiB, "Vulkan");
  const Placement part = choose(phone, "llama-3.1-8b", options);
  EXPECT_NEAR(part.rooms[1].need_bytes.mid,
              static_cast<double>(made.gpu_bytes - 1 * kGiB + made.host_bytes), 1.0);
}

TEST(Place, AskedLayersAreKept) {
  AdviseOptions options;
  options.gpu_layers_given = true;
  options.plan.gpu_layers = 0;
  EXPECT_EQ(choose(with_gpu(device(14, 16), 11, 12), "llama-3.1-8b", options).place, "cpu");
  options.plan.gpu_layers = -1;
  EXPECT_EQ(choose(with_gpu(device(14, 16), 3, 12), "llama-3.1-8b", options).fit(), Fit::too_big);
  options.plan.gpu_layers = 10;
  EXPECT_EQ(choose(with_gpu(device(14, 16), 11, 12), "llama-3.1-8b", options).place, "gpu0+cpu");
}

TEST(Place, TheSecondGpuMayBeTheBetterOne) {
  EXPECT_EQ(choose(with_gpu(with_gpu(device(4, 8), 2, 2), 22, 24), "llama-3.1-8b").place, "gpu1");
}

TEST(Place, TwoGpusTogetherHoldWhatNeitherHolds) {
  const Placement both = choose(with_gpu(with_gpu(device(14, 16), 11, 12), 15, 16), "qwen2.5-32b");
  EXPECT_EQ(both.place, "gpu0+gpu1");
  EXPECT_EQ(both.fit(), Fit::fits);
  ASSERT_EQ(both.rooms.size(), 3u) << "each GPU's, and the system's";
  EXPECT_LT(both.rooms[0].need_bytes.mid, both.rooms[1].need_bytes.mid)
      << "dealt out by what is free";
  Bytes sum = 0;
  for (const Bytes part : both.estimate.gpu_split_bytes) sum += part;
  EXPECT_EQ(sum, both.estimate.gpu_bytes);
  EXPECT_EQ(sum + both.estimate.host_bytes, both.estimate.memory.total_bytes);
}

TEST(Place, SlicesOfOneGpuHoldNothingTogether) {
  DeviceProfile sliced = with_gpu(with_gpu(device(40, 48), 11, 12), 15, 16);
  for (Gpu& gpu : sliced.gpus) {
    gpu.type = "virtual";
    gpu.name = "NVIDIA A100-SXM4-80GB MIG 2g.20gb";
  }
  const std::string place = choose(sliced, "qwen2.5-32b").place;
  EXPECT_EQ(place.find("gpu0+gpu1"), std::string::npos) << place;
  EXPECT_EQ(choose(sliced, "mistral-7b-v0.3").place, "gpu0") << "each by itself counts";
}

TEST(Place, OnTheCpuTheWorkingSetCountsAndNotWhatIsOnlyReserved) {
  AdviseOptions options;
  options.plan.outputs = -1;  // logits of the whole batch are reserved, and those of one written
  const Placement placement = choose(device(30, 32), "gemma-3-1b", options);
  EXPECT_EQ(placement.place, "cpu");
  EXPECT_GT(placement.estimate.residency.reserved_bytes, 300 * kMiB);
  EXPECT_NEAR(placement.rooms[0].need_bytes.mid,
              static_cast<double>(placement.estimate.residency.working_set_bytes), 1.0);
}

TEST(Place, RoomsAreJudgedOnTheHighEnd) {
  Room room;
  room.need_bytes = {80, 90, 95};
  room.available_bytes = Known<Bytes>::of(100, "x");
  EXPECT_EQ(room.fit(), Fit::tight);
  room.need_bytes.high = 90;
  EXPECT_EQ(room.fit(), Fit::fits);
  room.need_bytes.high = 101;
  EXPECT_EQ(room.fit(), Fit::too_big);
  room.available_bytes = Known<Bytes>::of(-5, "a shortfall");
  EXPECT_EQ(room.fit(), Fit::too_big);
}

TEST(Place, TheRepackFollowsTheInstructionSets) {
  Cpu cpu;
  cpu.architecture = Known<std::string>::of("x86_64", "uname");
  EXPECT_EQ(repack_of(cpu), Plan{}.repack) << "nothing known";
  cpu.simd = Known<std::vector<std::string>>::of({"sse4_2"}, "CPUID");
  EXPECT_EQ(repack_of(cpu), "base");
  cpu.simd = Known<std::vector<std::string>>::of({"avx2", "avx512f"}, "CPUID");
  EXPECT_EQ(repack_of(cpu), "avx512");
  cpu.simd =
      Known<std::vector<std::string>>::of({"avx2", "avx512f", "avx512_vnni", "amx_int8"}, "CPUID");
  EXPECT_EQ(repack_of(cpu), "amx");
}

TEST(Place, OneBufferIsTheLesserOfBothLimits) {
  Gpu gpu;
  EXPECT_EQ(buffer_limit(gpu), 0);
  gpu.limits.max_memory_allocation_bytes = Known<Bytes>::of(4 * kGiB, "limits");
  EXPECT_EQ(buffer_limit(gpu), 4 * kGiB);
  gpu.limits.max_storage_buffer_bytes = Known<Bytes>::of(128 * kMiB, "limits");
  EXPECT_EQ(buffer_limit(gpu), 128 * kMiB);
}

TEST(Place, SoftwareNeverCounts) {
  EXPECT_FALSE(counts(test::with_software_gpu(device(1, 1)).gpus[0]));
  EXPECT_TRUE(counts(with_gpu(device(1, 1), 1, 1).gpus[0]));
}

}  // namespace
}  // namespace weighin
