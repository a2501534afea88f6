// What may be asked of a gate, beside what all questions share?
#include "session/gate_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace weighin {
namespace {

const char* type_of(ConditionKind kind) {
  switch (kind) {
    case ConditionKind::least_bytes:
    case ConditionKind::most_bytes:
      return "SIZE";
    case ConditionKind::flag:
      return "yes|no";
    case ConditionKind::all_of:
    case ConditionKind::any_of:
      return "A,B";
    case ConditionKind::version:
      return "VERSION";
    default:
      return "NUMBER";
  }
}

void add_condition_options(CLI::App& app, GateOptions& options) {
  // Those of all subcommands are declared elsewhere.
  for (const ConditionInfo& info : condition_list()) {
    if (info.key == "min_decode" || info.key == "max_first_token" || info.key == "max_download" ||
        info.key == "gpu")
      continue;
    std::string name = "--" + std::string(info.key);
    std::replace(name.begin(), name.end(), '_', '-');
    app.add_option_function<std::string>(
           name,
           [&options, key = std::string(info.key)](const std::string& text) {
             options.conditions[key] = text;
           },
           std::string(info.meaning))
        ->type_name(type_of(info.kind))
        ->group("Conditions");
  }
}

}  // namespace

void add_gate_options(CLI::App& app, GateOptions& options) {
  app.add_flag("--strict", options.strict, "a degraded choice or a fallback is a no (exit 1)");
  app.add_option("--on-unknown", options.on_unknown,
                 "what the exit code says where it could not be decided")
      ->check(CLI::IsMember({"undecided", "allow", "deny"}))
      ->capture_default_str();
  app.add_option("--what-if", options.what_if,
                 "decide for this device with other parts: ram=32GiB,vram=12GiB,disk=100GB,cores=8")
      ->type_name("CHANGES");
  app.add_option("--date", options.date, "the day by which exceptions end (default: today)")
      ->type_name("YYYY-MM-DD");
  app.add_option("--budget-ms", options.budget_milliseconds,
                 "time to answer in; what cannot be found out in it is not known")
      ->check(CLI::Range(1.0, 600000.0))
      ->capture_default_str();
  add_condition_options(app, options);
}

void take_gpu_condition(GateOptions& options) {
  std::vector<std::string> chosen;
  for (const std::string& word : options.gpus) {
    const bool asks = word == "yes" || word == "no" || word == "true" || word == "false";
    if (asks) {
      options.conditions["gpu"] = word;
    } else {
      chosen.push_back(word);
    }
  }
  options.gpus = std::move(chosen);
}

}  // namespace weighin
