// Which devices and models are the verdicts tried on?
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/support.hpp"
#include "weighin/advise.hpp"

namespace weighin::test {

/// A machine with that much usable memory of that much in all, a disk, and no GPU.
inline DeviceProfile device(double usable_gib, double total_gib) {
  const auto bytes = [](double gib) { return static_cast<Bytes>(gib * static_cast<double>(kGiB)); };
  DeviceProfile made;
  made.memory.total_bytes = Known<Bytes>::of(bytes(total_gib), "/proc/meminfo");
  made.memory.available_bytes = Known<Bytes>::of(bytes(usable_gib), "/proc/meminfo");
  made.memory.usable_bytes =
      Known<Bytes>::of(bytes(usable_gib), "/proc/meminfo", KnownBy::computed);
  made.memory.capacity_bytes =
      Known<Bytes>::of(bytes(total_gib), "/proc/meminfo", KnownBy::computed);
  made.memory.bound_by = Known<std::string>::of("physical", "least", KnownBy::computed);
  made.cpu.architecture = Known<std::string>::of("x86_64", "uname");
  made.cpu.simd = Known<std::vector<std::string>>::of({"avx2"}, "CPUID");
  Volume volume;
  volume.path = "~/.cache";
  volume.free_bytes = Known<Bytes>::of(2000 * kGB, "statvfs");
  made.storage = {volume};
  return made;
}

inline DeviceProfile with_limit(DeviceProfile made, double limit_gib) {
  const auto limit = static_cast<Bytes>(limit_gib * static_cast<double>(kGiB));
  made.memory.usable_bytes = made.memory.capacity_bytes =
      Known<Bytes>::of(limit, "cgroup", KnownBy::computed);
  made.memory.bound_by = Known<std::string>::of("cgroup", "least", KnownBy::computed);
  made.limits.memory = {
      {"cgroup_v2", "/app.slice", limit, Known<Bytes>::of(0, "x"), Known<Bytes>::of(limit, "x")}};
  return made;
}

inline DeviceProfile with_gpu(DeviceProfile made, double free_gib, double vram_gib,
                              bool unified = false) {
  const auto bytes = [](double gib) { return static_cast<Bytes>(gib * static_cast<double>(kGiB)); };
  Gpu gpu;
  gpu.name = "a GPU";
  gpu.vendor = "NVIDIA";
  gpu.type = unified ? "integrated" : "discrete";
  gpu.api = "vulkan";
  gpu.unified = Known<bool>::of(unified, "heaps");
  gpu.vram_bytes = Known<Bytes>::of(bytes(vram_gib), "heaps");
  gpu.vram_free_bytes = Known<Bytes>::of(bytes(free_gib), "VK_EXT_memory_budget");
  gpu.limits.max_memory_allocation_bytes = Known<Bytes>::of(4 * kGiB, "limits");
  gpu.limits.max_storage_buffer_bytes = Known<Bytes>::of(4 * kGiB - 1, "limits");
  made.gpus.push_back(std::move(gpu));
  return made;
}

inline DeviceProfile with_software_gpu(DeviceProfile made) {
  Gpu gpu;
  gpu.name = "llvmpipe";
  gpu.type = "cpu";
  gpu.software = true;
  gpu.vram_bytes = Known<Bytes>::of(1000 * kGiB, "heaps");
  gpu.vram_free_bytes = gpu.vram_bytes;
  made.gpus.push_back(std::move(gpu));
  return made;
}

inline DeviceProfile with_disk(DeviceProfile made, Bytes free_bytes) {
  made.storage.front().free_bytes = Known<Bytes>::of(free_bytes, "statvfs");
  return made;
}

/// Rates of a machine whose memory is read at `gb` GB a second.
inline Measurements rates(double gb, const char* place = "cpu",
                          BenchStatus status = BenchStatus::ok) {
  Measurements made;
  for (const char* format : {"", "Q4_0", "Q8_0", "F16", "Q4_K", "Q6_K"}) {
    Measurement each;
    each.name = *format == '\0' ? "memory read" : "decode";
    each.format = format;
    each.place = place;
    each.threads = 4;
    each.bytes_per_second = Range{0.95e9 * gb, 1e9 * gb, 1.02e9 * gb};
    each.status = status;
    made.list.push_back(each);
  }
  return made;
}

/// The project's own catalogue.
inline const Catalogue& catalogue() {
  static const Catalogue kCatalogue = [] {
    auto read = read_catalogue(slurp(source_folder() / "models.json"), "models.json");
    EXPECT_TRUE(read) << (read ? "" : to_text(read.error()));
    return read ? *read : Catalogue{};
  }();
  return kCatalogue;
}

inline ModelSpec model(const std::string& name) {
  auto found = find_model(catalogue(), name);
  EXPECT_TRUE(found) << name << ": " << (found ? "" : to_text(found.error()));
  return found ? *found : ModelSpec{};
}

}  // namespace weighin::test
