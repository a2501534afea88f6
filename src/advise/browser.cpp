// What would a page in a browser be offered on this device: WebGPU, WebAssembly?
#include "advise/browser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace weighin {
namespace {

// A page sees limits in steps, so that they tell little of the device: the largest step that the
// adapter reaches (src/dawn/native/Limits.cpp of https://dawn.googlesource.com/dawn). The first
// ones are WebGPU's defaults (https://www.w3.org/TR/webgpu/#limits), without which there is no
// adapter.
constexpr std::array<Bytes, 6> kBindingSteps{128 * kMiB, 256 * kMiB,   512 * kMiB,
                                             1 * kGiB,   2 * kGiB - 4, 4 * kGiB - 4};
constexpr std::array<Bytes, 4> kBufferSteps{256 * kMiB, 1 * kGiB, 2 * kGiB, 4 * kGiB - 4};
// On NVIDIA a binding is kept below 2 GiB (PhysicalDeviceVk.cpp, crbug.com/435684920).
constexpr Bytes kNvidiaMost = 2 * kGiB - 4;

template <std::size_t N>
Bytes step_of(const std::array<Bytes, N>& steps, Bytes limit) {
  Bytes reached = 0;
  for (const Bytes step : steps) reached = step <= limit ? step : reached;
  return reached;
}

bool lists(const std::vector<std::string>& words, const char* word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The smallest binding that the runtime may be left with: WebLLM asks for 1 GiB and takes the
// default of 128 MiB where it gets less (https://github.com/mlc-ai/web-llm, tvmjs webgpu.ts); ONNX
// Runtime asks for what the adapter has.
Bytes binding_of(const BrowserOffer& offer, const std::string& runtime) {
  if (runtime != "webllm") return offer.max_storage_binding_bytes;
  return offer.max_storage_binding_bytes >= 1 * kGiB ? 1 * kGiB : 128 * kMiB;
}

Placement on_webgpu(const DeviceProfile& profile, const BrowserOffer& offer, Estimate estimate) {
  const Gpu& gpu = profile.gpus[static_cast<std::size_t>(offer.gpu)];
  Placement placement;
  placement.gpu = offer.gpu;
  placement.place = "browser";
  placement.rooms.push_back(gpu_room(profile, gpu, estimate, estimate.gpu_bytes));
  placement.rooms.push_back(memory_room(profile, estimate, estimate.host_bytes));
  const Bytes limit = std::min(offer.max_buffer_bytes, binding_of(offer, estimate.plan.runtime));
  if (estimate.largest_tensor_bytes > limit) {
    placement.allocation_too_small = true;
    placement.allocation_limit_bytes = limit;
  }
  placement.estimate = std::move(estimate);
  return placement;
}

Placement on_wasm(const DeviceProfile& profile, const BrowserOffer& offer, Estimate estimate) {
  Placement placement;
  placement.place = "browser";
  Room room = memory_room(profile, estimate, estimate.memory.total_bytes);
  const Bytes most = estimate.address_space_bytes > 0
                         ? std::min(estimate.address_space_bytes, offer.wasm_bytes)
                         : offer.wasm_bytes;
  const auto capped = [&](const Known<Bytes>& have) {
    if (!have || *have <= most) return have;
    return Known<Bytes>::of(most, "addresses of 32 bits in WebAssembly", KnownBy::computed,
                            Confidence::high);
  };
  room.available_bytes = capped(room.available_bytes);
  room.capacity_bytes = capped(room.capacity_bytes);
  placement.rooms.push_back(std::move(room));
  placement.estimate = std::move(estimate);
  return placement;
}

}  // namespace

bool runs_in_browser(const std::string& runtime) {
  return runtime == "webllm" || runtime == "onnx-web";
}

BrowserOffer browser_offer(const DeviceProfile& profile, bool gpu_allowed) {
  BrowserOffer offer;
  const std::string architecture = profile.cpu.architecture.value_or("");
  // V8 compiles WebAssembly SIMD on x86-64 with SSE4.1 and SSSE3, and on every 64-bit Arm.
  if (architecture == "aarch64") {
    offer.wasm_simd = Known<bool>::of(true, "every 64-bit Arm", KnownBy::computed);
  } else if (profile.cpu.simd) {
    const std::vector<std::string>& simd = *profile.cpu.simd;
    const bool has =
        lists(simd, "sse4_1") || lists(simd, "sse4.1") || lists(simd, "avx") || lists(simd, "avx2");
    offer.wasm_simd = Known<bool>::of(has, "SSE4.1 in CPUID", KnownBy::computed);
  } else {
    offer.wasm_simd = Known<bool>::unknown(profile.cpu.simd.status, profile.cpu.simd.why);
  }
  offer.shader_f16 = Known<bool>::unknown(Status::unsupported, "there is no WebGPU");
  if (!gpu_allowed) {
    offer.why_no_gpu = "GPUs are left out";
    return offer;
  }
  for (std::size_t i = 0; i < profile.gpus.size(); ++i) {
    const Gpu& gpu = profile.gpus[i];
    if (!counts(gpu)) continue;
    const Bytes buffer = gpu.limits.max_memory_allocation_bytes.value_or(0);
    Bytes binding = gpu.limits.max_storage_buffer_bytes.value_or(0);
    if (gpu.vendor == "NVIDIA") binding = std::min(binding, kNvidiaMost);
    const Bytes buffer_step = step_of(kBufferSteps, buffer);
    const Bytes binding_step = step_of(kBindingSteps, std::min(binding, buffer));
    if (buffer_step == 0 || binding_step == 0) {
      offer.why_no_gpu =
          fmt::format("{}: its limits are below WebGPU's least, or not known", gpu.name);
      continue;
    }
    // Browsers choose the powerful GPU only where a page asks; the one with most memory is taken.
    if (offer.gpu >= 0 &&
        gpu.vram_bytes.value_or(0) <=
            profile.gpus[static_cast<std::size_t>(offer.gpu)].vram_bytes.value_or(0))
      continue;
    offer.gpu = static_cast<int>(i);
    offer.max_buffer_bytes = buffer_step;
    offer.max_storage_binding_bytes = binding_step;
    offer.shader_f16 = gpu.features
                           ? Known<bool>::of(lists(*gpu.features, "shader_float16") &&
                                                 lists(*gpu.features, "storage_buffer_16bit"),
                                             "Vulkan's shaderFloat16 and storageBuffer16BitAccess",
                                             KnownBy::computed)
                           : Known<bool>::unknown(gpu.features.status, gpu.features.why);
  }
  if (offer.gpu >= 0) {
    offer.why_no_gpu.clear();
  } else if (offer.why_no_gpu.empty()) {
    offer.why_no_gpu = "no GPU that a browser would offer";
  }
  return offer;
}

std::string text_of(const BrowserOffer& offer) {
  std::string text =
      offer.gpu < 0
          ? fmt::format("no WebGPU ({})", offer.why_no_gpu)
          : fmt::format("WebGPU on gpu{}: buffers up to {}, bindings up to {}, shader-f16 {}",
                        offer.gpu, text_binary(offer.max_buffer_bytes),
                        text_binary(offer.max_storage_binding_bytes),
                        !offer.shader_f16   ? "not known"
                        : *offer.shader_f16 ? "yes"
                                            : "no");
  return text + fmt::format("; WebAssembly up to {}, SIMD {}", text_binary(offer.wasm_bytes),
                            !offer.wasm_simd   ? "not known"
                            : *offer.wasm_simd ? "yes"
                                               : "no");
}

Result<Placement> place_in_browser(const DeviceProfile& profile, const ModelSpec& model,
                                   const AdviseOptions& options, const Plan& plan) {
  const BrowserOffer offer = browser_offer(profile, options.gpu);
  const std::string computed =
      "computed for Chromium: " + text_of(offer) + "; only the browser can tell what it has";
  const bool needs_gpu = plan.runtime == "webllm";
  std::string missing = offer.why_no_gpu;
  std::optional<Placement> on_gpu, on_cpu;
  if (offer.gpu >= 0 && !(options.gpu_layers_given && plan.gpu_layers == 0)) {
    Plan whole = plan;
    whole.gpu_layers = -1;
    Result<Estimate> made = estimate(model, whole);
    if (!made) return made.error();
    const bool f16 = lists(made->needed_features, "shader-f16");
    if (f16 && offer.shader_f16 && !*offer.shader_f16) {
      missing = fmt::format("{} needs the GPU feature shader-f16, and it is not there",
                            made->plan.format);
    } else {
      made->notes.push_back(computed);
      on_gpu = on_webgpu(profile, offer, std::move(*made));
    }
  }
  if (!needs_gpu) {
    Plan alone = plan;
    alone.gpu_layers = 0;
    Result<Estimate> made = estimate(model, alone);
    if (!made) return made.error();
    made->notes.push_back(computed);
    on_cpu = on_wasm(profile, offer, std::move(*made));
  }
  if (!on_gpu && !on_cpu) {
    return Error{ErrorKind::usage, fmt::format("{} in {}: {}", model.name, plan.runtime, missing),
                 "", "--format q4f32_1 needs no shader-f16; --runtime onnx-web needs no WebGPU"};
  }
  if (!on_gpu) return std::move(*on_cpu);
  if (!on_cpu) return std::move(*on_gpu);
  // WebGPU first; WebAssembly where only that holds the model.
  const bool better = on_cpu->fit() == Fit::fits && on_gpu->fit() != Fit::fits;
  return better ? std::move(*on_cpu) : std::move(*on_gpu);
}

}  // namespace weighin
