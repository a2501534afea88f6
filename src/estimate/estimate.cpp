// What does one model take under one plan, whichever runtime loads it?
#include "weighin/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "estimate/graph/model_graph.hpp"
#include "estimate/runtimes/runtime.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

// What one place needs, low-mid-high, by what the estimate rests on. From the file's own tensors
// the weights are exact, and what is left is the process; from the architecture the errors of
// llama.cpp's totals are within 0.5 % for half of the rows and 3 % at worst (script/accuracy); a
// bare size is another model of the class.
Range range_of(const Estimate& estimate) {
  const Basis basis = estimate.basis;
  const Bytes total_bytes = estimate.memory.total_bytes;
  const bool split = estimate.plan.gpu_layers != 0;
  // Nobody has described its graph: a plain decoder's is taken, and the weights of one.
  const bool described =
      !estimate.supported || !estimate.model.shape || style_of(*estimate.model.shape).known;
  const double total = static_cast<double>(total_bytes);
  if (!described) return {0.9 * total, total, 1.15 * total};
  switch (basis) {
    case Basis::file:
    case Basis::architecture:
      // What a GPU reserves for layers that stay behind is an upper bound (estimate/offload.hpp).
      if (split) return {0.95 * total, total, 1.03 * total};
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
        memory.output_bytes, memory.adapter_bytes, memory.projector_bytes, memory.draft_bytes,
        memory.gpu_context_bytes, memory.runtime_bytes}) {
    const auto sum = checked_add(memory.total_bytes, part);
    if (!sum) return overflow_of(estimate.model);
    memory.total_bytes = *sum;
  }
  estimate.host_bytes = memory.total_bytes - estimate.gpu_bytes;
  if (estimate.total_bytes_range.high <= 0) estimate.total_bytes_range = range_of(estimate);
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
  if (!model.file || model.file->tensors.empty() || model.file->format.empty() ||
      model.file->runtime != plan.runtime)
    return false;
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
  if ((plan.format.empty() || plan.format == "file") && !is_own_format(model, plan)) {
    // Nobody named one, or a file is to be converted first.
    const Runtime* loads = find_runtime(plan.runtime);
    plan.format = loads != nullptr && loads->usual_format != nullptr ? loads->usual_format(model)
                                                                     : Plan{}.format;
  }
  const Result<Done> checked = check_plan_of(model, plan);
  if (!checked) return checked.error();
  const Runtime* described = find_runtime(plan.runtime);
  const Runtime& runtime = described != nullptr ? *described : file_runtime();
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
  if (result.supported && model.shape && !model.shape->architecture.empty() &&
      !style_of(*model.shape).known) {
    result.notes.push_back(fmt::format("architecture \"{}\" {}", model.shape->architecture,
                                       style_of(*model.shape).held
                                           ? "is not one we know: taken for a plain decoder"
                                           : "was not held against llama.cpp: a wider range"));
  }
  if (model.file && model.file->runtime != plan.runtime && model.file->parameters > 0) {
    result.notes.push_back(
        fmt::format("the file itself is {} of {}{}: {} runs it once it is converted",
                    text_decimal(model.file->total_bytes), model.file->reader,
                    model.file->format.empty() ? "" : " in " + model.file->format, plan.runtime));
  }
  if (assumed) result.notes.push_back("the architecture is the class's reference: assumed");
  if (!result.supported) result.notes.push_back(result.why_not + ": sizes of its weights only");
  return result;
}

Result<Explanation> explain(const Estimate& estimate) {
  const Runtime* runtime = find_runtime(estimate.plan.runtime);
  if (runtime == nullptr || runtime->explain == nullptr) return Explanation{};
  return runtime->explain(estimate);
}

Result<Estimate> with_draft(Estimate main, const Estimate& draft) {
  const MemoryNeed& theirs = draft.memory;
  // One context on the GPUs serves both.
  const Bytes added = theirs.total_bytes - theirs.gpu_context_bytes;
  MemoryNeed& memory = main.memory;
  const auto total = checked_add(memory.total_bytes, added);
  if (!total) return overflow_of(main.model);
  memory.draft_bytes = added;
  memory.total_bytes = *total;
  main.parts.push_back(
      {"draft model", added,
       fmt::format("{} in {}: weights {}, KV cache {}, buffers {}", draft.model.name,
                   draft.plan.format, text_binary(theirs.weights_bytes),
                   text_binary(theirs.kv_cache_bytes),
                   text_binary(theirs.compute_bytes + theirs.output_bytes))});
  main.gpu_bytes += draft.gpu_bytes - theirs.gpu_context_bytes;
  main.host_bytes = memory.total_bytes - main.gpu_bytes;
  // The engine deals the draft's layers out by the same shares.
  const Bytes context =
      draft.gpu_split_bytes.empty()
          ? 0
          : theirs.gpu_context_bytes / static_cast<Bytes>(draft.gpu_split_bytes.size());
  for (std::size_t i = 0; i < main.gpu_split_bytes.size() && i < draft.gpu_split_bytes.size(); ++i)
    main.gpu_split_bytes[i] += std::max<Bytes>(0, draft.gpu_split_bytes[i] - context);
  Residency& kept = main.residency;
  kept.working_set_bytes += draft.residency.working_set_bytes;
  kept.anonymous_bytes += draft.residency.anonymous_bytes;
  kept.mapped_bytes += draft.residency.mapped_bytes;
  kept.reserved_bytes += draft.residency.reserved_bytes;
  for (double Range::*end : {&Range::low, &Range::mid, &Range::high})
    main.total_bytes_range.*end += draft.total_bytes_range.*end;
  if (main.download_bytes && draft.download_bytes) {
    main.download_bytes = Known<Bytes>::of(
        *main.download_bytes + *draft.download_bytes, "both models", KnownBy::computed,
        std::min(main.download_bytes.confidence, draft.download_bytes.confidence));
  }
  return main;
}

}  // namespace weighin
