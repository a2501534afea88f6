// weighin gate: may an app be installed here with this model?
#include <fmt/format.h>

#include "cli/session.hpp"

namespace weighin {
namespace {

int run(Options& options, const Invocation& invocation) {
  const std::unique_ptr<Host> clock = live_host();
  const double start = clock->now_seconds();
  const Result<Catalogue> catalogue = load_catalogue(options, invocation);
  if (!catalogue) return fail(catalogue.error(), options.json);
  const Result<std::vector<ModelSpec>> models = load_models(options, *catalogue);
  if (!models) return fail(models.error(), options.json);
  const Result<DeviceProfile> profile = load_device(options, invocation);
  if (!profile) return fail(profile.error(), options.json);
  const AdviseOptions asked = advise_options(options);
  // Nothing is measured for a question that no measurement can answer.
  const bool speed_asked =
      asked.demands.min_decode_tokens_per_second > 0 || asked.demands.max_first_token_seconds > 0;
  const Measurements measurements = speed_asked ? measure(*profile, options) : Measurements{};
  const GateAnswer answer = gate(*profile, models->front(), asked, measurements);
  const double elapsed = clock->now_seconds() - start;
  const std::string text = options.json ? gate_json(answer, elapsed)
                           : options.quiet
                               ? ""
                               : gate_text(answer, render_options(options.color_choice()));
  const Result<Done> written = write_stdout(text);
  return written ? exit_code(answer.decision) : fail(written.error());
}

std::function<int()> setup(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("-m,--model", options->models,
                 "the model: a name, a size such as 7B, a file, a folder or a URL")
      ->required()
      ->expected(1);
  add_output_options(app, *options);
  add_demand_options(app, *options);
  add_plan_options(app, *options);
  add_catalogue_options(app, *options);
  add_device_options(app, *options);
  add_bench_options(app, *options);
  return with_options(app, options,
                      [invocation](Options& settled) { return run(settled, invocation); });
}

}  // namespace

extern const Command gate_command;
const Command gate_command{"gate", "decide for an installer: exit 0 yes, 1 no, 2 could not decide",
                           setup};

}  // namespace weighin
