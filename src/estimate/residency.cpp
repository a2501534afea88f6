// Which bytes of a running model only its end gives back, and which the kernel may drop?
#include "estimate/residency.hpp"

#include <algorithm>

namespace weighin {

std::optional<Bytes> touched_compute_bytes(const Shape& shape, const Plan& plan,
                                           std::int64_t tokens) {
  Plan running = plan;
  running.context = std::clamp<std::int64_t>(tokens, 1, plan.context);
  running.ubatch = std::min(plan.ubatch, running.context);
  running.outputs = 0;  // the logits of one token a sequence
  const auto touched = compute_buffer(shape, running);
  const auto reserved = compute_buffer(shape, plan);
  if (!touched || !reserved) return std::nullopt;
  return std::min(touched->bytes, reserved->bytes);
}

std::optional<Residency> residency(const Shape& shape, const Plan& plan, const MemoryNeed& memory,
                                   Bytes plain_bytes, Bytes repacked_bytes, Bytes file_bytes,
                                   std::int64_t tokens) {
  const auto touched = touched_compute_bytes(shape, plan, tokens > 0 ? tokens : plan.context);
  if (!touched) return std::nullopt;
  Residency parts;
  parts.reserved_bytes = memory.compute_bytes - *touched;
  parts.mapped_bytes = file_bytes;
  Bytes sum = repacked_bytes;
  for (const Bytes part :
       {memory.kv_cache_bytes, memory.state_bytes, *touched, memory.output_bytes,
        memory.adapter_bytes, memory.projector_bytes, memory.draft_bytes, memory.runtime_bytes}) {
    const auto more = checked_add(sum, part);
    if (!more) return std::nullopt;
    sum = *more;
  }
  parts.anonymous_bytes = sum;
  const auto all = checked_add(sum, plain_bytes);
  if (!all) return std::nullopt;
  parts.working_set_bytes = *all;
  return parts;
}

}  // namespace weighin
