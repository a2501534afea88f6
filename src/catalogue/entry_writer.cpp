// How is a model written as an entry of a catalogue?
#include <fmt/format.h>

#include <cctype>
#include <nlohmann/json.hpp>

#include "catalogue/json_reader.hpp"
#include "catalogue/shape_fields.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

using Json = nlohmann::ordered_json;

// Numbers of 0 and flags as they stand by themselves are left out: the reader gives them so.
template <class T, std::size_t N>
void put(Json& json, const T& part, const std::array<catalogue::Number<T>, N>& numbers) {
  const T fresh;
  for (const auto& number : numbers) {
    if (part.*number.member != fresh.*number.member)
      json[std::string(number.key)] = part.*number.member;
  }
}

template <class T, std::size_t N>
void put(Json& json, const T& part, const std::array<catalogue::Flag<T>, N>& flags) {
  const T fresh;
  for (const auto& flag : flags) {
    if (part.*flag.member != fresh.*flag.member) json[std::string(flag.key)] = part.*flag.member;
  }
}

// All of them, since the schema asks for them by name.
template <class T, std::size_t N>
Json whole(const T& part, const std::array<catalogue::Number<T>, N>& numbers) {
  Json json = Json::object();
  for (const auto& number : numbers) json[std::string(number.key)] = part.*number.member;
  return json;
}

Json shape_of(const Shape& shape) {
  Json json{{"kind", shape.kind}};
  if (!shape.architecture.empty()) json["architecture"] = shape.architecture;
  put(json, shape, catalogue::kNumbers);
  put(json, shape, catalogue::kFlags);
  if (!shape.swa_pattern.empty()) json["swa_pattern"] = shape.swa_pattern;
  if (!shape.attention_layers.empty()) json["attention_layers"] = shape.attention_layers;
  if (!shape.ffn_layers.empty()) json["ffn_layers"] = shape.ffn_layers;
  if (shape.experts) {
    json["experts"] = whole(*shape.experts, catalogue::kExpertNumbers);
    put(json["experts"], *shape.experts, catalogue::kExpertFlags);
  }
  if (shape.latent) json["latent"] = whole(*shape.latent, catalogue::kLatentNumbers);
  if (shape.state_space) json["state_space"] = whole(*shape.state_space, catalogue::kStateNumbers);
  if (shape.linear) json["linear"] = whole(*shape.linear, catalogue::kLinearNumbers);
  if (shape.time_mix) json["time_mix"] = whole(*shape.time_mix, catalogue::kTimeMixNumbers);
  if (!shape.tokenizer.empty()) json["tokenizer"] = shape.tokenizer;
  return json;
}

// "Llama 3.2 1B Instruct" -> "llama-3.2-1b-instruct".
std::string id_of(std::string_view name) {
  std::string id;
  for (const char each : name.substr(0, 80)) {
    const auto byte = static_cast<unsigned char>(each);
    if (std::isalnum(byte) != 0 || each == '.') {
      id += static_cast<char>(std::tolower(byte));
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
  }
  while (!id.empty() && (id.back() == '-' || id.back() == '.')) id.pop_back();
  return id.empty() ? "model" : id;
}

}  // namespace

Result<std::string> catalogue_entry(const ModelSpec& model, const std::string& asked_id) {
  if (!model.parameters) {
    return Error{
        ErrorKind::data,
        fmt::format("{}: no entry without its parameters: {}", model.name, model.parameters.why),
        "", "name a file that holds the weights' sizes"};
  }
  const std::string source = model.file ? model.file->path : model.source;
  Json entry{{"id", asked_id.empty() ? id_of(model.name) : asked_id},
             {"name", model.name},
             {"family", model.family.empty() ? "unknown" : model.family},
             {"modality", model.modality.empty() ? "text" : model.modality}};
  if (!model.repository.empty()) entry["repository"] = model.repository;
  if (!model.aliases.empty()) entry["aliases"] = model.aliases;
  entry["parameters"] = *model.parameters;
  if (model.active_parameters && *model.active_parameters != *model.parameters)
    entry["active_parameters"] = *model.active_parameters;
  if (model.context_max) entry["context_max"] = *model.context_max;
  if (model.shape) entry["shape"] = shape_of(*model.shape);
  if (model.file && !model.file->runtime.empty() && !model.file->format.empty() &&
      model.file->total_bytes > 0) {
    entry["variants"] = Json::array({{{"runtime", model.file->runtime},
                                      {"format", model.file->format},
                                      {"bytes", model.file->total_bytes},
                                      {"source", source}}});
  }
  entry["sources"] = Json::array({source.empty() ? std::string("imported") : source});
  const Json document{{"schema", "weighin/catalogue/1"}, {"models", Json::array({entry})}};
  std::string text = document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  // What we write must be read again: the reader is the judge of it.
  const Result<Catalogue> again = read_catalogue(text, "the entry");
  if (!again) return again.error();
  return text;
}

}  // namespace weighin
