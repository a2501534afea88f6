// What does one model take under one plan, whichever runtime loads it?
#include "weighin/estimate.hpp"

#include <fmt/format.h>

#include "estimate/runtimes/runtime.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

// What one place needs, low-mid-high, by what the estimate rests on. From the file's own tensors
// the weights are exact, and what is left is the process; from the architecture the errors of
// llama.cpp's totals are within 0.5 % for half of the rows and 3 % at worst (script/accuracy); a
// bare size is another model of the class.
Range range_of(Basis basis, Bytes total_bytes) {
  const double total = static_cast<double>(total_bytes);
  switch (basis) {
    case Basis::file:
    case Basis::architecture:
      return {0.99 * total, total, 1.02 * total};
    case Basis::size:
      break;
  }
  return {0.85 * total, total, 1.15 * total};
}

Result<Done> add_up(Estimate& estimate) {
  MemoryNeed& memory = estimate.memory;
  memory.total_bytes = 0;
  for (const Bytes part :
       {memory.weights_bytes, memory.kv_cache_bytes, memory.state_bytes, memory.compute_bytes,
        memory.output_bytes, memory.adapter_bytes, memory.runtime_bytes}) {
    const auto sum = checked_add(memory.total_bytes, part);
    if (!sum) return overflow_of(estimate.model);
    memory.total_bytes = *sum;
  }
  estimate.host_bytes = memory.total_bytes - estimate.gpu_bytes;
  if (estimate.total_bytes_range.high <= 0)
    estimate.total_bytes_range = range_of(estimate.basis, memory.total_bytes);
  return Done{};
}

}  // namespace

const char* to_text(Basis basis) {
  switch (basis) {
    case Basis::file:
      return "file";
    case Basis::architecture:
      return "architecture";
    case Basis::size:
      return "size";
  }
  return "size";
}

Error overflow_of(const ModelSpec& model) {
  return Error{ErrorKind::usage, fmt::format("{}: sizes beyond what can be counted", model.name),
               "", "check the plan's numbers"};
}

bool is_own_format(const ModelSpec& model, const Plan& plan) {
  if (!model.file || model.file->tensors.empty() || model.file->format.empty()) return false;
  return plan.format.empty() || plan.format == "file" || plan.format == model.file->format;
}

Result<Estimate> estimate(const ModelSpec& model, const Plan& asked) {
  if (model.hosted_only) {
    return Error{ErrorKind::usage,
                 fmt::format("{} is not downloadable: no weights are published", model.name), "",
                 "choose an open model: weighin models list"};
  }
  Estimate result;
  result.model = model;
  result.plan = asked;
  Plan& plan = result.plan;
  if (plan.runtime.empty()) {
    plan.runtime =
        model.file && !model.file->runtime.empty() ? model.file->runtime : Plan{}.runtime;
  }
  const Result<Done> checked = check_plan_of(model, plan);
  if (!checked) return checked.error();
  const Runtime& runtime = *find_runtime(plan.runtime);
  if (is_own_format(model, plan)) {
    plan.format = model.file->format;
  } else {
    plan.format = runtime.find_format(plan.format);
  }
  if (model.context_max && plan.context > *model.context_max) {
    if (plan.context != Plan{}.context) {
      return Error{ErrorKind::usage,
                   fmt::format("{} takes {} tokens of context at most, not {}", model.name,
                               *model.context_max, plan.context),
                   "--context", fmt::format("--context {}", *model.context_max)};
    }
    plan.context = *model.context_max;
    result.notes.push_back(fmt::format("context {}: the model takes no more", plan.context));
  }
  const bool assumed = model.known_by == KnownBy::assumed;
  result.known_by = assumed ? KnownBy::assumed : KnownBy::computed;
  result.basis = assumed                      ? Basis::size
                 : is_own_format(model, plan) ? Basis::file
                                              : Basis::architecture;
  result.why_not = runtime.why_not(model);
  result.supported = result.why_not.empty();
  const Result<Done> filled = runtime.fill(result);
  if (!filled) return filled.error();
  const Result<Done> added = add_up(result);
  if (!added) return added.error();
  if (assumed) result.notes.push_back("the architecture is the class's reference: assumed");
  if (!result.supported) result.notes.push_back(result.why_not + ": sizes of its weights only");
  return result;
}

}  // namespace weighin
