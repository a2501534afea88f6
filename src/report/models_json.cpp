// How is the catalogue said to programs?
#include <nlohmann/json.hpp>

#include "weighin/report.hpp"

namespace weighin {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json known_json(const Known<T>& known) {
  if (known.value) return *known;
  return Json{{"status", to_text(known.status)}, {"why", known.why}};
}

// Where a fact comes from, beside the fact: {"value": …, "source": …, "known_by": …}.
template <class T>
Json sourced_json(const Known<T>& known) {
  if (!known.value) return known_json(known);
  Json json{{"value", *known}, {"known_by", to_text(known.known_by)}};
  if (!known.source.empty()) json["source"] = known.source;
  if (known.confidence != Confidence::high) json["confidence"] = to_text(known.confidence);
  return json;
}

Json shape_json(const Shape& shape) {
  Json json;
  const auto put = [&](const char* name, std::int64_t value) {
    if (value > 0) json[name] = value;  // 0 stands for "has none" in a Shape
  };
  json["kind"] = shape.kind;
  json["architecture"] = shape.architecture;
  put("layers", shape.layers);
  put("decoder_layers", shape.decoder_layers);
  put("hidden", shape.hidden);
  put("ffn", shape.ffn);
  put("vocab", shape.vocab);
  put("heads", shape.heads);
  put("kv_heads", shape.kv_heads);
  put("head_dim", shape.head_dim);
  put("sliding_window", shape.sliding_window);
  json["tied_embeddings"] = shape.tied_embeddings;
  if (!shape.tokenizer.empty()) json["tokenizer"] = shape.tokenizer;
  if (shape.experts) {
    json["experts"] = Json{{"count", shape.experts->count},
                           {"used", shape.experts->used},
                           {"ffn", shape.experts->ffn}};
  }
  return json;
}

Json model_json(const ModelSpec& model) {
  Json json{{"id", model.id}, {"name", model.name}};
  if (!model.repository.empty()) json["repository"] = model.repository;
  json["family"] = model.family;
  json["size_class"] = model.size_class;
  json["modality"] = model.modality;
  json["hosted_only"] = model.hosted_only;
  json["known_by"] = to_text(model.known_by);
  json["parameters"] = known_json(model.parameters);
  json["active_parameters"] = known_json(model.active_parameters);
  json["context_max"] = known_json(model.context_max);
  json["facts"] = Json{{"parameters", sourced_json(model.parameters)},
                       {"license", sourced_json(model.license)},
                       {"release", sourced_json(model.release)},
                       {"native_dtype", sourced_json(model.native_dtype)},
                       {"languages", sourced_json(model.languages)}};
  if (!model.teacher.empty())
    json["distilled_from"] = Json{{"model", model.teacher}, {"source", model.teacher_source}};
  for (const Adapter& each : model.adapters) {
    Json adapter{{"name", each.name}, {"source", each.source}};
    if (!each.repository.empty()) adapter["repository"] = each.repository;
    if (each.rank > 0) adapter["rank"] = each.rank;
    json["adapters"].push_back(std::move(adapter));
  }
  if (!model.note.empty()) json["note"] = model.note;
  if (!model.aliases.empty()) json["aliases"] = model.aliases;
  if (!model.source.empty()) json["source"] = model.source;
  if (model.shape) json["shape"] = shape_json(*model.shape);
  Json variants = Json::array();
  for (const Variant& variant : model.variants) {
    variants.push_back({{"runtime", variant.runtime},
                        {"format", variant.format},
                        {"file", variant.file},
                        {"download_bytes", variant.bytes},
                        {"source", variant.source}});
  }
  if (!variants.empty()) json["variants"] = variants;
  return json;
}

std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string models_json(const std::vector<ModelSpec>& models) {
  Json list = Json::array();
  for (const ModelSpec& model : models) list.push_back(model_json(model));
  return text_of(Json{{"schema", "weighin/models/1"}, {"models", list}});
}

std::string findings_json(const Catalogue& catalogue,
                          const std::vector<CatalogueFinding>& findings) {
  Json list = Json::array();
  std::size_t fatal = 0;
  for (const CatalogueFinding& each : findings) {
    fatal += each.fatal ? 1 : 0;
    list.push_back(
        {{"model", each.model}, {"field", each.field}, {"what", each.what}, {"fatal", each.fatal}});
  }
  return text_of(Json{{"schema", "weighin/validation/1"},
                      {"catalogue", catalogue.source},
                      {"models", catalogue.models.size()},
                      {"wrong", fatal},
                      {"findings", list}});
}

std::string not_downloadable_json(const ModelSpec& model, const Plan& plan) {
  Json spec{{"id", model.id},
            {"name", model.name},
            {"size_class", model.size_class.empty() ? Json(nullptr) : Json(model.size_class)},
            {"parameters", known_json(model.parameters)},
            {"known_by", to_text(model.known_by)},
            {"source", model.source}};
  if (model.size_class.empty()) spec.erase("size_class");
  const Json none{{"status", "unsupported"},
                  {"why", "no weights are published: this model runs on its owner's servers only"}};
  return text_of(Json{
      {"schema", "weighin/estimate/1"},
      {"verdict", "not-downloadable"},
      {"model", spec},
      {"plan", {{"runtime", plan.runtime}, {"format", plan.format}, {"context", plan.context}}},
      {"download_bytes", none},
      {"memory", none}});
}

std::string evidence_json(const std::vector<Evidence>& evidence, const DeviceProfile& profile) {
  Json log = Json::array();
  for (const Evidence& each : evidence) {
    log.push_back({{"question", each.question},
                   {"answered", each.answered},
                   {"answer", each.answer},
                   {"elapsed_seconds", each.seconds}});
  }
  return text_of(Json{{"schema", "weighin/doctor/1"},
                      {"device", Json::parse(device_json(profile), nullptr, false)},
                      {"evidence_log", log}});
}

}  // namespace weighin
