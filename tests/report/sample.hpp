// Which fixed values do the report's tests show?
#pragma once

#include "weighin/report.hpp"

namespace weighin::test {

inline Speed speed(double low, double mid, double high, KnownBy known_by = KnownBy::measured) {
  return {{low, mid, high}, known_by, "memory bandwidth"};
}

inline Verdict verdict(const char* id, const char* name, const char* size_class, Bytes download,
                       Bytes total, Fit fit) {
  Verdict made;
  made.model = id;
  made.name = name;
  made.size_class = size_class;
  made.runtime = "llama.cpp";
  made.format = "Q4_K_M";
  made.context = 4096;
  made.place = "cpu";
  made.fit = fit;
  made.modality = "text";
  made.download_bytes = Known<Bytes>::of(download, "sum over tensors", KnownBy::computed);
  made.memory.weights_bytes = total - 600 * kMiB;
  made.memory.kv_cache_bytes = 500 * kMiB;
  made.memory.compute_bytes = 80 * kMiB;
  made.memory.runtime_bytes = 20 * kMiB;
  made.memory.total_bytes = total;
  made.total_bytes_range = {0.99 * static_cast<double>(total), static_cast<double>(total),
                            1.02 * static_cast<double>(total)};
  made.available_bytes = Known<Bytes>::of(16 * kGiB, "/proc/meminfo");
  made.headroom_bytes =
      Known<Bytes>::of(16 * kGiB - total, "available less need", KnownBy::computed);
  made.bits_per_weight = 4.86;
  made.decode_tokens_per_second = Known<Speed>::unknown(Status::skipped, "no benchmark was run");
  made.prefill_tokens_per_second = made.first_token_seconds = made.load_seconds =
      Known<Speed>::unknown(Status::skipped, "matrix-matrix work on cpu was not measured");
  return made;
}

/// A desktop of 16 GiB free, with a rasterizer, and four models on it.
inline Report sample_report() {
  Report report;
  DeviceProfile& device = report.profile;
  device.memory.total_bytes = Known<Bytes>::of(24 * kGiB, "/proc/meminfo");
  device.memory.total_bytes.others = {{"hwloc", "5.6 GiB"}};
  device.memory.available_bytes = Known<Bytes>::of(16 * kGiB, "/proc/meminfo");
  device.memory.usable_bytes = Known<Bytes>::of(16 * kGiB, "/proc/meminfo", KnownBy::computed);
  device.memory.capacity_bytes = Known<Bytes>::of(24 * kGiB, "/proc/meminfo", KnownBy::computed);
  device.memory.bound_by =
      Known<std::string>::of("physical", "least of all limits", KnownBy::computed);
  device.memory.swap_bytes =
      Known<Bytes>::unknown(Status::error, "/proc/swaps cannot be read", "/proc/swaps");
  device.limits.memory = {{"cgroup_v2", "/user.slice", 20 * kGiB,
                           Known<Bytes>::of(kGiB, "memory.current"),
                           Known<Bytes>::of(19 * kGiB, "memory.max")}};
  device.cpu.model = Known<std::string>::of("AMD Ryzen 7 7840U", "/proc/cpuinfo");
  device.cpu.architecture = Known<std::string>::of("x86_64", "uname");
  device.cpu.physical_cores = Known<std::int64_t>::of(8, "hwloc");
  device.cpu.usable_threads =
      Known<std::int64_t>::of(8, "hwloc", KnownBy::computed, Confidence::medium);
  device.cpu.caches = {{3, "unified", 16 * kMiB, 1}};
  device.cpu.max_hertz = Known<double>::of(5.1e9, "/sys");
  device.cpu.simd =
      Known<std::vector<std::string>>::of({"sse4_2", "avx2", "avx512f", "avx512_vnni"}, "CPUID");
  Gpu gpu;
  gpu.name = "llvmpipe (LLVM 15.0.6, 256 bits)";
  gpu.vendor = "Mesa";
  gpu.type = "cpu";
  gpu.software = true;
  gpu.api = "vulkan";
  gpu.vram_bytes = Known<Bytes>::of(24 * kGiB, "vulkan");
  gpu.heaps = {{24 * kGiB, true, true, Known<Bytes>::of(16 * kGiB, "VK_EXT_memory_budget"), {}}};
  gpu.cooperative_matrices = Known<std::vector<CooperativeMatrix>>::of(
      {{16, 16, 16, "f16", "f16", "f32", "f32"}}, "vulkan");
  gpu.seen_through = {"lvp_icd.json"};
  device.gpus = {gpu};
  device.gpu_faults = {
      {"broken_icd.json", Status::error, "crashed (SIGSEGV) while creating an instance"}};
  Volume volume;
  volume.path = "~/.cache";
  volume.free_bytes = Known<Bytes>::of(120 * kGB, "statvfs");
  volume.filesystem = Known<std::string>::of("ext4", "/proc/self/mountinfo");
  device.storage = {volume};
  device.power.charge = Known<double>::of(0.75, "/sys/class/power_supply");

  Measurement read;
  read.name = "memory read";
  read.isa = "avx512_vnni";
  read.threads = 8;
  read.bytes_per_second = Range{68e9, 71e9, 72e9};
  read.samples = 21;
  read.status = BenchStatus::ok;
  Measurement decode = read;
  decode.name = "decode q4_0";
  decode.format = "Q4_0";
  decode.bytes_per_second = Range{60e9, 62e9, 63e9};
  report.measurements.list = {read, decode};
  report.measurements.warnings = {"the governor is powersave: speeds may be low"};

  Verdict small = verdict("smollm2-135m", "SmolLM2 135M", "0.1B", 105 * kMB, 300 * kMiB, Fit::fits);
  small.memory.weights_bytes = 100 * kMiB;
  small.memory.kv_cache_bytes = 180 * kMiB;
  small.memory.compute_bytes = 0;
  small.decode_tokens_per_second =
      Known<Speed>::of(speed(180, 240, 270), "decode rates measured here", KnownBy::measured);
  Verdict eight =
      verdict("qwen3-8b", "Qwen3 8B", "8B", 5028 * kMB, 5 * kGiB + 600 * kMiB, Fit::fits);
  eight.decode_tokens_per_second =
      Known<Speed>::of(speed(8.1, 11.2, 12.4), "decode rates measured here", KnownBy::measured);
  eight.parameters = Known<std::int64_t>::of(8190735360, "model card", KnownBy::published);
  Verdict large = verdict("qwen3-32b", "Qwen3 32B", "32B", 19760 * kMB, 20 * kGiB, Fit::too_big);
  large.reasons = {
      {"insufficientMemory", "transient", 20.4 * static_cast<double>(kGiB),
       16.0 * static_cast<double>(kGiB), "bytes", KnownBy::reported,
       "4.4 GiB memory short: close other programs, or choose a smaller format or model"}};
  large.to_make_it_fit = {{"format Q2_K (costs quality)", Fit::tight, 14 * kGiB},
                          {"model qwen3-8b", Fit::fits, 5 * kGiB}};
  Verdict hosted = verdict("gpt-4", "GPT-4", "", 0, 600 * kMiB, Fit::not_downloadable);
  hosted.download_bytes = Known<Bytes>::unknown(Status::unsupported, "no published weights");
  hosted.memory = {};
  hosted.place = "none";
  hosted.available_bytes = hosted.headroom_bytes =
      Known<Bytes>::unknown(Status::skipped, "there is nothing to place");
  hosted.reasons = {{"noPublishedWeights", "permanent", 1.0, 0.0, "feature", KnownBy::reported,
                     "choose a model with published weights"}};
  report.advice.verdicts = {small, eight, large, hosted};
  report.advice.classes = {{"0.1B", "smollm2-135m", 0, 0, true},
                           {"8B", "qwen3-8b", 1, 1, true},
                           {"32B", "qwen3-32b", 2, -1, false}};
  Recommendation& advice = report.advice.recommendation;
  advice.size_class = Known<std::string>::of("8B", "verdicts", KnownBy::computed);
  advice.largest_class = Known<std::string>::of("8B", "verdicts", KnownBy::computed);
  advice.model = "qwen3-8b";
  advice.format = "Q4_K_M";
  advice.runtime = "llama.cpp";
  advice.place = "cpu";
  advice.runner_up = "smollm2-135m";
  advice.why = "Qwen3 8B in Q4_K_M takes 5.6 GiB of 16.0 GiB memory.";
  advice.next_class = "32B";
  advice.limited_by = "memory: 20.4 GiB needed, 16.0 GiB there";
  advice.next_steps = {"6.7 GiB more memory", "context 1024, tight"};
  report.elapsed_seconds = 2.5;
  return report;
}

inline Estimate sample_estimate() {
  Estimate made;
  made.model.id = "gemma-2b";
  made.model.name = "Gemma 2B";
  made.model.size_class = "2B";
  made.model.parameters = Known<std::int64_t>::of(2506172416, "config.json", KnownBy::published);
  made.model.shape = Shape{};
  made.model.shape->architecture = "gemma";
  made.download_bytes = Known<Bytes>::of(1630262272, "sum over tensors", KnownBy::computed);
  made.bits_per_weight = 5.2;
  made.memory.weights_bytes = 1600 * kMiB;
  made.memory.kv_cache_bytes = 72 * kMiB;
  made.memory.compute_bytes = 500 * kMiB;
  made.memory.runtime_bytes = 28 * kMiB;
  made.memory.total_bytes = 2200 * kMiB;
  made.total_bytes_range = {2180.0 * static_cast<double>(kMiB), 2200.0 * static_cast<double>(kMiB),
                            2250.0 * static_cast<double>(kMiB)};
  made.parts = {{"weights: token embedding", 410 * kMiB, "256000 x 2048 x Q6_K"},
                {"weights: 18 layers", 1190 * kMiB, "18 x 69304320 B"},
                {"KV cache", 72 * kMiB, "18 x 4096 x 2 x 256 x f16"},
                {"compute buffer", 500 * kMiB, "512 x 256000 x f32"},
                {"runtime", 28 * kMiB, "tokenizer and code"}};
  made.token.formats = {{"Q4_K", 1100 * kMiB, 2000000000, 126}, {"Q6_K", 410 * kMiB, 524288000, 1}};
  made.token.layers = 18;
  made.notes = {"flash attention: auto, as the CPU has it"};
  return made;
}

}  // namespace weighin::test
