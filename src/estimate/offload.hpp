// Where does each part lie when layers are put on GPUs?
#pragma once

#include <optional>
#include <vector>

#include "estimate/footprint.hpp"
#include "estimate/weights.hpp"

namespace weighin {

/// What one place holds.
struct Held {
  Bytes weights_bytes = 0, cache_bytes = 0, compute_bytes = 0;
  Bytes total() const { return weights_bytes + cache_bytes + compute_bytes; }
};

/// The parts of a model whose layers are dealt out. The sum is more than that of the CPU alone: the
/// table of tied embeddings is kept twice, and every place has scratch of its own.
struct Offload {
  std::vector<Held> gpus;  ///< one entry for each share of the plan (one where there are none)
  Held host;
  std::vector<WorkShare>
      work;  ///< the CPU first, where it has layers; places without work are left out
};

/// How llama.cpp deals the layers out (src/llama-model.cpp, load_tensors of v0.5.0): the output
/// counts as one more layer after the last, and layers + 1 - gpu_layers is the first that goes to a
/// GPU, so that the output goes first; what is offloaded is dealt out by the shares in turn; the
/// tables of embeddings stay in the system's memory, where nothing is repacked beside a GPU.
///
/// Scratch: of a GPU that holds all layers, the graph's without the lookup; of several, each input
/// four times (pipelined batches) and eight (the first: four) of the values between layers; of a
/// part of the layers, as on a CPU, and room for the largest matrix of a layer that stays behind
/// and is sent over for long batches. Held against the engine's own buffers on its Vulkan backend
/// (tests/estimate/truth/gpu_loads.csv).
///
/// `weights` must have been weighed without repacking; `state_bytes` is the recurrent state.
/// Nothing where a size overflows.
std::optional<Offload> offload(const Shape& shape, const Plan& plan, const Weights& weights,
                               const KvCache& cache, Bytes state_bytes);

}  // namespace weighin
