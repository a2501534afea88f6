// weighin estimate: what does a model take, with no device needed?
#include <CLI/CLI.hpp>

#include "cli/settled.hpp"
#include "session/estimate_session.hpp"

namespace weighin {
namespace {

int run(const EstimateOptions& options, const Invocation& invocation) {
  const Result<Catalogue> catalogue = load_catalogue(options, invocation);
  if (!catalogue) return fail(catalogue.error(), options.json);
  const Result<EstimateOutcome> outcome = run_estimate(options, *catalogue);
  if (!outcome) return fail(outcome.error(), options.json);
  const RenderOptions render = render_options(options.color_choice());
  const Result<Done> written = write_stdout(
      options.json           ? estimate_outcome_json(*outcome, options.plan)
      : outcome->hosted_only ? not_downloadable_text(outcome->model, render)
                             : estimate_text(outcome->estimate, render, outcome->asked()));
  return written ? outcome->exit_code : fail(written.error());
}

std::function<int()> setup(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<EstimateOptions>();
  app.add_option("SPEC", options->models,
                 "a model: a name, a size such as 7B, a file, a folder or a URL")
      ->required()
      ->expected(1);
  add_estimate_options(app, *options);
  add_output_options(app, *options);
  add_plan_options(app, *options);
  add_beside_options(app, *options);
  add_catalogue_options(app, *options);
  return [&app, options, invocation]() -> int {
    const Result<Done> settled = settle(app, *options);
    if (!settled) return fail(settled.error(), options->json);
    return run(*options, invocation);
  };
}

}  // namespace

extern const Command estimate_command;
const Command estimate_command{"estimate", "download and memory that a model takes, part by part",
                               setup};

}  // namespace weighin
