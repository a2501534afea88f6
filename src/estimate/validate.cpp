// Does the catalogue add up?
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "estimate/mix.hpp"
#include "weighin/estimate.hpp"

namespace weighin {

std::vector<CatalogueFinding> validate(const Catalogue& catalogue) {
  std::vector<CatalogueFinding> findings;
  std::set<std::string> ids, known;
  for (const ModelSpec& model : catalogue.models) known.insert(model.id);
  std::map<std::string, std::string> names;
  for (const ModelSpec& model : catalogue.models) {
    const auto find = [&](const char* field, std::string what, bool fatal) {
      findings.push_back({model.id, field, std::move(what), fatal});
    };
    if (!ids.insert(model.id).second) find("id", "given twice", true);
    if (!model.teacher.empty() && !known.count(model.teacher))
      find("distilled_from", fmt::format("{} is not in this catalogue", model.teacher), true);
    for (const std::string& alias : model.aliases) {
      const auto [other, first] = names.emplace(alias, model.id);
      if (!first && other->second != model.id)
        find("aliases", fmt::format("{} is also called {}", other->second, alias), true);
      if (known.count(alias) && alias != model.id)
        find("aliases", fmt::format("{} is the id of another model", alias), true);
    }
    // Of hosted models some sizes are published (GPT-3); there is nothing to recompute.
    if (model.hosted_only) continue;
    if (!model.parameters) find("parameters", "not known: " + model.parameters.why, true);
    if (!model.shape) {
      find("shape", "not known: nothing can be estimated", true);
      continue;
    }
    const auto count = count_parameters(*model.shape);
    if (!count) {
      find("shape",
           fmt::format("no list of tensors for kind \"{}\" with these numbers", model.shape->kind),
           true);
    } else if (model.parameters && count->total != *model.parameters) {
      find("parameters",
           fmt::format("{} written, {} recomputed from the shape", *model.parameters, count->total),
           true);
    } else if (model.active_parameters && *model.active_parameters != *model.parameters &&
               count->active != *model.active_parameters) {
      find("active_parameters",
           fmt::format("{} written, {} recomputed from the shape", *model.active_parameters,
                       count->active),
           true);
    }
    if (model.source.empty()) find("sources", "no source is named", true);
    if (model.license && model.license.confidence == Confidence::low)
      find("license", "not verified", false);
    if (model.release && model.release.confidence == Confidence::low)
      find("release", "not verified", false);
    for (const Adapter& each : model.adapters) {
      if (each.source.empty()) find("adapters", each.name + ": no source", true);
    }
    for (const Variant& variant : model.variants) {
      if (variant.bytes <= 0) find("variants", fmt::format("{}: no size", variant.format), true);
      if (variant.source.empty())
        find("variants", fmt::format("{}: no source", variant.format), true);
      if (variant.runtime == "llama.cpp" && find_mix(variant.format) == nullptr) {
        find("variants", fmt::format("unknown format {}", variant.format), true);
      }
    }
  }
  for (const SizeClass& each : size_classes()) {
    if (!each.reference.empty() && ids.count(each.reference) == 0) {
      findings.push_back(
          {each.reference, "size class",
           fmt::format("the reference of class {} is not in this catalogue", each.name), false});
    }
  }
  return findings;
}

}  // namespace weighin
