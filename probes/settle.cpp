// What follows from several probes together?
#include "probes/settle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace weighin {
namespace {

std::string bound_word(const MemoryLimit& limit) {
  if (limit.kind.starts_with("rlimit")) return "rlimit";
  if (limit.kind == "overcommit") return "overcommit";
  return "cgroup";  // a memory group, or a cpuset that leaves out memory nodes
}

void settle_memory(const Limits& limits, Memory& memory) {
  if (!memory.available_bytes) {
    memory.usable_bytes = Known<Bytes>::unknown(
        memory.available_bytes.status, memory.available_bytes.why, memory.available_bytes.source);
    memory.bound_by = Known<std::string>::unknown(Status::error, "free memory is not known");
  } else {
    memory.usable_bytes = Known<Bytes>::of(*memory.available_bytes, memory.available_bytes.source,
                                           KnownBy::computed, memory.available_bytes.confidence);
    memory.bound_by =
        Known<std::string>::of("physical", memory.available_bytes.source, KnownBy::computed);
  }
  if (!memory.total_bytes) {
    memory.capacity_bytes = Known<Bytes>::unknown(memory.total_bytes.status, memory.total_bytes.why,
                                                  memory.total_bytes.source);
  } else {
    memory.capacity_bytes =
        Known<Bytes>::of(*memory.total_bytes, memory.total_bytes.source, KnownBy::computed);
  }
  for (const MemoryLimit& limit : limits.memory) {
    if (limit.limit_bytes < 0) continue;
    const std::string name = fmt::format("{} {}", limit.kind, limit.where);
    if (memory.capacity_bytes && limit.limit_bytes < *memory.capacity_bytes) {
      memory.capacity_bytes = Known<Bytes>::of(limit.limit_bytes, name, KnownBy::computed);
    }
    // A group's use that cannot be read: the limit itself is the most that may be left.
    const Bytes room = limit.room_bytes ? *limit.room_bytes : limit.limit_bytes;
    if (memory.usable_bytes && room < *memory.usable_bytes) {
      memory.usable_bytes = Known<Bytes>::of(room, name, KnownBy::computed,
                                             limit.room_bytes ? Confidence::high : Confidence::low);
      const bool grouped = bound_word(limit) == "cgroup";
      memory.usable_bytes.why =
          fmt::format("{}{} allows {}{}", grouped ? "control group " : "", limit.where,
                      text_binary(limit.limit_bytes),
                      limit.room_bytes ? "" : "; what is used of it is not known");
      memory.bound_by = Known<std::string>::of(bound_word(limit), name, KnownBy::computed);
    }
  }
  // What a group counts as room may be more than the machine could ever give.
  if (memory.usable_bytes && memory.capacity_bytes &&
      *memory.usable_bytes > *memory.capacity_bytes) {
    memory.usable_bytes.value = *memory.capacity_bytes;
  }
}

void settle_threads(const Limits& limits, Cpu& cpu) {
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  std::string bound;
  const auto take = [&](std::int64_t threads, const char* what) {
    if (threads < 1 || threads >= least) return;
    least = threads;
    bound = what;
  };
  std::int64_t fast_cores = 0;
  for (const CoreKind& kind : cpu.core_kinds) {
    if (kind.kind == "performance") fast_cores += kind.cores;
  }
  // Slow cores make the fast ones wait at every barrier, and second hardware threads share the
  // units that the kernels keep busy: neither makes decoding faster.
  if (fast_cores > 0) {
    take(fast_cores, "performance cores");
  } else if (cpu.physical_cores) {
    take(*cpu.physical_cores, "physical cores");
  } else if (cpu.logical_cores) {
    take(*cpu.logical_cores, "logical cores");
  }
  if (limits.affinity_cpus) take(*limits.affinity_cpus, "the affinity mask");
  if (limits.cpuset_cpus) take(*limits.cpuset_cpus, "the cpuset");
  if (limits.cpu_quota_cores && *limits.cpu_quota_cores > 0 && *limits.cpu_quota_cores < 1e6) {
    take(static_cast<std::int64_t>(std::ceil(*limits.cpu_quota_cores)), "the CPU quota");
  }
  if (bound.empty()) {
    cpu.usable_threads =
        Known<std::int64_t>::unknown(Status::error, "neither cores nor an affinity mask are known",
                                     "settled from several probes");
    return;
  }
  cpu.usable_threads = Known<std::int64_t>::of(least, bound, KnownBy::computed);
  cpu.usable_threads.why = "bound by " + bound;
}

// A GPU without memory of its own takes from main memory: beside what the firmware has set aside
// for it, it can neither have more than that in all nor more than is free now, and a limit on the
// process binds it, too.
void settle_unified(const Memory& memory, Gpu& gpu) {
  if (gpu.software || !gpu.unified || !*gpu.unified) return;
  const Bytes carve_out = gpu.carve_out_bytes.value_or(0);
  if (gpu.vram_bytes && carve_out > 0 && carve_out >= *gpu.vram_bytes) return;  // all its own
  const auto clamp = [&](Known<Bytes>& fact, const Known<Bytes>& most, const char* what) {
    if (!most) return;
    if (fact && *fact - carve_out <= *most) return;
    const Known<Bytes> before = fact;
    // Where nobody says what is free, what is taken of the carve-out is not known either.
    fact = Known<Bytes>::of(before ? *most + carve_out : *most, most.source, KnownBy::computed,
                            most.confidence);
    fact.others = before.others;
    if (before) fact.others.push_back({before.source, text_binary(*before)});
    fact.why = fmt::format("shares main memory: {}", what);
  };
  if (gpu.vram_bytes) clamp(gpu.vram_bytes, memory.capacity_bytes, "no more than that");
  clamp(gpu.vram_free_bytes, memory.usable_bytes, "what is usable of it");
  if (gpu.vram_bytes && gpu.vram_free_bytes && *gpu.vram_free_bytes > *gpu.vram_bytes) {
    gpu.vram_free_bytes.value = *gpu.vram_bytes;
  }
}

}  // namespace

void settle(DeviceProfile& profile) {
  settle_memory(profile.limits, profile.memory);
  settle_threads(profile.limits, profile.cpu);
  for (Gpu& gpu : profile.gpus) settle_unified(profile.memory, gpu);
}

}  // namespace weighin
