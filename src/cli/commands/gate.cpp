// weighin gate: may an app be installed here, by its policy?
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/settled.hpp"
#include "report/gate_outputs.hpp"
#include "session/gate_options.hpp"

namespace weighin {
namespace {

struct GateWords : GateOptions {
  std::string as;
  std::string preset;
  bool list_presets = false;
  std::string show_preset;
};

int write(const GateWords& options, const std::string& text) {
  const Result<Done> written =
      options.output_file.empty() ? write_stdout(text) : write_file(options.output_file, text);
  return written ? 0 : fail(written.error());
}

int show_presets(const GateWords& options) {
  if (!options.show_preset.empty()) {
    const std::string_view text = preset_text(options.show_preset);
    if (!text.empty()) return write(options, std::string(text));
    return fail({ErrorKind::usage, fmt::format("there is no preset \"{}\"", options.show_preset),
                 "--show-preset", "`weighin gate --list-presets` names them"});
  }
  std::string names;
  for (const std::string_view each : preset_names()) names += fmt::format("{}\n", each);
  return write(options, names);
}

int run(GateWords& options, const Invocation& invocation) {
  if (options.list_presets || !options.show_preset.empty()) return show_presets(options);
  const bool json = options.json || options.as == "json";
  const int asked = int{!options.models.empty()} + int{!options.policy_file.empty()} +
                    int{!options.preset.empty()};
  if (asked != 1) {
    return fail({ErrorKind::usage,
                 asked == 0 ? "nothing to decide on" : "a policy and a model are two questions",
                 "gate", "give one of --policy FILE, --preset NAME, --model MODEL"},
                json);
  }
  if (options.models.empty() && !options.conditions.empty()) {
    return fail({ErrorKind::usage, "a condition beside a policy", "gate",
                 "write it into the policy, or give --model in place of the policy"},
                json);
  }
  if (!options.preset.empty()) options.policy_file = "preset:" + options.preset;
  if (json && options.output_file.empty()) options.quiet = true;
  const Result<GateOutcome> outcome = run_gate(options, invocation);
  if (!outcome) return fail(outcome.error(), json);
  const PolicyAnswer& answer = outcome->answer;
  std::string text;
  if (json) {
    text = policy_answer_json(answer, outcome->elapsed_seconds, outcome->exit_code);
  } else if (options.as == "sarif") {
    text = policy_answer_sarif(answer, outcome->exit_code);
  } else if (options.as == "junit") {
    text = policy_answer_junit(answer, outcome->exit_code);
  } else if (options.as == "sentence") {
    text = answer.sentence + "\n";
  } else if (!options.quiet) {
    text = policy_answer_text(answer, render_options(options.color_choice()));
  }
  const int written = write(options, text);
  return written == 0 ? outcome->exit_code : written;
}

std::function<int()> setup(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<GateWords>();
  app.add_option("-m,--model", options->models,
                 "the model: a name, a size such as 7B, a file, a folder or a URL")
      ->expected(1);
  app.add_option("-p,--policy", options->policy_file,
                 "what the app needs, as data (weighin schema policy); - reads standard input")
      ->type_name("FILE");
  app.add_option("--preset", options->preset, "a gate that exists, as a policy")->type_name("NAME");
  app.add_flag("--list-presets", options->list_presets, "name the presets");
  app.add_option("--show-preset", options->show_preset, "print a preset, to start from")
      ->type_name("NAME");
  add_measured_option(app, *options);
  app.add_option("--as", options->as, "another form of the answer")
      ->check(CLI::IsMember({"text", "json", "sentence", "sarif", "junit"}))
      ->group("Output");
  app.add_option("-o,--output", options->output_file, "file to write (whole or not at all)")
      ->type_name("FILE")
      ->group("Output");
  add_output_options(app, *options);
  add_demand_options(app, *options);
  add_gate_options(app, *options);
  add_plan_options(app, *options);
  add_catalogue_options(app, *options);
  add_device_options(app, *options);
  add_bench_options(app, *options);
  app.get_option("--gpu")->description(
      "use only this GPU (index or UUID); or yes, no: ask for one, or for none");
  app.footer(
      "Examples:\n"
      "  weighin gate --model gemma-2b --min-decode 8 --max-download 2GB && install\n"
      "  weighin gate --policy app.json --json\n"
      "  weighin gate --policy app.json --device laptop.json --what-if ram=8GiB\n"
      "Exit codes: 0 yes, 1 no, 2 could not decide (--on-unknown), 64 and more a failure.");
  return [&app, options, invocation]() -> int {
    take_gpu_condition(*options);
    const Result<Done> settled = settle(app, *options);
    if (!settled) return fail(settled.error(), options->json);
    return run(*options, invocation);
  };
}

}  // namespace

extern const Command gate_command;
const Command gate_command{"gate", "decide for an installer: exit 0 yes, 1 no, 2 could not decide",
                           setup};

}  // namespace weighin
