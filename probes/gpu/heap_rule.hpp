// How much memory does a GPU have, going by the heaps that its driver shows?
//
// Pure arithmetic on values; each vendor means something else by its heaps. Held against 39
// recorded devices with known truth in the tests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "weighin/units.hpp"

namespace weighin {

/// A heap as a driver shows it, unchecked.
struct RawHeap {
  std::uint64_t size_bytes = 0;
  bool device_local = false;
  std::optional<std::uint64_t> budget_bytes, usage_bytes;  ///< VK_EXT_memory_budget
};

struct HeapQuestion {
  std::uint32_t vendor_id = 0;
  std::uint32_t driver_id = 0;  ///< VkDriverId; 0 = not said
  std::string driver_name;      ///< where there is no VkDriverId
  std::string type;             ///< discrete | integrated | virtual | cpu | other
  std::vector<RawHeap> heaps;
  std::optional<Bytes> ram_bytes;            ///< of the system
  std::optional<Bytes> ram_available_bytes;  ///< of it, free now
  /// Of the kernel driver (sysfs mem_info_vram_*, mem_info_gtt_*), where it says so.
  std::optional<Bytes> carve_out_bytes, carve_out_free_bytes, gtt_bytes, gtt_free_bytes;
};

struct HeapAnswer {
  std::optional<Bytes> vram_bytes, free_bytes;
  /// Of a GPU that shares the system's memory: what the firmware has set aside for it, and the system
  /// does not count.
  std::optional<Bytes> carve_out_bytes;
  std::optional<bool> unified;  ///< shares the system's memory; nothing where it cannot be told
  std::string how;              ///< the rule, in words
  std::string why;              ///< why there is no `vram_bytes`, or no `free_bytes`
};

HeapAnswer apply_heap_rule(const HeapQuestion& question);

/// A size that makes sense: at most 1 PiB. Drivers have shown wrapped negative numbers.
std::optional<Bytes> sane_bytes(std::uint64_t bytes);
/// What may still be taken of a heap: max(0, min(size, budget) - usage), a wrapped negative budget
/// being 0. Nothing without a budget.
std::optional<Bytes> heap_free_bytes(const RawHeap& heap);
/// The budget between 0 and the heap's size.
std::optional<Bytes> clamped_budget(const RawHeap& heap);

}  // namespace weighin
