// weighin check: which models fit this device, and which size class is yours?
#include <CLI/CLI.hpp>

#include "cli/settled.hpp"

namespace weighin {
namespace {

int run(Options& options, const Invocation& invocation) {
  const Result<Catalogue> catalogue = load_catalogue(options, invocation);
  if (!catalogue) return fail(catalogue.error(), options.json);
  const Result<std::vector<ModelSpec>> models = load_models(options, *catalogue);
  if (!models) return fail(models.error(), options.json);
  Result<Report> report = make_report(options, invocation, *catalogue, *models);
  if (!report) return fail(report.error(), options.json);

  RenderOptions render = render_options(options.color_choice());
  render.all = options.all;
  const Output* output = find_output(options.json ? "json" : "text");
  if (output == nullptr) return exit_code(ErrorKind::internal);
  const Result<Done> written = write_stdout(output->render(*report, render));
  if (!written) return fail(written.error());
  if (!report->asked) return 0;
  return worst_exit_code(report->advice.verdicts, options.demands);
}

std::function<int()> setup(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("MODEL", options->models,
                 "names, sizes such as 7B, files, folders or URLs (default: all)");
  app.add_flag("--all", options->all, "list every model, not only the best of each class");
  add_output_options(app, *options);
  add_plan_options(app, *options);
  add_catalogue_options(app, *options);
  add_device_options(app, *options);
  add_bench_options(app, *options);
  add_software_option(app, *options);
  add_measured_option(app, *options);
  add_demand_options(app, *options);
  return with_options(app, options,
                      [invocation](Options& settled) { return run(settled, invocation); });
}

}  // namespace

extern const Command check_command;
const Command check_command{
    "check", "which models fit this device, and how fast they run (the default)", setup};

}  // namespace weighin
