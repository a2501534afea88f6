// How does a question about what a model takes become its answer?
#include <CLI/CLI.hpp>

#include "session/estimate_session.hpp"

#include "weighin/bytes.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

Result<Bytes> bytes_of(const std::string& text, const char* option) {
  Result<Bytes> bytes = parse_bytes(text);
  if (bytes) return bytes;
  Error error = bytes.error();
  error.where = option;
  return error;
}

/// The main model's estimate, with the draft model's beside it.
Result<Estimate> estimate_all(const ModelSpec& model, const Plan& plan, const ModelSpec* draft) {
  Result<Estimate> made = estimate(model, plan);
  if (!made || draft == nullptr) return made;
  Plan beside = plan;
  beside.lora_rank = 0;
  beside.projector_bytes = 0;
  if (draft->file) beside.format.clear();
  const Result<Estimate> theirs = estimate(*draft, beside);
  if (!theirs) return theirs.error();
  return with_draft(std::move(*made), *theirs);
}

Result<Estimate> with_its_draft(const EstimateOptions& options, const Catalogue& catalogue,
                                const ModelSpec& model, const Plan& plan) {
  if (options.draft.empty()) return estimate_all(model, plan, nullptr);
  Options named = options;
  named.models = {options.draft};
  const Result<std::vector<ModelSpec>> found = load_models(named, catalogue);
  if (!found) return found.error();
  return estimate_all(model, plan, &found->front());
}

/// A projector is named by its file; what it takes is the file.
Result<Done> settle_projector(const EstimateOptions& options, Plan& plan) {
  if (options.projector.empty()) return Done{};
  const Result<std::unique_ptr<ByteSource>> file = local_file(options.projector);
  if (!file) return file.error();
  plan.projector_bytes = (*file)->size();
  return Done{};
}

/// What was asked about making it smaller; parameter sharing is always shown.
Result<Shrinking> shrink(const EstimateOptions& options, const Catalogue& catalogue,
                         const Estimate& made) {
  Shrinking all;
  if (made.model.shape) all.sharing = sharing_of(*made.model.shape, made.plan);
  if (!options.quantize.empty()) {
    Result<std::vector<Shrunk>> rows = quantized(made);
    if (!rows) return rows.error();
    all.ways = std::move(*rows);
  }
  if (!options.prune.empty()) {
    const Result<Pruning> pruning = read_pruning(options.prune);
    if (!pruning) return pruning.error();
    const Result<std::vector<Shrunk>> rows = pruned(made, *pruning);
    if (!rows) return rows.error();
    all.ways.insert(all.ways.end(), rows->begin(), rows->end());
  }
  all.students_asked = options.distilled;
  if (options.distilled) all.students = students_of(catalogue, made.model);
  return all;
}

/// The longest context, or the best format, for a memory.
Result<Done> invert(const EstimateOptions& options, const Plan& plan, EstimateOutcome& outcome) {
  const bool for_context = !options.max_context.empty();
  const Result<Bytes> memory = bytes_of(for_context ? options.max_context : options.fit_in,
                                        for_context ? "--max-context" : "--fit-in");
  if (!memory) return memory.error();
  outcome.memory_bytes = *memory;
  if (for_context) {
    Result<LongestContext> found = max_context(outcome.model, plan, *memory);
    if (!found) return found.error();
    outcome.longest = std::move(*found);
    outcome.estimate = outcome.longest->estimate;
    outcome.exit_code = outcome.longest->context > 0 ? 0 : 1;
  } else {
    Result<BestFit> found = fit_in(outcome.model, plan, *memory);
    if (!found) return found.error();
    outcome.best = std::move(*found);
    outcome.estimate = outcome.best->estimate;
    outcome.exit_code = outcome.best->format.empty() ? 1 : 0;
  }
  return Done{};
}

}  // namespace

void add_estimate_options(CLI::App& app, EstimateOptions& options) {
  const std::string group = "Questions";
  app.add_flag("--explain", options.explain,
               "every part to the byte: tensors, download and memory with their formulas")
      ->group(group);
  auto* longest = app.add_option("--max-context", options.max_context,
                                 "the longest context that still fits such a memory, e.g. 16GiB")
                      ->type_name("SIZE")
                      ->group(group);
  app.add_option("--fit-in", options.fit_in,
                 "the best format and context that fit such a memory, e.g. 8GiB")
      ->type_name("SIZE")
      ->excludes(longest)
      ->group(group);
  const std::string shrinks = "Shrinking";
  app.add_option("--quantize", options.quantize,
                 "a weight format, held against the 16 bits that its maker stores")
      ->type_name("FORMAT")
      ->group(shrinks);
  app.add_option("--prune", options.prune,
                 "a share of the weights that goes: 0.5, 0.5,2:4 or 0.5,structured")
      ->type_name("SHARE[,KIND]")
      ->group(shrinks);
  app.add_flag("--distilled", options.distilled, "known students and teachers of the model")
      ->group(shrinks);
}

void add_beside_options(CLI::App& app, EstimateOptions& options) {
  app.add_option("--gpus", options.gpus_count,
                 "equal GPUs that the offloaded layers are dealt out to")
      ->check(CLI::Range(1, 16))
      ->group("Plan")
      ->capture_default_str();
  app.add_option("--projector", options.projector,
                 "file of a projector (mmproj) that is loaded beside the model")
      ->type_name("FILE")
      ->group("Plan");
  app.add_option("--draft", options.draft, "a draft model beside it (speculative decoding)")
      ->type_name("MODEL")
      ->group("Plan");
}

EstimateAsked EstimateOutcome::asked() const {
  EstimateAsked asked;
  asked.explanation = explanation ? &*explanation : nullptr;
  asked.longest_context = longest ? &*longest : nullptr;
  asked.best_fit = best ? &*best : nullptr;
  asked.memory_bytes = memory_bytes;
  asked.shrinking = &shrinking;
  return asked;
}

Result<EstimateOutcome> run_estimate(const EstimateOptions& options, const Catalogue& catalogue) {
  Result<std::vector<ModelSpec>> models = load_models(options, catalogue);
  if (!models) return models.error();
  EstimateOutcome outcome;
  outcome.model = std::move(models->front());
  if (outcome.model.hosted_only) {
    // A question with an answer, and the answer is no.
    outcome.hosted_only = true;
    outcome.exit_code = 1;
    return outcome;
  }
  Plan plan = plan_for(outcome.model, options);
  if (!options.quantize.empty()) plan.format = options.quantize;
  plan.gpu_shares.assign(static_cast<std::size_t>(options.gpus_count), 1.0);
  const Result<Done> beside = settle_projector(options, plan);
  if (!beside) return beside.error();
  if (!options.max_context.empty() || !options.fit_in.empty()) {
    const Result<Done> inverted = invert(options, plan, outcome);
    if (!inverted) return inverted.error();
  } else {
    Result<Estimate> made = with_its_draft(options, catalogue, outcome.model, plan);
    if (!made) return made.error();
    outcome.estimate = std::move(*made);
  }
  if (options.explain) {
    Result<Explanation> explained = explain(outcome.estimate);
    if (!explained) return explained.error();
    outcome.explanation = std::move(*explained);
  }
  Result<Shrinking> shrinking = shrink(options, catalogue, outcome.estimate);
  if (!shrinking) return shrinking.error();
  outcome.shrinking = std::move(*shrinking);
  return outcome;
}

std::string estimate_outcome_json(const EstimateOutcome& outcome, const Plan& plan) {
  return outcome.hosted_only ? not_downloadable_json(outcome.model, plan)
                             : estimate_json(outcome.estimate, outcome.asked());
}

}  // namespace weighin
