// What is known of a file's model where nobody has described its runtime?
//
// The weights as they stand in the file, and a cache of 16 bits where the shape is known. Buffers
// of such runtimes are not known: the range is wide, and the estimate says so.
#include <fmt/format.h>

#include <algorithm>

#include "estimate/footprint.hpp"
#include "estimate/runtimes/runtime.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

std::vector<std::string> formats() { return {}; }
std::string find_format(std::string_view) { return {}; }
Result<Done> check(const Plan&) { return Done{}; }
std::string why_not(const ModelSpec&) { return {}; }

Result<Done> fill(Estimate& estimate) {
  const ModelSpec& model = estimate.model;
  const ModelFile& file = *model.file;
  MemoryNeed& memory = estimate.memory;
  std::int64_t weights = 0;
  for (const FileTensor& tensor : file.tensors) {
    const auto bytes = checked_add(memory.weights_bytes, tensor.bytes);
    const auto count = checked_add(weights, tensor.weights);
    if (!bytes || !count) return overflow_of(model);
    memory.weights_bytes = *bytes;
    weights = *count;
    estimate.largest_tensor_bytes = std::max(estimate.largest_tensor_bytes, tensor.bytes);
  }
  const bool whole = std::none_of(file.parts.begin(), file.parts.end(),
                                  [](const FilePart& part) { return part.missing; });
  estimate.download_bytes =
      whole ? Known<Bytes>::of(file.total_bytes, "size of the file", KnownBy::reported)
            : Known<Bytes>::unknown(Status::error, "parts of the file are missing");
  if (weights > 0) {
    estimate.bits_per_weight =
        8.0 * static_cast<double>(memory.weights_bytes) / static_cast<double>(weights);
  }
  estimate.parts.push_back({"weights: all tensors", memory.weights_bytes,
                            fmt::format("{} tensors, {} weights", file.tensors.size(), weights)});
  if (model.shape) {
    const auto cache = kv_cache(*model.shape, estimate.plan);
    const auto state = recurrent_state_bytes(*model.shape, estimate.plan.parallel);
    if (!cache || !state) return overflow_of(model);
    memory.kv_cache_bytes = cache->total_bytes;
    memory.state_bytes = *state;
    if (cache->total_bytes > 0) {
      estimate.parts.push_back({"KV cache", cache->total_bytes,
                                fmt::format("{} cells, as llama.cpp would keep them in {}",
                                            cache->cells, estimate.plan.kv_type)});
    }
    if (*state > 0) estimate.parts.push_back({"recurrent state", *state, "32 bits"});
    estimate.token.layers = model.shape->layers;
  }
  const double held = static_cast<double>(memory.weights_bytes) +
                      static_cast<double>(memory.kv_cache_bytes) +
                      static_cast<double>(memory.state_bytes);
  estimate.total_bytes_range = {held, 1.15 * held, 1.6 * held};
  estimate.residency.working_set_bytes = estimate.residency.anonymous_bytes =
      static_cast<Bytes>(std::min(held, 9e18));
  estimate.notes.push_back(fmt::format("what {} takes besides weights{} is not known",
                                       estimate.plan.runtime,
                                       model.shape ? " and cache" : "; the cache neither"));
  return Done{};
}

}  // namespace

const Runtime& file_runtime() {
  static const Runtime kRuntime{"", formats, find_format, check, why_not, fill, nullptr};
  return kRuntime;
}

}  // namespace weighin
