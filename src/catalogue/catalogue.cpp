// Which models does this catalogue hold, and is every fact in it sound?
#include "weighin/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "catalogue/fields.hpp"
#include "catalogue/json_reader.hpp"
#include "catalogue/shape_reader.hpp"

namespace weighin {
namespace {

using catalogue::Faults;
using catalogue::Fields;
using catalogue::JsonKind;
using catalogue::JsonNode;
using catalogue::printable;

constexpr std::string_view kSchema = "weighin/catalogue/1";
constexpr std::size_t kMostModels = 20'000;
constexpr std::size_t kMostAliases = 64;
constexpr std::size_t kMostVariants = 1'000;
constexpr std::size_t kMostSources = 64;
// A thousand times the largest model known (Kimi-K2, 1.03T), still far from the end of 63 bits.
constexpr std::int64_t kMostParameters = 1'000'000'000'000'000;
constexpr std::int64_t kMostContext = std::int64_t{1} << 32;
constexpr Bytes kMostFileBytes = Bytes{1} << 50;

const std::vector<std::string_view> kModelKeys{
    "id",          "name",    "family",     "modality",          "hosted_only",
    "repository",  "aliases", "parameters", "active_parameters", "published_parameters",
    "context_max", "license", "release",    "native_dtype",      "extra_parameters",
    "shape",       "sources", "note",       "variants",          "distilled_from",
    "languages",   "adapters"};

bool is_id(const std::string& id) {
  return id.size() <= 96 && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                  c == '_';
         });
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

// The objects of a list; anything else in it is a fault.
template <class Take>
void each_object(Fields& fields, std::string_view key, std::size_t most, const Take& take) {
  const JsonNode* list = fields.list(key, most);
  if (list == nullptr) return;
  for (const JsonNode& item : list->items) {
    if (item.kind != JsonKind::object) {
      fields.fault(item.line, fmt::format("an entry of \"{}\" is {}, not an object", key,
                                          catalogue::to_text(item.kind)));
      return;
    }
    Fields inner(item, fields.owner(), fields.owner_line(), fields.faults());
    take(inner);
  }
}

void take_counts(Fields& fields, ModelSpec& model) {
  each_object(fields, "published_parameters", 64, [&](Fields& inner) {
    PublishedCount published;
    inner.integer("count", published.count, 1, kMostParameters, true);
    inner.text("counts", published.counts, true);
    inner.text("source", published.source, true);
    inner.nothing_but({"count", "counts", "source"});
    model.published.push_back(published);
  });
  each_object(fields, "extra_parameters", 64, [&](Fields& inner) {
    ExtraPart extra;
    inner.text("what", extra.what, true);
    inner.integer("count", extra.parameters, 1, kMostParameters, true);
    inner.nothing_but({"what", "count"});
    model.extra.push_back(extra);
  });
  if (!fields.has("parameters"))
    fields.fault(fields.node().line, "\"parameters\" is missing",
                 "where it is not disclosed: {\"status\": "
                 "\"unsupported\", \"why\": \"…\"}");
  fields.fact("parameters", model.source, kMostParameters, model.parameters);
  if (model.parameters) {
    Known<std::int64_t>& known = model.parameters;
    known.known_by = KnownBy::computed;
    known.source = "recomputed from the shape";
    for (const PublishedCount& published : model.published) {
      if (published.count == *known && known.known_by == KnownBy::computed) {
        known.known_by = KnownBy::published;
        known.source = published.source;
      } else if (published.count != *known) {
        known.others.push_back(
            {published.source, fmt::format("{} ({})", published.count, published.counts)});
      }
    }
  }
  if (fields.has("active_parameters")) {
    fields.fact("active_parameters", "recomputed from the shape", kMostParameters,
                model.active_parameters);
    if (model.active_parameters) model.active_parameters.known_by = KnownBy::computed;
    if (model.active_parameters && model.parameters &&
        *model.active_parameters > *model.parameters) {
      fields.fault(fields.line_of("active_parameters"), "more active parameters than parameters");
    }
  } else {
    model.active_parameters = model.parameters;  // all of them: no mixture of experts
  }
}

void take_variants(Fields& fields, ModelSpec& model) {
  each_object(fields, "variants", kMostVariants, [&](Fields& inner) {
    Variant variant;
    inner.text("runtime", variant.runtime, true, 64);
    inner.text("format", variant.format, true, 64);
    inner.text("file", variant.file);
    inner.integer("bytes", variant.bytes, 1, kMostFileBytes, true);
    inner.text("source", variant.source, true);
    inner.nothing_but({"runtime", "format", "file", "bytes", "source"});
    model.variants.push_back(variant);
  });
}

ModelSpec take_model(const JsonNode& node, Faults& faults) {
  ModelSpec model;
  const JsonNode* id = node.find("id");
  const bool named = id != nullptr && id->kind == JsonKind::string && !id->text.empty();
  Fields fields(node,
                named ? fmt::format("model \"{}\"", printable(id->text)) : "a model without an id",
                node.line, faults);
  fields.text("id", model.id, true);
  if (!is_id(model.id)) {
    fields.fault(fields.line_of("id"),
                 "\"id\" may hold only a-z, 0-9, '.', '-' and '_', at most 96 of them");
  }
  fields.no_typing_errors(kModelKeys);
  fields.text("name", model.name, true, 200);
  model.family = model.id;
  model.modality = "text";
  fields.text("family", model.family, false, 64);
  fields.text("modality", model.modality, false, 64);
  fields.boolean("hosted_only", model.hosted_only);
  fields.text("repository", model.repository, false, 200);
  fields.texts("aliases", model.aliases, kMostAliases);
  std::vector<std::string> sources;
  if (!fields.texts("sources", sources, kMostSources) || sources.empty()) {
    fields.fault(fields.line_of("sources"), "\"sources\" is missing: who says so?");
  }
  model.source = joined(sources);
  fields.text("note", model.note);
  if (const JsonNode* from = fields.object("distilled_from")) {
    Fields inner(*from, fields.owner(), node.line, faults);
    inner.text("model", model.teacher, true, 200);
    inner.text("source", model.teacher_source, true);
    inner.nothing_but({"model", "source"});
  }
  each_object(fields, "adapters", kMostAliases, [&](Fields& inner) {
    Adapter adapter;
    inner.text("name", adapter.name, true, 200);
    inner.text("repository", adapter.repository, false, 200);
    inner.integer("rank", adapter.rank, 1, 65536);
    inner.text("source", adapter.source, true);
    inner.nothing_but({"name", "repository", "rank", "source"});
    model.adapters.push_back(std::move(adapter));
  });
  take_counts(fields, model);
  fields.fact("context_max", model.source, kMostContext, model.context_max);
  fields.fact("license", model.source, model.license);
  fields.fact("release", model.source, model.release);
  fields.fact("native_dtype", model.source, model.native_dtype);
  fields.fact("languages", model.source, model.languages);
  if (const JsonNode* shape = fields.object("shape")) {
    model.shape = catalogue::read_shape(*shape, fields.owner(), node.line, faults);
    model.shape->context_max = model.context_max.value_or(0);
  }
  if (model.hosted_only && (model.shape || fields.has("variants") || !model.repository.empty())) {
    fields.fault(
        fields.line_of("hosted_only"),
        "\"hosted_only\" with a shape, a repository or variants: there is nothing to download");
  }
  take_variants(fields, model);
  if (model.parameters) model.size_class = size_class_of(*model.parameters).name;
  return model;
}

void check_head(const JsonNode& root, Faults& faults) {
  if (root.kind != JsonKind::object) {
    faults.report(root.line,
                  fmt::format("the document is {}, not an object", catalogue::to_text(root.kind)),
                  fmt::format("it begins with {{\"schema\": \"{}\", \"models\": […]}}", kSchema));
    return;
  }
  Fields fields(root, "the catalogue", root.line, faults);
  std::string schema;
  if (fields.text("schema", schema, true) && schema != kSchema) {
    fields.fault(fields.line_of("schema"),
                 fmt::format("\"schema\" is \"{}\", not \"{}\"", printable(schema), kSchema),
                 schema.starts_with("weighin/catalogue/") ? "this needs another version of weighin"
                                                          : "is this a catalogue?");
  }
  fields.list("models", kMostModels, true);
}

}  // namespace

Result<Catalogue> read_catalogue(std::string_view json, const std::string& name) {
  const Result<JsonNode> root = catalogue::read_json(json, name);
  if (!root) return root.error();
  Faults faults(name);
  check_head(*root, faults);
  Catalogue result;
  result.source = name;
  const JsonNode* list = faults.any() ? nullptr : root->find("models");
  std::unordered_map<std::string, int> lines;
  for (std::size_t i = 0; list != nullptr && i < list->items.size() && !faults.any(); ++i) {
    const JsonNode& node = list->items[i];
    if (node.kind != JsonKind::object) {
      faults.report(
          node.line,
          fmt::format("an entry of \"models\" is {}, not an object", catalogue::to_text(node.kind)),
          "a model is {\"id\": …, \"name\": …, …}");
      break;
    }
    ModelSpec model = take_model(node, faults);
    const auto [known, is_new] = lines.emplace(model.id, node.line);
    if (!is_new) {
      faults.report(node.line, fmt::format("the id \"{}\" stands twice", printable(model.id)),
                    fmt::format("the other model begins at line {}", known->second));
    }
    result.models.push_back(std::move(model));
  }
  if (faults.any()) return faults.first();
  return result;
}

Catalogue overlay(Catalogue base, const Catalogue& over) {
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < base.models.size(); ++i) places.emplace(base.models[i].id, i);
  for (const ModelSpec& model : over.models) {
    const auto [place, is_new] = places.emplace(model.id, base.models.size());
    if (is_new) {
      base.models.push_back(model);
    } else {
      base.models[place->second] = model;
    }
  }
  base.source += " + " + over.source;
  return base;
}

}  // namespace weighin
