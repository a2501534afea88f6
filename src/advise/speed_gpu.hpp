// How long does a token take where GPUs do the work, or part of it?
#pragma once

#include <string>
#include <vector>

#include "advise/speed.hpp"

namespace weighin {

/// Whether a GPU has a part in it: its place begins with "gpu".
bool on_gpus(const SpeedQuestion& question);

/// As speed_terms(), over all places of the question: each layer at the rates of where it lies,
/// and what crosses from one place to the next.
Known<std::vector<SpeedTerm>> gpu_speed_terms(const TokenWork& work, const SpeedQuestion& question,
                                              const Measurements& measurements, bool prefill,
                                              std::int64_t depth);

/// What takes the most of it, in words.
std::string gpu_bound_by(const std::vector<SpeedTerm>& terms);

/// Seconds of copying the weights to the GPUs on loading, after they were read.
Known<Range> gpu_copy_seconds(const SpeedQuestion& question, const Measurements& measurements);

/// What the prediction assumes, to stand behind its source; "" for the CPU alone.
std::string gpu_assumption(const SpeedQuestion& question);

}  // namespace weighin
