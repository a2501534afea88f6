// What is this machine?
//
// The device profile: what the probes find and what a report carries. Each struct lists its fields
// once, in fields(): the JSON writer, the JSON reader and the schema's test walk that list.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "weighin/core.hpp"

namespace weighin {

template <class S, class T>
concept FieldsOf = std::same_as<std::remove_const_t<S>, T>;

/// Main memory. RAM never comes from hwloc or a GPU: /proc/meminfo, capped by limits (see usable).
struct Memory {
  Known<Bytes> total_bytes;      ///< MemTotal less memory that belongs to a GPU on-lined as a NUMA node
  Known<Bytes> available_bytes;  ///< MemAvailable of the machine
  /// What this process may still take without swapping: the least of MemAvailable, every cgroup's room
  /// up the path, and the resource limits.
  Known<Bytes> usable_bytes;
  Known<Bytes> capacity_bytes;   ///< the most that could ever be usable here: least of total and all limits
  Known<std::string> bound_by;   ///< physical | cgroup | rlimit | overcommit : what bounds `usable_bytes`
  Known<Bytes> swap_bytes;       ///< swap on disk (never counted as room)
  Known<Bytes> swap_free_bytes;
  Known<Bytes> zram_bytes;       ///< compressed swap in RAM (never counted as room)
  Known<Bytes> hugepages_bytes;  ///< reserved for explicit huge pages, not for us
  Known<Bytes> reclaimable_cache_bytes;  ///< ZFS ARC above its floor: free in time, said apart
  Known<bool> ballooned;         ///< a memory balloon or hot-plug device may change `total_bytes`
};
template <class V, FieldsOf<Memory> S>
void fields(V& visit, S& m) {
  visit("total_bytes", m.total_bytes);
  visit("available_bytes", m.available_bytes);
  visit("usable_bytes", m.usable_bytes);
  visit("capacity_bytes", m.capacity_bytes);
  visit("bound_by", m.bound_by);
  visit("swap_bytes", m.swap_bytes);
  visit("swap_free_bytes", m.swap_free_bytes);
  visit("zram_bytes", m.zram_bytes);
  visit("hugepages_bytes", m.hugepages_bytes);
  visit("reclaimable_cache_bytes", m.reclaimable_cache_bytes);
  visit("ballooned", m.ballooned);
}

/// One limit on memory that somebody has set on this process.
struct MemoryLimit {
  std::string kind;   ///< cgroup_v2 | cgroup_v2_high | cgroup_v1 | cpuset_mems | rlimit_as | rlimit_data | overcommit
  std::string where;  ///< the group's path or the limit's name
  Bytes limit_bytes = 0;
  Known<Bytes> used_bytes;   ///< counted against it, reclaimable cache left out
  Known<Bytes> room_bytes;   ///< what is left: limit - usage + active_file + inactive_file + slab_reclaimable
};
template <class V, FieldsOf<MemoryLimit> S>
void fields(V& visit, S& m) {
  visit("kind", m.kind);
  visit("where", m.where);
  visit("limit_bytes", m.limit_bytes);
  visit("used_bytes", m.used_bytes);
  visit("room_bytes", m.room_bytes);
}

/// Limits that somebody (a container, a shell, an administrator) has set on this process.
struct Limits {
  Known<std::string> cgroup;  ///< "v1", "v2", "hybrid", "none"
  std::vector<MemoryLimit> memory;
  Known<double> cpu_quota_cores;       ///< least of all quotas up the path, in whole cores' time
  Known<std::int64_t> cpuset_cpus;     ///< logical CPUs the cpuset allows
  Known<std::int64_t> affinity_cpus;   ///< logical CPUs in the affinity mask
  Known<Bytes> rlimit_memlock_bytes;   ///< how much may be locked in RAM (mlock)
};
template <class V, FieldsOf<Limits> S>
void fields(V& visit, S& m) {
  visit("cgroup", m.cgroup);
  visit("memory", m.memory);
  visit("cpu_quota_cores", m.cpu_quota_cores);
  visit("cpuset_cpus", m.cpuset_cpus);
  visit("affinity_cpus", m.affinity_cpus);
  visit("rlimit_memlock_bytes", m.rlimit_memlock_bytes);
}

/// One level and type of cache, over the whole machine.
struct Cache {
  std::int64_t level = 0;
  std::string type;          ///< data | instruction | unified
  Bytes bytes = 0;           ///< of one instance
  std::int64_t count = 0;    ///< instances
};
template <class V, FieldsOf<Cache> S>
void fields(V& visit, S& c) {
  visit("level", c.level);
  visit("type", c.type);
  visit("bytes", c.bytes);
  visit("count", c.count);
}

/// One kind of core of a hybrid processor (a single row on others), the fastest first.
struct CoreKind {
  std::string kind;            ///< performance | efficiency | uniform
  std::int64_t cores = 0;      ///< physical
  std::int64_t threads = 0;    ///< logical
  Known<double> max_hertz;
};
template <class V, FieldsOf<CoreKind> S>
void fields(V& visit, S& c) {
  visit("kind", c.kind);
  visit("cores", c.cores);
  visit("threads", c.threads);
  visit("max_hertz", c.max_hertz);
}

struct NumaNode {
  std::int64_t index = 0;
  Known<Bytes> bytes;
  std::int64_t cpus = 0;  ///< logical CPUs near it; 0 for memory-only nodes
};
template <class V, FieldsOf<NumaNode> S>
void fields(V& visit, S& n) {
  visit("index", n.index);
  visit("bytes", n.bytes);
  visit("cpus", n.cpus);
}

struct Cpu {
  Known<std::string> vendor;         ///< "AMD", "Intel", "ARM", …
  Known<std::string> model;          ///< as the processor calls itself, blanks folded
  Known<std::string> architecture;   ///< x86_64 | aarch64 | arm | riscv64 | ppc64le | …
  Known<std::string> microarchitecture;  ///< "Zen 5", where the table knows it
  Known<std::int64_t> sockets;
  Known<std::int64_t> physical_cores;
  Known<std::int64_t> logical_cores;
  Known<std::int64_t> usable_threads;  ///< least of physical performance cores, affinity, cpuset, quota
  std::vector<CoreKind> core_kinds;
  std::vector<Cache> caches;
  Known<Bytes> last_level_cache_bytes;  ///< sum over all instances of the last level
  std::vector<NumaNode> numa_nodes;
  Known<double> base_hertz;
  Known<double> max_hertz;
  Known<std::string> governor;
  /// Instruction sets that are present and enabled by the operating system, by the ids of probes/simd.cpp.
  Known<std::vector<std::string>> simd;
};
template <class V, FieldsOf<Cpu> S>
void fields(V& visit, S& c) {
  visit("vendor", c.vendor);
  visit("model", c.model);
  visit("architecture", c.architecture);
  visit("microarchitecture", c.microarchitecture);
  visit("sockets", c.sockets);
  visit("physical_cores", c.physical_cores);
  visit("logical_cores", c.logical_cores);
  visit("usable_threads", c.usable_threads);
  visit("core_kinds", c.core_kinds);
  visit("caches", c.caches);
  visit("last_level_cache_bytes", c.last_level_cache_bytes);
  visit("numa_nodes", c.numa_nodes);
  visit("base_hertz", c.base_hertz);
  visit("max_hertz", c.max_hertz);
  visit("governor", c.governor);
  visit("simd", c.simd);
}

/// One memory heap as a Vulkan driver tells it, clamped to sense.
struct GpuHeap {
  Bytes bytes = 0;
  bool device_local = false;
  bool host_visible = false;     ///< a memory type on it can be mapped by the CPU
  Known<Bytes> budget_bytes;     ///< VK_EXT_memory_budget, at most `bytes`
  Known<Bytes> used_bytes;       ///< by this process
};
template <class V, FieldsOf<GpuHeap> S>
void fields(V& visit, S& h) {
  visit("bytes", h.bytes);
  visit("device_local", h.device_local);
  visit("host_visible", h.host_visible);
  visit("budget_bytes", h.budget_bytes);
  visit("used_bytes", h.used_bytes);
}

/// One shape that VK_KHR_cooperative_matrix multiplies: C(m×n) += A(m×k)·B(k×n).
struct CooperativeMatrix {
  std::int64_t m = 0, n = 0, k = 0;
  std::string a, b, c, result;  ///< component types: "f16", "f32", "s8", …
};
template <class V, FieldsOf<CooperativeMatrix> S>
void fields(V& visit, S& c) {
  visit("m", c.m);
  visit("n", c.n);
  visit("k", c.k);
  visit("a", c.a);
  visit("b", c.b);
  visit("c", c.c);
  visit("result", c.result);
}

/// Limits of a GPU that decide whether a model's tensors fit through its interface.
struct GpuLimits {
  Known<Bytes> max_memory_allocation_bytes;
  Known<Bytes> max_storage_buffer_bytes;
  Known<Bytes> max_shared_memory_bytes;  ///< of one workgroup
  Known<std::int64_t> max_workgroup_invocations;
  Known<std::int64_t> max_allocation_count;
  Known<double> timestamp_period_nanoseconds;  ///< 0 = no timestamps
};
template <class V, FieldsOf<GpuLimits> S>
void fields(V& visit, S& l) {
  visit("max_memory_allocation_bytes", l.max_memory_allocation_bytes);
  visit("max_storage_buffer_bytes", l.max_storage_buffer_bytes);
  visit("max_shared_memory_bytes", l.max_shared_memory_bytes);
  visit("max_workgroup_invocations", l.max_workgroup_invocations);
  visit("max_allocation_count", l.max_allocation_count);
  visit("timestamp_period_nanoseconds", l.timestamp_period_nanoseconds);
}

struct GpuSubgroup {
  Known<std::int64_t> size, min_size, max_size;
  Known<std::vector<std::string>> operations;  ///< "basic", "arithmetic", "shuffle", …
};
template <class V, FieldsOf<GpuSubgroup> S>
void fields(V& visit, S& g) {
  visit("size", g.size);
  visit("min_size", g.min_size);
  visit("max_size", g.max_size);
  visit("operations", g.operations);
}

/// One physical GPU, however many drivers show it.
struct Gpu {
  std::string name;
  std::string vendor;                ///< "NVIDIA", "AMD", "Intel", "Mesa", … or "0x1234"
  std::string type;                  ///< discrete | integrated | virtual | cpu | other
  bool software = false;             ///< a rasterizer on the CPU: listed, never counted
  std::string api;                   ///< vulkan | none (seen by NVML or sysfs only)
  Known<std::string> api_version;
  Known<std::string> driver;         ///< name and version
  Known<std::string> uuid;           ///< 32 hex digits with hyphens
  Known<std::string> pci;            ///< "0000:01:00.0"
  Known<bool> unified;               ///< shares main memory: vram_bytes points at RAM and is never added
  Known<Bytes> vram_bytes;
  Known<Bytes> vram_free_bytes;
  /// Of the vram_bytes of a GPU that shares main memory: what the firmware has set aside for it, which
  /// is no part of `Memory::total_bytes`; 0 where all of it is main memory.
  Known<Bytes> carve_out_bytes;
  std::vector<GpuHeap> heaps;
  Known<std::vector<std::string>> features;  ///< "shader_float16", "storage_buffer_8bit", …
  GpuLimits limits;
  GpuSubgroup subgroup;
  Known<std::vector<CooperativeMatrix>> cooperative_matrices;
  std::vector<std::string> seen_through;  ///< manifests and interfaces that showed it
};
template <class V, FieldsOf<Gpu> S>
void fields(V& visit, S& g) {
  visit("name", g.name);
  visit("vendor", g.vendor);
  visit("type", g.type);
  visit("software", g.software);
  visit("api", g.api);
  visit("api_version", g.api_version);
  visit("driver", g.driver);
  visit("uuid", g.uuid);
  visit("pci", g.pci);
  visit("unified", g.unified);
  visit("vram_bytes", g.vram_bytes);
  visit("vram_free_bytes", g.vram_free_bytes);
  visit("carve_out_bytes", g.carve_out_bytes);
  visit("heaps", g.heaps);
  visit("features", g.features);
  visit("limits", g.limits);
  visit("subgroup", g.subgroup);
  visit("cooperative_matrices", g.cooperative_matrices);
  visit("seen_through", g.seen_through);
}

/// A driver or interface that could not be asked: a fact, not a failure.
struct GpuFault {
  std::string driver;           ///< the manifest's or library's file name; "vulkan" for the loader itself
  Status status = Status::error;
  std::string why;              ///< "crashed (SIGSEGV) while creating an instance"
};
template <class V, FieldsOf<GpuFault> S>
void fields(V& visit, S& f) {
  visit("driver", f.driver);
  visit("status", f.status);
  visit("why", f.why);
}

struct Volume {
  std::string path;               ///< where models would be stored ("~" stands for the home folder)
  Known<Bytes> free_bytes;        ///< for this user
  Known<Bytes> total_bytes;
  Known<std::string> filesystem;  ///< "ext4", "nfs", …
  Known<bool> read_only;
  Known<bool> network;
  Known<bool> rotational;
};
template <class V, FieldsOf<Volume> S>
void fields(V& visit, S& v) {
  visit("path", v.path);
  visit("free_bytes", v.free_bytes);
  visit("total_bytes", v.total_bytes);
  visit("filesystem", v.filesystem);
  visit("read_only", v.read_only);
  visit("network", v.network);
  visit("rotational", v.rotational);
}

struct Power {
  Known<bool> on_battery;
  Known<double> charge;               ///< 0…1
  Known<std::string> profile;         ///< "performance", "balanced", "low-power"
  Known<double> hottest_celsius;
  Known<std::int64_t> throttle_events;  ///< thermal throttling counted since start-up
};
template <class V, FieldsOf<Power> S>
void fields(V& visit, S& p) {
  visit("on_battery", p.on_battery);
  visit("charge", p.charge);
  visit("profile", p.profile);
  visit("hottest_celsius", p.hottest_celsius);
  visit("throttle_events", p.throttle_events);
}

struct System {
  Known<std::string> os;           ///< "linux", "android"
  Known<std::string> distribution; ///< PRETTY_NAME
  Known<std::string> kernel;       ///< release
  Known<std::string> container;    ///< none | docker | podman | kubernetes | lxc | systemd-nspawn | wsl | …
  Known<std::string> hypervisor;   ///< none | kvm | vmware | hyper-v | xen | wsl | …
};
template <class V, FieldsOf<System> S>
void fields(V& visit, S& s) {
  visit("os", s.os);
  visit("distribution", s.distribution);
  visit("kernel", s.kernel);
  visit("container", s.container);
  visit("hypervisor", s.hypervisor);
}

/// Everything the probes found.
struct DeviceProfile {
  bool live = false;  ///< of the machine that the program runs on (not written to JSON)
  Memory memory;
  Limits limits;
  Cpu cpu;
  std::vector<Gpu> gpus;
  std::vector<GpuFault> gpu_faults;
  std::vector<Volume> storage;
  Power power;
  System system;
};
template <class V, FieldsOf<DeviceProfile> S>
void fields(V& visit, S& d) {
  visit("memory", d.memory);
  visit("limits", d.limits);
  visit("cpu", d.cpu);
  visit("gpus", d.gpus);
  visit("gpu_faults", d.gpu_faults);
  visit("storage", d.storage);
  visit("power", d.power);
  visit("system", d.system);
}

/// What the user asked of the probes.
struct ProbeOptions {
  bool gpu = true;                       ///< false: the GPU question is not asked ("skipped")
  double driver_deadline_seconds = 3.0;  ///< for each GPU driver's child process
  std::string models_dir;                ///< where models would go; empty = the default folder
  std::string program;                   ///< our own executable, to be run as the GPU child
};

/// Asks every probe, in the order that their needs give, and settles what follows from several of them
/// (usable memory, usable threads, one GPU through two drivers). Never fails: what could not be learnt
/// says why in its place.
DeviceProfile probe(const Host& host, const ProbeOptions& options = {});

/// The probes by name, with the question each one answers (for `weighin doctor`).
struct ProbeInfo {
  std::string name, question;
};
std::vector<ProbeInfo> probe_list();

/// An instruction set that language-model kernels use.
struct SimdInfo {
  std::string id;        ///< "avx512_vnni"
  std::string name;      ///< "AVX-512 VNNI"
  std::string what_for;  ///< "four int8 products a lane in one step: quantized matrix work"
};
/// All that the simd probe knows, x86, Arm and RISC-V.
std::vector<SimdInfo> simd_list();

}  // namespace weighin
