// How fast is this device at the work that a language model does?
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/core.hpp"
#include "weighin/device.hpp"

namespace weighin {

/// How the reason of a GPU's figure begins that its driver's fault kept from being measured.
inline constexpr std::string_view kNotReached = "not reached: ";

enum class BenchStatus { ok, unstable, skipped, error };
const char* to_text(BenchStatus status);

/// One measured figure. Exactly one of the two rates is set, unless the status says why not.
struct Measurement {
  std::string name;            ///< "memory read", "decode q4_0"
  std::string place = "cpu";   ///< cpu | gpu0 | …
  std::string isa;             ///< instruction set of the kernel: base | avx2 | avx512 | avx512_vnni | …
  std::int64_t threads = 0;
  std::string format;          ///< of the weights or the KV cache ("Q4_0"); empty for others
  std::optional<Range> bytes_per_second;       ///< low, mid, high
  std::optional<Range> operations_per_second;
  std::int64_t samples = 0;
  double spread = 0.0;         ///< (p90 - p10) / median of the samples
  Bytes working_set_bytes = 0; ///< data the kernel went through
  /// The data came from memory: it is several times larger than all last-level caches together, or was
  /// flushed from them before every pass.
  bool beyond_caches = false;
  BenchStatus status = BenchStatus::error;
  std::string why;             ///< reason of anything but ok; a remark otherwise
  bool checked = false;        ///< the result agreed with the plain reference
  /// What this run got on average as a share of the figure above (1 = undisturbed): the rates tell what the
  /// hardware can do, so a low share means that somebody else is using it now. 0 where nothing was measured.
  double share_now = 0.0;
};

/// How many threads an engine should be given here.
struct ThreadAdvice {
  std::int64_t best = 0;  ///< the fastest that was measured, on a machine left alone; 0 = not known
  /// One core less where there are more than two: a thread that loses its core makes all others wait.
  std::int64_t safe = 0;
  std::string why;
};

/// What `weighin verify` found: the real engine's speed as a multiple of the prediction.
struct Calibration {
  std::string runtime;  ///< "llama.cpp"
  std::string engine;   ///< its version, as it says itself
  std::string model, format;
  std::string phase;    ///< "decode" or "prefill"
  double ratio = 1.0;   ///< measured / predicted
};

struct Measurements {
  std::vector<Measurement> list;
  std::vector<std::string> warnings;  ///< battery, governor, busy neighbours
  ThreadAdvice threads = {};
  /// False on battery or throttled by heat: then the figures are not the device's capability. Not in JSON.
  bool lasting = true;
  /// Other programs or other guests used the processor meanwhile, as the warnings say. Not in JSON.
  bool contended = false;
  std::vector<Calibration> calibrations{};  ///< of this device, kept from earlier runs
};

/// What a figure means, in plain words: "decode q4_0" -> what part of a model's work that is.
std::string describe(const Measurement& measurement);

/// One transformer block of a model, timed as a whole: all its operations on one token, one after another,
/// with the engine's barriers between them. It checks what the parts' figures add up to.
struct BlockShape {
  std::string name = "dense";           ///< the figure is called "block dense"
  std::int64_t embedding = 2048;        ///< values of a token
  std::int64_t heads = 32, kv_heads = 8, head_size = 64;
  std::int64_t feed_forward = 8192;     ///< of one expert where there are experts
  std::int64_t experts = 0, experts_used = 0;  ///< 0 = dense
  std::int64_t depth = 1024;            ///< tokens that the KV cache holds; a multiple of 64
  std::int64_t window = 0;              ///< sliding attention reads no more cells than this; 0 = all
  /// What mixes the tokens: "attention"; "convolution", a short one over the last tokens (LFM2); or
  /// "recurrent", a state that every token changes (Mamba-2: heads x head_size channels).
  std::string mixer = "attention";
  std::int64_t taps = 0;                ///< tokens that the convolution of either sees; 2 and more
  std::int64_t state = 0;               ///< recurrent: values of the state a channel
  std::string format = "Q4_K";          ///< of the matrices; the router's is F32
  std::string kv_format = "F16";
};
/// What is timed where nobody asks for another: a block of Llama-3.2-1B's shape and one of OLMoE's.
std::vector<BlockShape> common_blocks();

/// A Vulkan driver by which GPUs may be measured.
struct GpuDriver {
  std::string name;      ///< of its manifest, as Gpu::seen_through has it: "radeon_icd.x86_64.json"
  std::string manifest;  ///< the manifest's path
  std::string library;   ///< what it names
  std::vector<std::string> layer_switches{};  ///< variables that turn implicit layers off
};

struct BenchOptions {
  double seconds = 2.0;           ///< for everything
  std::string only;               ///< part of a name; empty = all
  std::string isa;                ///< force this instruction set; empty = the best the device has
  std::int64_t max_memory_bytes = 0;  ///< for the data; 0 = chosen from the caches and usable memory
  std::vector<BlockShape> blocks; ///< instead of the common ones; each is measured whatever `seconds` is
  /// Where a file of 32 MiB may be written and read back to time the storage; "" = nowhere.
  std::string storage_folder{};
  /// GPUs are measured through these, after the CPU, each in a child process that is `program` run again;
  /// half of `seconds` goes to them on top. Software devices only where they are included.
  std::vector<GpuDriver> gpu_drivers{};
  /// The most that all GPUs that are no software take, whatever their drivers do;
  /// 0 = `most_gpu_seconds` of their number. Half a second more where one must be ended.
  double gpu_seconds = 0.0;
  std::string program{};          ///< our own executable; "" = no GPU is measured
  bool include_software = false;
  const Host* host = nullptr;     ///< to look at load and cores through; null = this machine
};

/// The most that so many GPUs add to a run of `seconds`: half of it, and to open and prepare each 1.5 s.
double most_gpu_seconds(double seconds, std::size_t gpus);

/// Runs the micro-inference benchmarks on this machine. `profile.live` must be true; otherwise every
/// measurement is `skipped` and says so.
Measurements bench(const DeviceProfile& profile, const BenchOptions& options, const Events& events = {});

/// The instruction sets that kernels were built for, best last, and whether `profile` can run each.
struct IsaSupport {
  std::string isa;
  bool runnable = false;
  std::string why;
};
std::vector<IsaSupport> kernel_isas(const DeviceProfile& profile);

}  // namespace weighin
