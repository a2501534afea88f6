// Which of the answers are about the same GPU, and what is true of it?
#pragma once

#include <optional>
#include <vector>

#include "probes/gpu/seen.hpp"

namespace weighin {

/// The system's memory, for GPUs that share it.
struct SystemRam {
  std::optional<Bytes> total_bytes, available_bytes;
};

/// One row for each physical GPU, however many drivers and interfaces showed it: discrete before
/// integrated, the larger first, software devices last. What a GPU is called and can do comes from
/// its native driver; where sources disagree about memory by more than a hundredth, the others'
/// answers stand beside it.
std::vector<Gpu> join_gpus(const std::vector<SeenGpu>& gpus, const std::vector<SeenCard>& cards,
                           const SystemRam& ram);

/// The place of a Vulkan driver among several for the same GPU: the least is the native one.
int driver_rank(std::uint32_t driver_id);

}  // namespace weighin
