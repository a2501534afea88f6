// What does a model take in Transformers.js (ONNX Runtime in a browser: WebAssembly or WebGPU)?
#include <fmt/format.h>

#include "estimate/onnx_packing.hpp"

namespace weighin {
namespace {

// onnxruntime-web 1.30.0 as npm delivers it, compressed as a server sends it: the build for
// WebAssembly alone 14.2 MB (3.7), that for WebGPU 26.8 MB (6.6); Transformers.js 4.3.1 0.45 MB
// (0.13).
constexpr Bytes kWasmBytes = 3'659'955;
constexpr Bytes kWebGpuBytes = 6'578'721;
constexpr Bytes kScriptBytes = 127'880;
// The engine's code and heap before a model is there, not measured.
constexpr Bytes kEngineBytes = 64 * kMiB;

bool on_gpu(const Plan& plan) { return plan.gpu_layers != 0; }

Result<Done> check(const Plan& plan) {
  const Result<Done> checked = check_onnx(plan);
  if (!checked) return checked;
  if (plan.gpu_layers > 0) {
    return Error{ErrorKind::usage, "a browser takes a model to WebGPU as a whole, or not at all",
                 "--gpu-layers", "--gpu-layers 0, or leave it out"};
  }
  return Done{};
}

Result<Done> fill(Estimate& estimate) {
  const Result<Done> session = fill_onnx_session(estimate);
  if (!session) return session;
  MemoryNeed& memory = estimate.memory;
  memory.runtime_bytes = kEngineBytes;
  estimate.parts.push_back({"engine", kEngineBytes, "code and heap of the WebAssembly, assumed"});
  const bool gpu = on_gpu(estimate.plan);
  if (gpu) {
    estimate.gpu_bytes = memory.weights_bytes + memory.kv_cache_bytes + memory.state_bytes +
                         memory.compute_bytes + memory.output_bytes + memory.adapter_bytes;
    if (onnx_value_bytes(estimate.plan.format) == 2)
      estimate.needed_features.push_back("shader-f16");
  } else {
    // Memory of WebAssembly with addresses of 32 bits: 65536 pages of 64 KiB
    // (https://webassembly.github.io/spec/core/syntax/types.html#memory-types).
    estimate.address_space_bytes = 4 * kGiB;
  }
  if (estimate.model.shape)
    estimate.fetched_besides.push_back(tokenizer_part(*estimate.model.shape));
  estimate.fetched_besides.push_back({"runtime (WebAssembly)", gpu ? kWebGpuBytes : kWasmBytes,
                                      "onnxruntime-web 1.30.0, compressed"});
  estimate.fetched_besides.push_back(
      {"runtime (script)", kScriptBytes, "Transformers.js 4.3.1, compressed"});
  // The page holds the downloaded file while the engine makes its own copy: one report of 6.6 GB
  // for 3.1 GB of files (Gemma 4 E2B in Chrome).
  set_range(0.9, 2.1, estimate);
  estimate.notes.push_back(
      "while it loads, the page holds the file beside the engine's copy: the range's high end");
  // One file of 1.43 GB failed in two independent reports where files with external data of 2.8 GB
  // load; a protobuf takes 2 GB, a Chrome ArrayBuffer 0x7fe00000 bytes
  // (https://onnxruntime.ai/docs/tutorials/web/large-models.html).
  if (estimate.download_bytes && *estimate.download_bytes > Bytes{1'000'000'000})
    estimate.notes.push_back(
        "above about 1 GB it loads only where the weights lie in files beside "
        "the graph (external data, each below 2 GB)");
  note_published(estimate);
  return Done{};
}

std::string usual_format(const ModelSpec& model) {
  const std::string published = published_format(model, "onnx-web");
  if (!published.empty()) return published;
  // What the library fetches unasked is q8 on WebAssembly; applications ask for q4f16 where the
  // model writes text.
  const bool small = model.shape && (model.shape->kind == "bert" || model.shape->kind == "nomic" ||
                                     model.shape->kind == "modernbert" ||
                                     model.shape->kind == "whisper" || model.shape->kind == "t5");
  return small ? "q8" : "q4f16";
}

}  // namespace

extern const Runtime onnx_web_runtime;
const Runtime onnx_web_runtime{"onnx-web",   onnx_formats, find_onnx_format, check,
                               onnx_why_not, fill,         onnx_take_apart,  usual_format};

}  // namespace weighin
