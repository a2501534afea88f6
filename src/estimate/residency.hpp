// How much of a model's memory must stay, can be dropped, or is never touched?
#pragma once

#include <optional>

#include "estimate/footprint.hpp"
#include "weighin/estimate.hpp"

namespace weighin {

/// What of the scratch buffer is really written when `tokens` stand in the context: the values of
/// the batch that runs, with the logits that are asked for; the rest of the reservation is never
/// touched. Source: resident sets of llama.cpp v0.5.0 (tests/estimate/truth/llamacpp_rss.csv: a
/// benchmark's reservation for Llama-3.2-1B is 258 MiB, 65 of which are touched).
std::optional<Bytes> touched_compute_bytes(const Shape& shape, const Plan& plan,
                                           std::int64_t tokens);

/// Tells the parts of `memory` apart. `plain_bytes` of the weights lie as in the file and can be
/// mapped, `repacked_bytes` are a copy of their own; `file_bytes` is the data of the file. `tokens`
/// in the context; 0 = it is full.
std::optional<Residency> residency(const Shape& shape, const Plan& plan, const MemoryNeed& memory,
                                   Bytes plain_bytes, Bytes repacked_bytes, Bytes file_bytes,
                                   std::int64_t tokens = 0);

}  // namespace weighin
