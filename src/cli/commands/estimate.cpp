// weighin estimate: what does a model take, with no device needed?
#include <fmt/format.h>

#include <optional>

#include "cli/session.hpp"
#include "estimate/shrink.hpp"
#include "weighin/bytes.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

/// What only this command is asked.
struct Questions {
  bool explain = false;
  std::string max_context, fit_in, projector, draft;
  std::string quantize, prune;
  bool distilled = false;
  std::int64_t gpus = 1;
};

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

/// A projector is named by its file; what it takes is the file.
Result<Done> settle_projector(const Questions& questions, Plan& plan) {
  if (questions.projector.empty()) return Done{};
  const Result<std::unique_ptr<ByteSource>> file = local_file(questions.projector);
  if (!file) return file.error();
  plan.projector_bytes = (*file)->size();
  return Done{};
}

/// What was asked about making it smaller; parameter sharing is always shown.
Result<Shrinking> shrink(const Questions& questions, const Catalogue& catalogue,
                         const Estimate& made) {
  Shrinking all;
  if (made.model.shape) all.sharing = sharing_of(*made.model.shape, made.plan);
  if (!questions.quantize.empty()) {
    Result<std::vector<Shrunk>> rows = quantized(made);
    if (!rows) return rows.error();
    all.ways = std::move(*rows);
  }
  if (!questions.prune.empty()) {
    const Result<Pruning> pruning = read_pruning(questions.prune);
    if (!pruning) return pruning.error();
    const Result<std::vector<Shrunk>> rows = pruned(made, *pruning);
    if (!rows) return rows.error();
    all.ways.insert(all.ways.end(), rows->begin(), rows->end());
  }
  all.students_asked = questions.distilled;
  if (questions.distilled) all.students = students_of(catalogue, made.model);
  return all;
}

int run(Options& options, const Questions& questions, const Invocation& invocation) {
  const Result<Catalogue> catalogue = load_catalogue(options, invocation);
  if (!catalogue) return fail(catalogue.error(), options.json);
  const Result<std::vector<ModelSpec>> models = load_models(options, *catalogue);
  if (!models) return fail(models.error(), options.json);
  const ModelSpec& model = models->front();
  const RenderOptions render = render_options(options.color_choice());
  if (model.hosted_only) {
    // A question with an answer, and the answer is no.
    const std::string text = options.json ? not_downloadable_json(model, options.plan)
                                          : not_downloadable_text(model, render);
    const Result<Done> written = write_stdout(text);
    return written ? 1 : fail(written.error());
  }
  Plan plan = plan_for(model, options);
  if (!questions.quantize.empty()) plan.format = questions.quantize;
  plan.gpu_shares.assign(static_cast<std::size_t>(questions.gpus), 1.0);
  const Result<Done> beside = settle_projector(questions, plan);
  if (!beside) return fail(beside.error(), options.json);

  EstimateAsked asked;
  std::optional<LongestContext> longest;
  std::optional<BestFit> best;
  Result<Estimate> result = Error{};
  int code = 0;
  if (!questions.max_context.empty() || !questions.fit_in.empty()) {
    const bool for_context = !questions.max_context.empty();
    const Result<Bytes> memory = bytes_of(for_context ? questions.max_context : questions.fit_in,
                                          for_context ? "--max-context" : "--fit-in");
    if (!memory) return fail(memory.error(), options.json);
    asked.memory_bytes = *memory;
    if (for_context) {
      Result<LongestContext> found = max_context(model, plan, *memory);
      if (!found) return fail(found.error(), options.json);
      longest = std::move(*found);
      asked.longest_context = &*longest;
      result = longest->estimate;
      code = longest->context > 0 ? 0 : 1;
    } else {
      Result<BestFit> found = fit_in(model, plan, *memory);
      if (!found) return fail(found.error(), options.json);
      best = std::move(*found);
      asked.best_fit = &*best;
      result = best->estimate;
      code = best->format.empty() ? 1 : 0;
    }
  } else {
    std::optional<ModelSpec> draft;
    if (!questions.draft.empty()) {
      Options named = options;
      named.models = {questions.draft};
      const Result<std::vector<ModelSpec>> found = load_models(named, *catalogue);
      if (!found) return fail(found.error(), options.json);
      draft = found->front();
    }
    result = estimate_all(model, plan, draft ? &*draft : nullptr);
  }
  if (!result) return fail(result.error(), options.json);
  Result<Explanation> explanation = Explanation{};
  if (questions.explain) {
    explanation = explain(*result);
    if (!explanation) return fail(explanation.error(), options.json);
    asked.explanation = &*explanation;
  }
  const Result<Shrinking> shrinking = shrink(questions, *catalogue, *result);
  if (!shrinking) return fail(shrinking.error(), options.json);
  asked.shrinking = &*shrinking;
  const Result<Done> written = write_stdout(options.json ? estimate_json(*result, asked)
                                                         : estimate_text(*result, render, asked));
  return written ? code : fail(written.error());
}

std::function<int()> setup(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<Options>();
  auto questions = std::make_shared<Questions>();
  app.add_option("SPEC", options->models,
                 "a model: a name, a size such as 7B, a file, a folder or a URL")
      ->required()
      ->expected(1);
  const std::string group = "Questions";
  app.add_flag("--explain", questions->explain,
               "every part to the byte: tensors, download and memory with their formulas")
      ->group(group);
  auto* longest = app.add_option("--max-context", questions->max_context,
                                 "the longest context that still fits such a memory, e.g. 16GiB")
                      ->type_name("SIZE")
                      ->group(group);
  app.add_option("--fit-in", questions->fit_in,
                 "the best format and context that fit such a memory, e.g. 8GiB")
      ->type_name("SIZE")
      ->excludes(longest)
      ->group(group);
  const std::string shrinks = "Shrinking";
  app.add_option("--quantize", questions->quantize,
                 "a weight format, held against the 16 bits that its maker stores")
      ->type_name("FORMAT")
      ->group(shrinks);
  app.add_option("--prune", questions->prune,
                 "a share of the weights that goes: 0.5, 0.5,2:4 or 0.5,structured")
      ->type_name("SHARE[,KIND]")
      ->group(shrinks);
  app.add_flag("--distilled", questions->distilled, "known students and teachers of the model")
      ->group(shrinks);
  add_output_options(app, *options);
  add_plan_options(app, *options);
  app.add_option("--gpus", questions->gpus, "equal GPUs that the offloaded layers are dealt out to")
      ->check(CLI::Range(1, 16))
      ->group("Plan")
      ->capture_default_str();
  app.add_option("--projector", questions->projector,
                 "file of a projector (mmproj) that is loaded beside the model")
      ->type_name("FILE")
      ->group("Plan");
  app.add_option("--draft", questions->draft, "a draft model beside it (speculative decoding)")
      ->type_name("MODEL")
      ->group("Plan");
  add_catalogue_options(app, *options);
  return with_options(app, options, [invocation, questions](Options& settled) {
    return run(settled, *questions, invocation);
  });
}

}  // namespace

extern const Command estimate_command;
const Command estimate_command{"estimate", "download and memory that a model takes, part by part",
                               setup};

}  // namespace weighin
