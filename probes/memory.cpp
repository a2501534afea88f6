// How much memory does the machine have, and how much of it is free?
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "probes/probe.hpp"
#include "probes/read/kernel_text.hpp"

namespace weighin {
namespace {

using kernel_text::counter;
using kernel_text::field;
using kernel_text::kilobytes;
using kernel_text::trimmed;
using kernel_text::whole_number;

constexpr const char* kMeminfo = "/proc/meminfo";

// Memory of GPUs that the driver has on-lined as NUMA nodes (NVIDIA on POWER9, Grace): counted by
// the kernel in MemTotal and MemAvailable, but on the card.
struct GpuNodes {
  Bytes total = 0, available = 0;
  int count = 0;
};

GpuNodes gpu_nodes(const Host& host) {
  GpuNodes found;
  constexpr const char* kGpus = "/proc/driver/nvidia/gpus";
  const auto gpus = host.list_directory(kGpus);
  if (!gpus) return found;
  std::vector<std::int64_t> seen;
  for (const std::string& gpu : *gpus) {
    const auto status = host.read_file(fmt::format("{}/{}/numa_status", kGpus, gpu));
    if (!status || field(*status, "Status") != "online") continue;
    const auto node = whole_number(field(*status, "Node").value_or(""));
    if (!node || *node < 0 || std::find(seen.begin(), seen.end(), *node) != seen.end()) continue;
    seen.push_back(*node);
    const auto text = host.read_file(fmt::format("/sys/devices/system/node/node{}/meminfo", *node));
    if (!text) continue;
    const std::string prefix = fmt::format("Node {} ", *node);
    const auto value = [&](const char* key) { return kilobytes(*text, prefix + key).value_or(0); };
    // As the kernel counts them into MemAvailable: free pages, file pages and reclaimable slab.
    const Bytes total = value("MemTotal");
    const Bytes available =
        value("MemFree") + value("Active(file)") + value("Inactive(file)") + value("SReclaimable");
    // kilobytes() gives at most 2^60: no sum of two overflows, and neither does a capped one.
    constexpr Bytes kMost = Bytes{1} << 60;
    found.total = std::min(found.total + total, kMost);
    found.available = std::min(found.available + std::min(total, available), kMost);
    ++found.count;
  }
  return found;
}

void probe_main_memory(const Host& host, const std::string& text, Memory& memory) {
  const auto total = kilobytes(text, "MemTotal");
  if (!total || *total <= 0) {
    const auto why = fmt::format("{} has no line MemTotal", kMeminfo);
    memory.total_bytes = Known<Bytes>::unknown(Status::error, why, kMeminfo);
    memory.available_bytes = Known<Bytes>::unknown(Status::error, why, kMeminfo);
    return;
  }
  const GpuNodes gpus = gpu_nodes(host);
  memory.total_bytes = Known<Bytes>::of(*total, kMeminfo);
  std::optional<Bytes> available = kilobytes(text, "MemAvailable");
  if (available && *available >= 0) {
    memory.available_bytes = Known<Bytes>::of(std::min(*available, *total), kMeminfo);
  } else if (const auto free = kilobytes(text, "MemFree")) {
    // Kernels before 3.14 have no MemAvailable. What is free, and what could be dropped: the page
    // cache without shared memory (which needs swap), and reclaimable slab.
    const auto value = [&](const char* key) { return kilobytes(text, key).value_or(0); };
    const Bytes cache = std::max<Bytes>(value("Cached") + value("Buffers") - value("Shmem"), 0);
    memory.available_bytes =
        Known<Bytes>::of(std::clamp<Bytes>(*free + cache + value("SReclaimable"), 0, *total),
                         kMeminfo, KnownBy::computed, Confidence::medium);
    memory.available_bytes.why =
        "this kernel has no MemAvailable: free + cache + buffers - shared memory + reclaimable "
        "slab";
  } else {
    memory.available_bytes = Known<Bytes>::unknown(
        Status::error, fmt::format("{} has neither MemAvailable nor MemFree", kMeminfo), kMeminfo);
  }
  if (gpus.count == 0 || gpus.total >= *total) return;
  const std::string said = text_binary(*total);
  const std::string remark = fmt::format("less {} of {} GPUs that the kernel counts as main memory",
                                         text_binary(gpus.total), gpus.count);
  memory.total_bytes = Known<Bytes>::of(
      *total - gpus.total, "/proc/meminfo, /proc/driver/nvidia/gpus", KnownBy::computed);
  memory.total_bytes.why = remark;
  memory.total_bytes.others.push_back({kMeminfo, said});
  if (memory.available_bytes) {
    const Bytes rest = std::max<Bytes>(*memory.available_bytes - gpus.available, 0);
    memory.available_bytes.others.push_back({kMeminfo, text_binary(*memory.available_bytes)});
    memory.available_bytes.value = std::min(rest, *memory.total_bytes);
    memory.available_bytes.known_by = KnownBy::computed;
    memory.available_bytes.why = remark;
  }
}

// Swap on disk and compressed swap in RAM stand in one sum in /proc/meminfo, by device in
// /proc/swaps.
void probe_swap(const Host& host, const std::string& text, Memory& memory) {
  const auto total = kilobytes(text, "SwapTotal");
  const auto free = kilobytes(text, "SwapFree");
  if (!total || !free) {
    const auto unknown = Known<Bytes>::unknown(
        Status::unsupported, fmt::format("{} has no line SwapTotal", kMeminfo), kMeminfo);
    memory.swap_bytes = memory.swap_free_bytes = memory.zram_bytes = unknown;
    return;
  }
  constexpr const char* kSwaps = "/proc/swaps";
  const auto swaps = host.read_file(kSwaps);
  if (!swaps && *total > 0) {
    memory.swap_bytes = Known<Bytes>::of(*total, kMeminfo, KnownBy::reported, Confidence::medium);
    memory.swap_bytes.why = "may hold compressed swap in memory: " + swaps.error().what;
    memory.swap_free_bytes = Known<Bytes>::of(std::min(*free, *total), kMeminfo);
    memory.zram_bytes = Known<Bytes>::unknown(Status::error, swaps.error().what, kSwaps);
    return;
  }
  Bytes zram = 0;
  Bytes zram_free = 0;
  if (swaps) {
    for (const std::string_view line : kernel_text::lines(*swaps, 1024)) {
      const auto parts = kernel_text::words(line);  // name type size used priority
      if (parts.size() < 4 || parts[0].find("/zram") == std::string_view::npos) continue;
      const auto size = checked_multiply(whole_number(parts[2]).value_or(-1), kKiB);
      const auto used = checked_multiply(whole_number(parts[3]).value_or(-1), kKiB);
      if (!size || !used || *used > *size || *size > *total - zram) continue;
      zram += *size;
      zram_free += *size - *used;
    }
  }
  const char* source = swaps ? kSwaps : kMeminfo;
  memory.zram_bytes = Known<Bytes>::of(std::min(zram, *total), source);
  memory.swap_bytes = Known<Bytes>::of(std::max<Bytes>(*total - zram, 0), kMeminfo);
  memory.swap_free_bytes =
      Known<Bytes>::of(std::clamp<Bytes>(*free - zram_free, 0, *memory.swap_bytes), kMeminfo);
}

void probe_hugepages(const std::string& text, Memory& memory) {
  // "Hugetlb" sums all sizes (since Linux 4.20); before, the default size alone is told.
  if (const auto all = kilobytes(text, "Hugetlb")) {
    memory.hugepages_bytes = Known<Bytes>::of(*all, kMeminfo);
    return;
  }
  const auto pages = whole_number(field(text, "HugePages_Total").value_or(""));
  const auto size = kilobytes(text, "Hugepagesize");
  const auto bytes = pages && size ? checked_multiply(*pages, *size) : std::nullopt;
  memory.hugepages_bytes =
      bytes ? Known<Bytes>::of(*bytes, kMeminfo, KnownBy::computed)
            : Known<Bytes>::unknown(Status::unsupported, "this kernel has no huge pages", kMeminfo);
}

void probe_zfs(const Host& host, Memory& memory) {
  constexpr const char* kArc = "/proc/spl/kstat/zfs/arcstats";
  const auto text = host.read_file(kArc);
  if (!text) {
    memory.reclaimable_cache_bytes =
        Known<Bytes>::unknown(Status::unsupported, "ZFS is not in use", kArc);
    return;
  }
  // Lines "name type value"; the kernel counts the cache as used, though it shrinks down to c_min.
  const auto value = [&](std::string_view key) -> std::optional<std::int64_t> {
    for (const std::string_view line : kernel_text::lines(*text, 4096)) {
      const auto parts = kernel_text::words(line, 4);
      if (parts.size() == 3 && parts[0] == key) return whole_number(parts[2]);
    }
    return std::nullopt;
  };
  const auto size = value("size");
  const auto floor = value("c_min");
  if (!size || !floor || *size < 0 || *floor < 0) {
    memory.reclaimable_cache_bytes =
        Known<Bytes>::unknown(Status::error, "arcstats tells no size and c_min", kArc);
    return;
  }
  memory.reclaimable_cache_bytes =
      Known<Bytes>::of(std::max<Bytes>(*size - *floor, 0), kArc, KnownBy::computed);
}

// Devices through which a hypervisor takes memory away or adds it while we run.
void probe_balloon(const Host& host, const std::string& text, Memory& memory) {
  struct Sign {
    const char* folder;
    const char* prefix;  // of a device bound there; "" = the folder itself is the sign
    const char* what;
  };
  constexpr Sign kSigns[] = {
      {"/sys/bus/virtio/drivers/virtio_balloon", "virtio", "a virtio memory balloon"},
      {"/sys/bus/virtio/drivers/virtio_mem", "virtio",
       "a virtio memory device that can be resized"},
      {"/sys/bus/vmbus/drivers/hv_balloon", "", "Hyper-V dynamic memory"},
      {"/sys/devices/system/xen_memory", "xen_memory", "a Xen memory balloon"},
      {"/sys/module/vmw_balloon", "", "a VMware memory balloon"},
      {"/sys/bus/acpi/devices", "PNP0C80", "memory modules that can be plugged in or out"},
  };
  for (const Sign& sign : kSigns) {
    const auto names = host.list_directory(sign.folder);
    if (!names) continue;
    // An Hyper-V driver folder lists its devices as 32-digit ids beside bind, unbind, uevent,
    // module.
    const auto bound = [&](const std::string& name) {
      if (*sign.prefix != '\0') return name.starts_with(sign.prefix);
      return name != "bind" && name != "unbind" && name != "uevent" && name != "module";
    };
    if (std::none_of(names->begin(), names->end(), bound)) continue;
    memory.ballooned = Known<bool>::of(true, sign.folder);
    memory.ballooned.why = fmt::format("{} may change how much memory there is", sign.what);
    if (const auto taken = kilobytes(text, "Balloon"); taken && *taken > 0) {
      memory.ballooned.why += fmt::format("; it holds {} now", text_binary(*taken));
    }
    return;
  }
  if (host.list_directory("/sys/bus")) {
    memory.ballooned = Known<bool>::of(false, "/sys/bus", KnownBy::computed);
  } else {
    memory.ballooned = Known<bool>::unknown(Status::error, "/sys/bus cannot be read", "/sys/bus");
  }
}

void run(const Host& host, const ProbeOptions&, DeviceProfile& profile) {
  Memory& memory = profile.memory;
  const auto text = host.read_file(kMeminfo);
  if (!text) {
    const auto unknown = Known<Bytes>::unknown(Status::error, text.error().what, kMeminfo);
    memory.total_bytes = memory.available_bytes = memory.swap_bytes = memory.swap_free_bytes =
        memory.zram_bytes = memory.hugepages_bytes = unknown;
  } else {
    probe_main_memory(host, *text, memory);
    probe_swap(host, *text, memory);
    probe_hugepages(*text, memory);
  }
  probe_zfs(host, memory);
  probe_balloon(host, text ? *text : std::string(), memory);
}

}  // namespace

extern const Probe memory_probe;
const Probe memory_probe{"memory", "How much memory does the machine have, and how much is free?",
                         run};

}  // namespace weighin
