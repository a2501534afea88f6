// weighin report: how is a whole check written to a file?
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/settled.hpp"

namespace weighin {
namespace {

struct ReportOptions : Options {
  std::string as;
  bool html = false, markdown = false, nfd = false;
};

int run(ReportOptions& options, const Invocation& invocation) {
  const int chosen = int{options.json} + int{options.html} + int{options.markdown} +
                     int{options.nfd} + int{!options.as.empty()};
  if (chosen > 1) {
    return fail({ErrorKind::usage, "several formats were asked for", "report",
                 "give one of --json, --html, --markdown, --nfd, --as NAME"});
  }
  const std::string name = options.html          ? "html"
                           : options.markdown    ? "markdown"
                           : options.nfd         ? "nfd"
                           : !options.as.empty() ? options.as
                                                 : "json";
  const Output* output = find_output(name);
  if (output == nullptr) {
    std::string names;
    for (const Output* each : outputs())
      names += fmt::format("{}{}", names.empty() ? "" : ", ", each->name);
    return fail({ErrorKind::usage, fmt::format("there is no output \"{}\"", name), "--as",
                 "one of " + names});
  }
  const bool json = name == "json";
  const Result<Catalogue> catalogue = load_catalogue(options, invocation);
  if (!catalogue) return fail(catalogue.error(), json);
  const Result<std::vector<ModelSpec>> models = load_models(options, *catalogue);
  if (!models) return fail(models.error(), json);
  const Result<Report> report = make_report(options, invocation, *catalogue, *models);
  if (!report) return fail(report.error(), json);
  RenderOptions render =
      render_options(options.output_file.empty() ? options.color_choice() : ColorChoice::never);
  render.all = true;
  const std::string text = output->render(*report, render);
  const Result<Done> written =
      options.output_file.empty() ? write_stdout(text) : write_file(options.output_file, text);
  if (!written) return fail(written.error());
  return 0;
}

std::function<int()> setup(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<ReportOptions>();
  app.add_option("MODEL", options->models, "models by name, or sizes such as 7B (default: all)");
  app.add_option("-o,--output", options->output_file, "file to write (whole or not at all)")
      ->type_name("FILE");
  app.add_flag("--html", options->html, "one page for a browser");
  app.add_flag("--markdown", options->markdown, "text with tables, for a README or an issue");
  app.add_flag("--nfd", options->nfd, "labels for Kubernetes' node-feature-discovery");
  app.add_option("--as", options->as, "any output by name: json, ndjson, html, markdown, nfd, text");
  add_output_options(app, *options);
  add_plan_options(app, *options);
  add_catalogue_options(app, *options);
  add_device_options(app, *options);
  add_bench_options(app, *options);
  add_software_option(app, *options);
  add_measured_option(app, *options);
  add_demand_options(app, *options);
  return [&app, options, invocation]() -> int {
    const Result<Done> settled = settle(app, *options);
    if (!settled) return fail(settled.error(), options->json);
    return run(*options, invocation);
  };
}

}  // namespace

extern const Command report_command;
const Command report_command{"report", "everything of check, as JSON, HTML or Markdown, to a file",
                             setup};

}  // namespace weighin
