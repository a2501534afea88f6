// weighin models: which models are in the catalogue, what is known of one, and does it all add up?
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/settled.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

struct ModelsOptions : Options {
  std::string id;
  std::string size_class;
  std::string family;
  bool fits = false;
};

/// Whether the model fits this device (or that of --device) with the runtime's usual format.
Result<std::vector<ModelSpec>> that_fit(std::vector<ModelSpec> models, const ModelsOptions& options,
                                        const Invocation& invocation) {
  const Result<DeviceProfile> profile = load_device(options, invocation);
  if (!profile) return profile.error();
  const AdviseOptions asked = advise_options(options);
  std::vector<ModelSpec> kept;
  for (ModelSpec& model : models) {
    const Verdict verdict = judge(*profile, model, Catalogue{}, asked, Measurements{});
    if (verdict.fit == Fit::fits || verdict.fit == Fit::tight) kept.push_back(std::move(model));
  }
  return kept;
}

/// Those that the runtime runs.
std::vector<ModelSpec> that_run(std::vector<ModelSpec> models, const Plan& plan) {
  std::vector<ModelSpec> kept;
  for (ModelSpec& model : models) {
    if (model.hosted_only) continue;
    const Result<Estimate> made = estimate(model, plan);
    if (made && made->supported) kept.push_back(std::move(model));
  }
  return kept;
}

int list(ModelsOptions& options, const Invocation& invocation) {
  const Result<Catalogue> catalogue = load_catalogue(options, invocation);
  if (!catalogue) return fail(catalogue.error(), options.json);
  if (!options.size_class.empty()) {
    const auto& classes = size_classes();
    const bool known = std::any_of(classes.begin(), classes.end(), [&](const SizeClass& each) {
      return each.name == options.size_class;
    });
    if (!known) {
      std::string names;
      for (const SizeClass& each : classes) names += (names.empty() ? "" : ", ") + each.name;
      return fail(
          {ErrorKind::usage, fmt::format("there is no size class \"{}\"", options.size_class),
           "--class", "one of " + names},
          options.json);
    }
  }
  std::vector<ModelSpec> models;
  for (const ModelSpec& model : catalogue->models) {
    if (!options.size_class.empty() && model.size_class != options.size_class) continue;
    if (!options.family.empty() && model.family != options.family) continue;
    models.push_back(model);
  }
  if (options.runtime_given) models = that_run(std::move(models), options.plan);
  if (options.fits) {
    Result<std::vector<ModelSpec>> kept = that_fit(std::move(models), options, invocation);
    if (!kept) return fail(kept.error(), options.json);
    models = std::move(*kept);
  }
  const Result<Done> written =
      write_stdout(options.json ? models_json(models)
                                : models_text(models, render_options(options.color_choice())));
  return written ? 0 : fail(written.error());
}

int show(Options& options, const Invocation& invocation) {
  const Result<Catalogue> catalogue = load_catalogue(options, invocation);
  if (!catalogue) return fail(catalogue.error(), options.json);
  const Result<std::vector<ModelSpec>> models = load_models(options, *catalogue);
  if (!models) return fail(models.error(), options.json);
  const Result<Done> written = write_stdout(
      options.json ? models_json(*models)
                   : model_text(models->front(), render_options(options.color_choice())));
  return written ? 0 : fail(written.error());
}

int import(ModelsOptions& options, const Invocation& invocation) {
  const Result<Catalogue> catalogue = load_catalogue(options, invocation);
  if (!catalogue) return fail(catalogue.error());
  const Result<std::vector<ModelSpec>> models = load_models(options, *catalogue);
  if (!models) return fail(models.error());
  const Result<std::string> entry = catalogue_entry(models->front(), options.id);
  if (!entry) return fail(entry.error());
  const Result<Done> written = write_stdout(*entry);
  return written ? 0 : fail(written.error());
}

int validate_all(Options& options, const Invocation& invocation) {
  const Result<Catalogue> catalogue = load_catalogue(options, invocation);
  if (!catalogue) return fail(catalogue.error(), options.json);
  const std::vector<CatalogueFinding> findings = validate(*catalogue);
  std::size_t fatal = 0;
  std::string text;
  // The same note on many models is one line: what is wrong must not drown in it.
  std::map<std::string, std::vector<std::string>> notes;
  for (const CatalogueFinding& each : findings) {
    fatal += each.fatal ? 1 : 0;
    if (each.fatal) {
      text += fmt::format("wrong: {}: {}: {}\n", each.model, each.field, each.what);
    } else {
      notes[fmt::format("{}: {}", each.field, each.what)].push_back(each.model);
    }
  }
  for (const auto& [what, models] : notes) {
    text += models.size() == 1 ? fmt::format("note: {}: {}\n", models.front(), what)
                               : fmt::format("note: {} models, {} to {}: {}\n", models.size(),
                                             models.front(), models.back(), what);
  }
  text += fmt::format("{}: {} models, {} wrong, {} notes\n", catalogue->source,
                      catalogue->models.size(), fatal, findings.size() - fatal);
  const Result<Done> written =
      write_stdout(options.json ? findings_json(*catalogue, findings) : text);
  if (!written) return fail(written.error());
  return fatal == 0 ? 0 : exit_code(ErrorKind::data);
}

std::function<int()> setup(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<ModelsOptions>();
  auto chosen = std::make_shared<std::function<int(ModelsOptions&)>>();
  app.require_subcommand(1);
  CLI::App* list_app = app.add_subcommand("list", "one line a model");
  list_app->add_option("--class", options->size_class, "only this size class, e.g. 2B");
  list_app->add_option("--family", options->family, "only this family, e.g. gemma");
  list_app->add_flag("--fits", options->fits, "only those that fit this device, or --device");
  add_plan_options(*list_app, *options);
  add_device_options(*list_app, *options);
  CLI::App* show_app = app.add_subcommand("show", "all that is known of one model, with sources");
  show_app->add_option("MODEL", options->models, "a model: a name, a file, a folder or a URL")
      ->required()
      ->expected(1);
  CLI::App* import_app =
      app.add_subcommand("import", "write a file's model as a catalogue, for --catalogue");
  import_app->add_option("SPEC", options->models, "a file, a folder, a URL, or a model by name")
      ->required()
      ->expected(1);
  import_app->add_option("--id", options->id, "its name there (default: made of its title)");
  CLI::App* validate_app =
      app.add_subcommand("validate", "recompute the counts and check the references");
  for (CLI::App* sub : {list_app, show_app, import_app, validate_app}) {
    add_output_options(*sub, *options);
    add_catalogue_options(*sub, *options);
  }
  list_app->callback([chosen, invocation, list_app] {
    *chosen = [invocation, list_app](ModelsOptions& o) {
      const Result<Done> settled = settle(*list_app, o);
      return settled ? list(o, invocation) : fail(settled.error(), o.json);
    };
  });
  show_app->callback([chosen, invocation] {
    *chosen = [invocation](ModelsOptions& o) {
      equip(o);
      return show(o, invocation);
    };
  });
  import_app->callback([chosen, invocation] {
    *chosen = [invocation](ModelsOptions& o) {
      equip(o);
      return import(o, invocation);
    };
  });
  validate_app->callback([chosen, invocation] {
    *chosen = [invocation](ModelsOptions& o) { return validate_all(o, invocation); };
  });
  return [options, chosen]() -> int { return (*chosen)(*options); };
}

}  // namespace

extern const Command models_command;
const Command models_command{"models", "the catalogue: list, show, import, validate", setup};

}  // namespace weighin
