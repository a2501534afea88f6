// How much memory does a GPU have, going by the heaps that its driver shows?
#include "probes/gpu/heap_rule.hpp"

#include <algorithm>
#include <limits>

namespace weighin {
namespace {

constexpr std::uint32_t kNvidia = 0x10de, kAmd = 0x1002, kApple = 0x106b;  // PCI vendor ids
constexpr std::uint32_t kRadv = 3;                                         // VK_DRIVER_ID_MESA_RADV
constexpr Bytes kMostBytes = Bytes{1} << 50;

struct LocalHeaps {
  Bytes sum = 0, largest = 0;
  std::optional<Bytes> sum_free, largest_free, largest_budget;
  std::size_t count = 0;
};

LocalHeaps local_heaps(const std::vector<RawHeap>& heaps) {
  LocalHeaps local;
  bool all_free_known = true;
  Bytes sum_free = 0;
  for (const RawHeap& heap : heaps) {
    const auto bytes = sane_bytes(heap.size_bytes);
    if (!heap.device_local || !bytes || *bytes == 0) continue;
    ++local.count;
    local.sum += *bytes;  // at most 16 heaps of 1 PiB
    const auto free = heap_free_bytes(heap);
    all_free_known = all_free_known && free.has_value();
    sum_free += free.value_or(0);
    if (*bytes > local.largest) {
      local.largest = *bytes;
      local.largest_free = free;
      local.largest_budget = clamped_budget(heap);
    }
  }
  if (local.count > 0 && all_free_known) local.sum_free = sum_free;
  return local;
}

bool is_radv(const HeapQuestion& q) {
  return q.driver_id == kRadv ||
         (q.driver_id == 0 && (q.driver_name.find("RADV") != std::string::npos ||
                               q.driver_name.find("radv") != std::string::npos));
}

std::optional<Bytes> least(std::optional<Bytes> a, std::optional<Bytes> b) {
  if (!a) return b;
  return b ? std::min(*a, *b) : a;
}

// A discrete card, whose memory is its own.
void discrete(const HeapQuestion& q, const LocalHeaps& local, HeapAnswer& answer) {
  answer.unified = false;
  if (q.vendor_id == kNvidia) {
    // The small device-local heap (214, 246 or 256 MiB) is a window into the large one.
    answer.vram_bytes = local.largest;
    answer.free_bytes = local.largest_free;
    answer.how = "the largest device-local heap";
  } else {
    // AMD, Intel: without resizable BAR the window is cut out of the large heap.
    answer.vram_bytes = local.sum;
    answer.free_bytes = local.sum_free;
    answer.how = local.count > 1 ? "the sum of the device-local heaps" : "the device-local heap";
  }
}

// RADV adds VRAM and GTT of an APU and shows one third of it as host memory, two thirds as
// device-local (Mesa, src/amd/vulkan/radv_physical_device.c: radv_physical_device_init_mem_types).
void radv_apu(const HeapQuestion& q, HeapAnswer& answer) {
  Bytes sum = 0;
  std::optional<Bytes> free = 0;
  for (const RawHeap& heap : q.heaps) {
    sum += sane_bytes(heap.size_bytes).value_or(0);
    const auto heap_free = heap_free_bytes(heap);
    free = free && heap_free ? std::optional<Bytes>(*free + *heap_free) : std::nullopt;
  }
  answer.unified = true;
  answer.vram_bytes = sum;
  answer.free_bytes = free;
  answer.carve_out_bytes = q.carve_out_bytes;
  answer.how = "the sum of the heaps: shares of VRAM and GTT";
  // GTT is promised from RAM, and may be promised twice over.
  if (q.carve_out_bytes && q.gtt_bytes) {
    const Bytes shared = least(q.gtt_bytes, q.ram_bytes).value_or(0);
    const Bytes real = *q.carve_out_bytes + shared;
    if (real < sum) {
      answer.vram_bytes = real;
      answer.how = "carve-out and GTT, as far as there is RAM for it";
    }
    if (q.carve_out_free_bytes && (q.gtt_free_bytes || q.ram_available_bytes)) {
      const Bytes room =
          *q.carve_out_free_bytes + least(q.gtt_free_bytes, q.ram_available_bytes).value_or(0);
      answer.free_bytes = least(answer.free_bytes, room);
    }
  }
}

// Any other GPU that shares the system's memory.
void integrated(const HeapQuestion& q, const LocalHeaps& local, HeapAnswer& answer) {
  answer.unified = true;
  if (q.vendor_id == kAmd && local.count > 0) {
    // AMD's own drivers: what the firmware has set aside; above 64 GB in two heaps.
    answer.vram_bytes = local.sum;
    answer.free_bytes = local.sum_free;
    answer.carve_out_bytes = q.carve_out_bytes ? q.carve_out_bytes : answer.vram_bytes;
    answer.how = "the sum of the device-local heaps: what the firmware has set aside";
    return;  // not part of the RAM that the system sees
  }
  answer.vram_bytes = local.largest;
  answer.free_bytes = local.largest_free;
  answer.carve_out_bytes = 0;
  answer.how = "the largest device-local heap: a share of the RAM";
  if (q.vendor_id == kApple && local.largest_budget) {
    // The heap is all RAM, the budget what Metal recommends at most.
    answer.vram_bytes = least(answer.vram_bytes, local.largest_budget);
    answer.how = "the budget of the device-local heap: what Metal recommends at most";
  }
  if (q.ram_bytes && *answer.vram_bytes > *q.ram_bytes) {
    answer.vram_bytes = q.ram_bytes;
    answer.how += ", capped by the RAM there is";
  }
  if (answer.free_bytes) answer.free_bytes = least(answer.free_bytes, q.ram_available_bytes);
}

}  // namespace

std::optional<Bytes> sane_bytes(std::uint64_t bytes) {
  if (bytes > static_cast<std::uint64_t>(kMostBytes)) return std::nullopt;
  return static_cast<Bytes>(bytes);
}

std::optional<Bytes> clamped_budget(const RawHeap& heap) {
  const auto size = sane_bytes(heap.size_bytes);
  if (!heap.budget_bytes || !size) return std::nullopt;
  constexpr auto kMostPositive =
      static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (*heap.budget_bytes > kMostPositive) return 0;  // a negative number, stored unsigned
  return std::min(*size, static_cast<Bytes>(*heap.budget_bytes));
}

std::optional<Bytes> heap_free_bytes(const RawHeap& heap) {
  const auto budget = clamped_budget(heap);
  if (!budget) return std::nullopt;
  const std::uint64_t used = heap.usage_bytes.value_or(0);
  if (used >= static_cast<std::uint64_t>(*budget)) return 0;
  return *budget - static_cast<Bytes>(used);
}

HeapAnswer apply_heap_rule(const HeapQuestion& q) {
  HeapAnswer answer;
  if (q.type == "cpu") {
    answer.unified = true;
    answer.why = "a software device has no memory of its own";
    return answer;
  }
  const LocalHeaps local = local_heaps(q.heaps);
  if (local.count == 0) {
    if (q.type == "discrete") answer.unified = false;
    if (q.type == "integrated") answer.unified = true;
    answer.why = q.heaps.empty() ? "the driver shows no memory heap"
                                 : "the driver shows no device-local heap of a sensible size";
    return answer;
  }
  if (q.type == "discrete") {
    discrete(q, local, answer);
  } else if (q.type == "integrated") {
    if (q.vendor_id == kAmd && is_radv(q)) {
      radv_apu(q, answer);
    } else {
      integrated(q, local, answer);
    }
  } else {
    // A virtual GPU, or one that does not say what it is: whose memory it shows cannot be told.
    discrete(q, local, answer);
    answer.unified = std::nullopt;
  }
  if (!answer.free_bytes) answer.why = "the driver has no VK_EXT_memory_budget";
  if (answer.free_bytes && answer.vram_bytes) {
    answer.free_bytes = std::min(*answer.free_bytes, *answer.vram_bytes);
  }
  return answer;
}

}  // namespace weighin
