// What does an opened context know, and how is each question answered with it?
#include "capi/context.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "capi/place.hpp"
#include "capi/question.hpp"
#include "session/estimate_session.hpp"
#include "session/gate_options.hpp"
#include "weighin/process.hpp"

namespace weighin::capi {
namespace {

using nlohmann::json;

constexpr std::size_t kMostCatalogueBytes = std::size_t{64} << 20;

/// A text, or false.
Result<std::string> text_or_nothing(const json& value, std::string_view name) {
  if (value.is_boolean() && !value.get<bool>()) return std::string();
  Result<std::vector<std::string>> texts = texts_of(value, name);
  if (!texts || texts->size() != 1) return wrong_key(name, "is neither a text nor false");
  return std::move(texts->front());
}

/// A whole document inside of the question, as the text that its reader takes.
OwnKey document_key(std::string_view name, std::string& into) {
  return {name, [name, &into](const json& value) -> Result<Done> {
            if (!value.is_object())
              return wrong_key(name, "is no object", "write the document itself");
            into = value.dump(1, ' ', false, json::error_handler_t::replace);
            return Done{};
          }};
}

OwnKey model_key(std::vector<std::string>& models) {
  return {"model", [&models](const json& value) -> Result<Done> {
            Result<std::vector<std::string>> texts = texts_of(value, "model");
            if (!texts) return texts.error();
            models = std::move(*texts);
            return Done{};
          }};
}

/// The keys of a question, as options with what the context says.
Result<Done> settle(const Context& context, std::string_view text, CLI::App& app, Options& options,
                    const std::vector<OwnKey>& own) {
  const Result<json> question = read_question(text);
  if (!question) return question.error();
  const Result<Done> taken = take_question(*question, app, own);
  if (!taken) return taken;
  options.cache = context.cache;
  options.network = context.network;
  options.json = options.quiet = true;
  return settle_options(app, options);
}

/// Options of the device, without those that name a file: a document is given as it is.
void add_device(CLI::App& app, Options& options) {
  add_device_options(app, options);
  app.remove_option(app.get_option("--device"));
}

}  // namespace

Result<std::unique_ptr<Context>> open_context(std::string_view text) {
  const Result<json> read = read_question(text, "options");
  if (!read) return read.error();
  auto context = std::make_unique<Context>();
  process_is_not_ours();
  context->invocation.program = program_from(own_folder());
  std::optional<std::string> program;
  std::string base;
  Options options;
  CLI::App none;
  none.set_help_flag();
  const auto put = [](std::string_view name, auto& into) {
    return OwnKey{name, [name, &into](const json& value) -> Result<Done> {
                    Result<std::string> word = text_or_nothing(value, name);
                    if (!word) return word.error();
                    into = std::move(*word);
                    return Done{};
                  }};
  };
  const Result<Done> taken =
      take_question(*read, none,
                    {put("cache", context->cache),
                     put("program", program),
                     put("base", base),
                     {"catalogue",
                      [&](const json& value) -> Result<Done> {
                        Result<std::vector<std::string>> texts = texts_of(value, "catalogue");
                        if (!texts) return texts.error();
                        options.catalogues = std::move(*texts);
                        return Done{};
                      }},
                     {"network", [&](const json& value) -> Result<Done> {
                        if (!value.is_boolean())
                          return wrong_key("network", "is neither true nor false");
                        context->network = value.get<bool>();
                        return Done{};
                      }}});
  if (!taken) return taken.error();
  if (!base.empty()) {
    const Result<std::string> models = read_input(base, kMostCatalogueBytes);
    if (!models) return models.error();
    Result<Catalogue> catalogue = read_catalogue(*models, base);
    if (!catalogue) return catalogue.error();
    for (const std::string& file : options.catalogues) {
      const Result<Done> laid = lay_over(*catalogue, file);
      if (!laid) return laid.error();
    }
    context->catalogue = std::move(*catalogue);
  } else {
    Result<Catalogue> catalogue = load_catalogue(options, context->invocation);
    if (!catalogue) return catalogue.error();
    context->catalogue = std::move(*catalogue);
  }
  if (program) context->invocation.program = std::move(*program);
  return context;
}

Result<Answer> answer_probe(const Context& context, std::string_view question) {
  CLI::App app;
  app.set_help_flag();
  Options options;
  add_device(app, options);
  const Result<Done> settled = settle(context, question, app, options, {});
  if (!settled) return settled.error();
  const Result<DeviceProfile> profile = load_device(options, context.invocation);
  if (!profile) return profile.error();
  return Answer{0, device_json(*profile)};
}

Result<Answer> answer_estimate(const Context& context, std::string_view question) {
  CLI::App app;
  app.set_help_flag();
  EstimateOptions options;
  add_estimate_options(app, options);
  add_plan_options(app, options);
  add_beside_options(app, options);
  const Result<Done> settled = settle(context, question, app, options, {model_key(options.models)});
  if (!settled) return settled.error();
  if (options.models.size() != 1)
    return wrong_key("model", "is missing, or not one", "name the model to be estimated");
  const Result<EstimateOutcome> outcome = run_estimate(options, context.catalogue);
  if (!outcome) return outcome.error();
  return Answer{outcome->exit_code, estimate_outcome_json(*outcome, options.plan)};
}

Result<Answer> answer_check(const Context& context, std::string_view question) {
  CLI::App app;
  app.set_help_flag();
  Options options;
  add_plan_options(app, options);
  add_device(app, options);
  add_bench_options(app, options);
  add_demand_options(app, options);
  const Result<Done> settled =
      settle(context, question, app, options,
             {model_key(options.models), document_key("device", options.device_text),
              document_key("measured", options.measured_text)});
  if (!settled) return settled.error();
  const Result<std::vector<ModelSpec>> models = load_models(options, context.catalogue);
  if (!models) return models.error();
  const Result<Report> report =
      make_report(options, context.invocation, context.catalogue, *models);
  if (!report) return report.error();
  const Output* output = find_output("json");
  if (output == nullptr) return Error{ErrorKind::internal, "there is no output \"json\"", "", ""};
  return Answer{report->asked ? worst_exit_code(report->advice.verdicts, options.demands) : 0,
                output->render(*report, {})};
}

Result<Answer> answer_gate(const Context& context, std::string_view question) {
  CLI::App app;
  app.set_help_flag();
  GateOptions options;
  std::string preset;
  app.add_option("--policy-file", options.policy_file);
  app.add_option("--preset", preset);
  add_gate_options(app, options);
  add_demand_options(app, options);
  add_plan_options(app, options);
  add_device(app, options);
  add_bench_options(app, options);
  const std::vector<OwnKey> own{
      model_key(options.models), document_key("policy", options.policy_text),
      document_key("device", options.device_text), document_key("measured", options.measured_text)};
  const Result<json> read = read_question(question);
  if (!read) return read.error();
  const Result<Done> taken = take_question(*read, app, own);
  if (!taken) return taken.error();
  take_gpu_condition(options);
  options.cache = context.cache;
  options.network = context.network;
  options.json = options.quiet = true;
  const Result<Done> settled = settle_options(app, options);
  if (!settled) return settled.error();
  if (!preset.empty()) {
    if (!options.policy_file.empty())
      return wrong_key("preset", "and \"policy_file\" are two questions");
    options.policy_file = "preset:" + preset;
  }
  if (options.policy_file == "-")
    return wrong_key("policy_file", "is no file", "standard input belongs to the program");
  const int asked = int{!options.models.empty()} + int{!options.policy_file.empty()} +
                    int{!options.policy_text.empty()};
  if (asked != 1 || options.models.size() > 1)
    return wrong_key(
        "policy", asked == 0 ? "is missing: nothing to decide on" : "and a model are two questions",
        "give one of policy, policy_file, preset, model");
  if (options.models.empty() && !options.conditions.empty())
    return wrong_key(options.conditions.begin()->first, "is a condition beside a policy",
                     "write it into the policy, or give model in place of the policy");
  const Result<GateOutcome> outcome = run_gate(options, context.invocation, context.catalogue);
  if (!outcome) return outcome.error();
  return Answer{outcome->exit_code,
                policy_answer_json(outcome->answer, outcome->elapsed_seconds, outcome->exit_code)};
}

Result<Answer> answer_bench(const Context& context, std::string_view question) {
  CLI::App app;
  app.set_help_flag();
  Options options;
  add_device(app, options);
  add_bench_options(app, options);
  add_software_option(app, options);
  const Result<Done> settled = settle(context, question, app, options, {});
  if (!settled) return settled.error();
  const Result<DeviceProfile> profile = load_device(options, context.invocation);
  if (!profile) return profile.error();
  Measurements measurements = measure(*profile, options, context.invocation);
  warn_of_drivers(*profile, measurements);
  const bool any =
      std::any_of(measurements.list.begin(), measurements.list.end(), [](const Measurement& each) {
        return each.status == BenchStatus::ok || each.status == BenchStatus::unstable;
      });
  return Answer{any ? 0 : 2, bench_json(measurements)};
}

Result<Answer> answer_models(const Context& context, std::string_view question) {
  CLI::App app;
  app.set_help_flag();
  Options options;
  const Result<Done> settled = settle(context, question, app, options, {model_key(options.models)});
  if (!settled) return settled.error();
  if (options.models.empty()) return Answer{0, models_json(context.catalogue.models)};
  const Result<std::vector<ModelSpec>> models = load_models(options, context.catalogue);
  if (!models) return models.error();
  return Answer{0, models_json(*models)};
}

}  // namespace weighin::capi
