// What would a page in a browser be offered on this device: WebGPU, WebAssembly?
//
// Computed from what Vulkan and the CPU say, by the rules of Chromium's implementation (Dawn, V8):
// only the browser itself can tell whether it is switched on, blocked for this driver or hidden.
#pragma once

#include <string>
#include <vector>

#include "advise/place.hpp"

namespace weighin {

struct BrowserOffer {
  int gpu = -1;                ///< index in the profile of the GPU behind WebGPU; -1 = none
  std::string why_no_gpu;      ///< where there is none
  Bytes max_buffer_bytes = 0;  ///< maxBufferSize
  Bytes max_storage_binding_bytes = 0;  ///< maxStorageBufferBindingSize
  Known<bool> shader_f16;
  Known<bool> wasm_simd;
  /// The most memory of WebAssembly with addresses of 32 bits.
  Bytes wasm_bytes = 4 * kGiB;
};
BrowserOffer browser_offer(const DeviceProfile& profile, bool gpu_allowed);

/// The offer in words, for notes and explanations.
std::string text_of(const BrowserOffer& offer);

/// True for the runtimes that run within a page.
bool runs_in_browser(const std::string& runtime);

/// Where in a page the model would lie: WebGPU where the runtime can and it fits, else WebAssembly.
Result<Placement> place_in_browser(const DeviceProfile& profile, const ModelSpec& model,
                                   const AdviseOptions& options, const Plan& plan);

}  // namespace weighin
