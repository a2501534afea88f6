// Where does each part lie when layers are put on GPUs?
#include "estimate/offload.hpp"

#include <algorithm>

#include "estimate/batch.hpp"

namespace weighin {
namespace {

// A pipeline of batches keeps so many of each input (GGML_SCHED_MAX_COPIES of ggml-backend.cpp).
constexpr Bytes kCopies = 4;

// The graph of a GPU that holds all layers, and what is fed to it.
struct DeviceGraph {
  Bytes scratch_bytes = 0;
  Bytes input_bytes = 0;  // what a pipeline keeps several of: masks, positions, places in the cache
  Bytes embedding_bytes = 0;  // values of one batch between two layers
};

std::optional<DeviceGraph> device_graph(const Shape& shape, const Plan& plan) {
  if (!compute_buffer(shape, plan)) return std::nullopt;  // its checks of the arithmetic hold here
  const CacheCells cells = cache_cells(shape, plan);
  Batch batch = batch_of(shape, plan);
  batch.embedded = true;
  Graph graph;
  DeviceGraph device;
  if (!build_graph(shape, batch, graph)) return device;
  const std::int64_t at = cells.of_stream;
  device.scratch_bytes = reserve(graph, at, at, at).bytes.at(at);
  for (const Value input : graph.inputs())
    device.input_bytes += graph.nodes()[static_cast<std::size_t>(input)].bytes.at(at);
  device.embedding_bytes = 4 * batch.tokens * shape.hidden;
  device.input_bytes -= std::min(device.input_bytes, device.embedding_bytes);
  return device;
}

// Which GPU holds the n-th of all offloaded layers.
std::size_t gpu_of(const std::vector<double>& ends, std::int64_t n, std::int64_t offloaded) {
  const double place = static_cast<double>(n) / static_cast<double>(offloaded);
  const auto found = std::upper_bound(ends.begin(), ends.end(), place);
  return std::min(static_cast<std::size_t>(found - ends.begin()), ends.size() - 1);
}

std::vector<double> ends_of(const std::vector<double>& shares) {
  std::vector<double> ends;
  double sum = 0;
  for (const double share : shares) ends.push_back(sum += std::max(0.0, share));
  if (ends.empty() || sum <= 0) return {1.0};
  for (double& end : ends) end /= sum;
  return ends;
}

// What each place does: `place_of(layer)` is the GPU's number, -1 for the CPU; the output's is
// given.
template <class PlaceOf>
std::vector<WorkShare> shares_of(const Shape& shape, const Weights& weights, std::size_t gpus,
                                 int output, PlaceOf place_of) {
  std::vector<WorkShare> all(gpus + 1);
  WorkShare sum;
  for (std::size_t i = 0; i < all.size(); ++i) all[i].gpu = static_cast<int>(i) - 1;
  for (std::size_t at = 0; at < weights.layer_bytes.size(); ++at) {
    const auto layer = static_cast<std::int64_t>(at);
    const bool attention = is_attention_layer(shape, layer);
    const bool sliding = attention && is_sliding_layer(shape, layer);
    for (WorkShare* to : {&all[static_cast<std::size_t>(place_of(layer) + 1)], &sum}) {
      to->layers += 1;
      to->weights += static_cast<double>(weights.layer_bytes[at]);
      if (is_feed_forward_layer(shape, layer)) continue;
      (!attention ? to->state : sliding ? to->sliding_cells : to->full_cells) += 1;
    }
  }
  const auto part = [](double& value, double of) { value = of > 0 ? value / of : 0.0; };
  for (WorkShare& each : all) {
    each.output = each.gpu == output;
    part(each.weights, sum.weights);
    part(each.full_cells, sum.full_cells);
    part(each.sliding_cells, sum.sliding_cells);
    part(each.state, sum.state);
  }
  std::erase_if(all, [](const WorkShare& each) { return each.layers == 0 && !each.output; });
  return all;
}

}  // namespace

std::optional<Offload> offload(const Shape& shape, const Plan& plan, const Weights& weights,
                               const KvCache& cache, Bytes state_bytes) {
  const auto on_cpu = compute_buffer(shape, plan);
  const auto device = device_graph(shape, plan);
  if (!on_cpu || !device) return std::nullopt;
  const auto layers = static_cast<std::int64_t>(weights.layer_bytes.size());
  const std::int64_t offloaded =
      plan.gpu_layers < 0 ? layers + 1 : std::min(plan.gpu_layers, layers + 1);
  const std::int64_t first = layers + 1 - offloaded;
  const std::vector<double> ends = ends_of(plan.gpu_shares);
  std::int64_t recurrent = 0;
  for (std::int64_t layer = 0; layer < layers; ++layer)
    recurrent += is_recurrent_layer(shape, layer) ? 1 : 0;

  Offload result;
  result.gpus.resize(ends.size());
  result.host.weights_bytes = weights.input_bytes;
  Bytes largest_behind = 0, cache_behind = 0;
  for (std::int64_t layer = 0; layer < layers; ++layer) {
    const auto at = static_cast<std::size_t>(layer);
    Held& held = layer < first ? result.host : result.gpus[gpu_of(ends, layer - first, offloaded)];
    held.weights_bytes += weights.layer_bytes[at];
    if (at < cache.layer_bytes.size()) held.cache_bytes += cache.layer_bytes[at];
    if (recurrent > 0 && is_recurrent_layer(shape, layer))
      held.cache_bytes += state_bytes / recurrent;
    if (layer >= first) continue;
    largest_behind = std::max(largest_behind, weights.layer_largest_bytes[at]);
    if (at < cache.layer_bytes.size()) cache_behind = std::max(cache_behind, cache.layer_bytes[at]);
  }
  const int output = offloaded > 0 ? static_cast<int>(gpu_of(ends, layers - first, offloaded)) : -1;
  result.work = shares_of(shape, weights, ends.size(), output, [&](std::int64_t layer) {
    return layer < first ? -1 : static_cast<int>(gpu_of(ends, layer - first, offloaded));
  });
  Held& last = offloaded > 0 ? result.gpus[gpu_of(ends, layers - first, offloaded)] : result.host;
  last.weights_bytes += weights.output_bytes;
  // Looked up in one place and multiplied in another: kept in both.
  if (weights.tied && offloaded > 0) last.weights_bytes += weights.embedding_bytes;
  for (WorkShare& each : result.work) {
    const Held& held = each.gpu < 0 ? result.host : result.gpus[static_cast<std::size_t>(each.gpu)];
    each.weights_bytes = held.weights_bytes;
  }

  if (offloaded <= 0) {
    result.host.compute_bytes = on_cpu->bytes;
    return result;
  }
  const bool whole = offloaded > layers;
  const bool pipelined = whole && result.gpus.size() > 1;
  for (std::size_t i = 0; i < result.gpus.size(); ++i) {
    Held& gpu = result.gpus[i];
    if (gpu.weights_bytes == 0 && gpu.cache_bytes == 0) continue;
    gpu.compute_bytes = device->scratch_bytes;
    if (!whole && i == 0) gpu.compute_bytes = on_cpu->bytes + largest_behind + cache_behind;
    if (pipelined) {
      gpu.compute_bytes += (kCopies - 1) * device->input_bytes +
                           (i == 0 ? kCopies : 2 * kCopies) * device->embedding_bytes;
    }
  }
  result.host.compute_bytes =
      2 * device->embedding_bytes + (pipelined ? kCopies : 1) * device->input_bytes;
  return result;
}

}  // namespace weighin
