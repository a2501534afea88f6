// weighin estimate: what does a model take, with no device needed?
#include <fmt/format.h>

#include "cli/session.hpp"

namespace weighin {
namespace {

int run(Options& options, const Invocation& invocation) {
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
  const Result<Estimate> result = estimate(model, options.plan);
  if (!result) return fail(result.error(), options.json);
  const Result<Done> written =
      write_stdout(options.json ? estimate_json(*result) : estimate_text(*result, render));
  return written ? 0 : fail(written.error());
}

std::function<int()> setup(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("SPEC", options->models, "a model by name, or a size such as 7B")
      ->required()
      ->expected(1);
  add_output_options(app, *options);
  add_plan_options(app, *options);
  add_catalogue_options(app, *options);
  return with_options(app, options,
                      [invocation](Options& settled) { return run(settled, invocation); });
}

}  // namespace

extern const Command estimate_command;
const Command estimate_command{"estimate", "download and memory that a model takes, part by part",
                               setup};

}  // namespace weighin
