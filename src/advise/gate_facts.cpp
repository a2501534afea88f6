// What of a device, and of a model on it, is held against conditions?
#include "advise/place.hpp"
#include "weighin/gate.hpp"

namespace weighin {
namespace {

// The GPU that a model would be put on: a discrete one before one that shares the memory, then the
// one with more of it.
const Gpu* best_gpu(const DeviceProfile& profile) {
  const Gpu* best = nullptr;
  for (const Gpu& gpu : profile.gpus) {
    if (gpu.software || gpu.type == "cpu") continue;
    const auto rank = [](const Gpu& each) {
      return std::pair(!each.unified.value_or(each.type == "integrated"),
                       each.vram_bytes.value_or(0));
    };
    if (best == nullptr || rank(gpu) > rank(*best)) best = &gpu;
  }
  return best;
}

template <class T>
Known<T> none(Status status, const std::string& why) {
  return Known<T>::unknown(status, why);
}

void gpu_facts(const DeviceProfile& profile, GateFacts& facts) {
  const Gpu* gpu = best_gpu(profile);
  bool software = false;
  for (const Gpu& each : profile.gpus) software = software || each.software || each.type == "cpu";
  facts.software_gpu = Known<bool>::of(software, "the GPU drivers");
  if (gpu == nullptr) {
    // A driver that failed may hide a GPU: then it is not known that there is none.
    for (const GpuFault& fault : profile.gpu_faults) {
      // So may all drivers together, where they could not be asked: a recording without their answer.
      const bool unasked = fault.driver == "vulkan" && fault.why.starts_with("cannot ask");
      if (fault.status != Status::error && !unasked) continue;
      const std::string why = "the GPU driver " + fault.driver + " " + fault.why;
      facts.gpu = none<bool>(Status::error, why);
      facts.vram_bytes = facts.gpu_buffer_bytes = none<Bytes>(Status::error, why);
      facts.gpu_name = facts.gpu_vendor = facts.vulkan_version =
          none<std::string>(Status::error, why);
      facts.gpu_features = none<std::vector<std::string>>(Status::error, why);
      return;
    }
    const std::string source = "no GPU was found";
    facts.gpu = Known<bool>::of(false, source);
    facts.vram_bytes = Known<Bytes>::of(0, source);
    facts.gpu_buffer_bytes = Known<Bytes>::of(0, source);
    return;
  }
  facts.gpu = Known<bool>::of(
      true, gpu->seen_through.empty() ? "the GPU drivers" : gpu->seen_through.front());
  facts.unified = gpu->unified;
  facts.vram_bytes = gpu->vram_bytes;
  facts.gpu_name = Known<std::string>::of(gpu->name, "the GPU driver");
  facts.gpu_vendor = Known<std::string>::of(gpu->vendor, "the GPU driver");
  facts.gpu_features = gpu->features;
  facts.vulkan_version = gpu->api_version;
  facts.vulkan_missing = Known<bool>::of(gpu->api != "vulkan", "the Vulkan drivers");
  // One buffer must fit both limits.
  facts.gpu_buffer_bytes = gpu->limits.max_storage_buffer_bytes;
  const Known<Bytes>& allocation = gpu->limits.max_memory_allocation_bytes;
  if (!facts.gpu_buffer_bytes || (allocation && *allocation < *facts.gpu_buffer_bytes))
    facts.gpu_buffer_bytes = allocation;
}

Known<double> end_of(const Known<Speed>& speed, bool low) {
  if (!speed) return Known<double>::unknown(speed.status, speed.why, speed.source);
  return Known<double>::of(low ? speed->range.low : speed->range.high,
                           speed.source.empty() ? speed->bound_by : speed.source, speed->known_by);
}

// Of a speed that was measured and is trusted little: its measurement varied. (One that is
// computed, a page's, may be trusted little for other reasons, which a quieter machine does not
// mend.)
std::optional<double> good_end(const Known<Speed>& speed, bool high) {
  if (!speed || speed->known_by != KnownBy::measured || speed.confidence != Confidence::low)
    return std::nullopt;
  return high ? speed->range.high : speed->range.low;
}

void model_facts(const Verdict& verdict, GateFacts& facts) {
  facts.fit = verdict.fit;
  facts.reasons = verdict.reasons;
  facts.download_bytes = verdict.download_bytes;
  facts.need_bytes = verdict.total_bytes_range.high > 0
                         ? Known<Bytes>::of(static_cast<Bytes>(verdict.total_bytes_range.high),
                                            "the high end of the estimate", KnownBy::computed)
                         : none<Bytes>(Status::unsupported, "the model's need was not estimated");
  facts.available_bytes = verdict.available_bytes;
  facts.decode_per_second = end_of(verdict.decode_tokens_per_second, true);
  facts.prefill_per_second = end_of(verdict.prefill_tokens_per_second, true);
  facts.first_token_seconds = end_of(verdict.first_token_seconds, false);
  facts.load_seconds = end_of(verdict.load_seconds, false);
  facts.good_end = {good_end(verdict.decode_tokens_per_second, true),
                    good_end(verdict.prefill_tokens_per_second, true),
                    good_end(verdict.first_token_seconds, false),
                    good_end(verdict.load_seconds, false)};
}

}  // namespace

GateFacts gate_facts(const DeviceProfile& profile, const Verdict* verdict) {
  GateFacts facts;
  facts.memory_bytes = profile.memory.total_bytes;
  facts.usable_bytes = profile.memory.usable_bytes;
  facts.capacity_bytes = profile.memory.capacity_bytes;
  facts.physical_cores = profile.cpu.physical_cores;
  facts.logical_cores = profile.cpu.logical_cores;
  facts.instruction_sets = profile.cpu.simd;
  facts.cpu_name = profile.cpu.model;
  facts.architecture = profile.cpu.architecture;
  facts.os = profile.system.os;
  facts.on_battery = profile.power.on_battery;
  facts.disk_free_bytes = profile.storage.empty()
                              ? none<Bytes>(Status::skipped, "no place for models was looked at")
                              : profile.storage.front().free_bytes;
  gpu_facts(profile, facts);
  if (verdict != nullptr) model_facts(*verdict, facts);
  return facts;
}

}  // namespace weighin
