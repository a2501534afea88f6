// What does a model take in ONNX Runtime, natively?
#include <fmt/format.h>

#include "estimate/onnx_packing.hpp"

namespace weighin {
namespace {

// The library and what a process has anyway: libonnxruntime.so of version 1.20 is 15 to 25 MB, with
// its heap taken as 40 MiB, not measured.
constexpr Bytes kProcessBytes = 40 * kMiB;

Result<Done> check(const Plan& plan) {
  const Result<Done> checked = check_onnx(plan);
  if (!checked) return checked;
  if (plan.gpu_layers > 0) {
    return Error{ErrorKind::usage, "ONNX Runtime takes a model to one place as a whole",
                 "--gpu-layers", "--gpu-layers 0, or leave it out"};
  }
  return Done{};
}

Result<Done> fill(Estimate& estimate) {
  const Result<Done> session = fill_onnx_session(estimate);
  if (!session) return session;
  MemoryNeed& memory = estimate.memory;
  memory.runtime_bytes = kProcessBytes;
  estimate.parts.push_back({"process", kProcessBytes, "library and heap, assumed"});
  if (estimate.plan.gpu_layers < 0) {
    estimate.gpu_bytes = memory.weights_bytes + memory.kv_cache_bytes + memory.state_bytes +
                         memory.compute_bytes + memory.output_bytes + memory.adapter_bytes;
    estimate.gpu_split_bytes = {estimate.gpu_bytes};
  }
  if (estimate.model.shape)
    estimate.fetched_besides.push_back(tokenizer_part(*estimate.model.shape));
  // Weights may be kept a second time, packed for the kernels; nobody has published figures of it.
  set_range(0.9, 1.6, estimate);
  estimate.notes.push_back(
      "a session's memory is computed, and held against no measurement: the range is wide");
  if (estimate.download_bytes && *estimate.download_bytes > Bytes{2'000'000'000})
    estimate.notes.push_back(
        "above 2 GB (a protobuf's most) the weights lie in files of their own");
  note_published(estimate);
  return Done{};
}

std::string usual_format(const ModelSpec& model) {
  const std::string published = published_format(model, "onnx");
  if (!published.empty()) return published;
  const bool writes = model.shape && model.shape->kind != "bert" && model.shape->kind != "nomic" &&
                      model.shape->kind != "modernbert" && model.shape->kind != "whisper" &&
                      model.shape->kind != "t5";
  return writes ? "int4" : "q8";
}

}  // namespace

extern const Runtime onnx_runtime;
const Runtime onnx_runtime{"onnx",       onnx_formats, find_onnx_format, check,
                           onnx_why_not, fill,         onnx_take_apart,  usual_format};

}  // namespace weighin
