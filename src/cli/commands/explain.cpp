// weighin explain: what is behind a word of the field, in this device's own numbers?
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/pages.hpp"
#include "cli/settled.hpp"

namespace weighin {
namespace {

struct ExplainOptions : Options {
  std::string topic;
};

int run(ExplainOptions& options, const Invocation& invocation) {
  const RenderOptions render = render_options(options.color_choice());
  if (options.topic.empty()) {
    std::string text = "weighin explain TOPIC [MODEL]\n\n";
    for (const Topic& each : topics())
      text += fmt::format("  {:<14}{}\n", each.name, each.question);
    const Result<Done> written = write_stdout(text);
    return written ? 0 : fail(written.error());
  }
  const Topic* const topic = find_topic(options.topic);
  if (topic == nullptr) {
    std::string names;
    for (const Topic& each : topics())
      names += (names.empty() ? "" : ", ") + std::string(each.name);
    return fail({ErrorKind::usage, fmt::format("there is no page \"{}\"", options.topic),
                 "weighin explain", "one of " + names});
  }
  const Result<Catalogue> catalogue = load_catalogue(options, invocation);
  if (!catalogue) return fail(catalogue.error());
  // The model that the question of this program began with.
  if (options.models.empty()) options.models = {"gemma-2b"};
  const Result<std::vector<ModelSpec>> models = load_models(options, *catalogue);
  if (!models) return fail(models.error());
  const ModelSpec& model = models->front();
  if (model.hosted_only) {
    return fail(
        {ErrorKind::usage,
         fmt::format("{} is only offered as a service: nothing can be computed", model.name), "",
         "choose an open model: weighin models list"});
  }
  const Result<DeviceProfile> profile = load_device(options, invocation);
  if (!profile) return fail(profile.error());
  const bool timed = std::string(topic->name) == "speed";
  const Measurements measurements = timed ? measure(*profile, options, invocation) : Measurements{};
  const PageInput input{*profile, model, *catalogue, measurements, plan_for(model, options),
                        render};
  const Result<Done> written = write_stdout(topic->page(input));
  return written ? 0 : fail(written.error());
}

std::function<int()> setup(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<ExplainOptions>();
  app.add_option("TOPIC", options->topic,
                 "quantization, lora, pruning, distillation, sharing, classes, download, memory or "
                 "speed");
  app.add_option("MODEL", options->models, "whose numbers (default: gemma-2b)")->expected(0, 1);
  add_output_options(app, *options);
  add_plan_options(app, *options);
  add_catalogue_options(app, *options);
  add_device_options(app, *options);
  add_bench_options(app, *options);
  return [&app, options, invocation]() -> int {
    const Result<Done> settled = settle(app, *options);
    if (!settled) return fail(settled.error());
    return run(*options, invocation);
  };
}

}  // namespace

extern const Command explain_command;
const Command explain_command{
    "explain", "a page about a word of the field, with this device's and a model's numbers", setup};

}  // namespace weighin
