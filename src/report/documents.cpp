// Which JSON documents does a single storey's result make?
#include "estimate/shrink.hpp"
#include "report/json_document.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

Json json_of_file(const ModelFile& file) {
  Json parts = Json::array();
  for (const FilePart& part : file.parts) {
    parts.push_back({{"name", part.name}, {"bytes", part.bytes}, {"missing", part.missing}});
  }
  return {{"reader", file.reader},
          {"path", file.path},
          {"runtime", file.runtime},
          {"format", file.format},
          {"parts", std::move(parts)},
          {"total_bytes", file.total_bytes},
          {"header_bytes", file.header_bytes},
          {"bytes_read", file.bytes_read},
          {"tensors", file.tensors.size()},
          {"notes", file.notes}};
}

Json json_of_model(const ModelSpec& model) {
  Json json{
      {"id", model.id},
      {"name", model.name},
      {"repository", model.repository},
      {"family", model.family},
      {"size_class", model.size_class},
      {"parameters", json_of_known(model.parameters)},
      {"active_parameters", json_of_known(model.active_parameters)},
      {"architecture", model.shape ? Json(model.shape->architecture)
                                   : json_of_unknown(Status::unsupported, "no shape is known")},
      {"context_max", json_of_known(model.context_max)},
      {"known_by", to_text(model.known_by)},
      {"source", model.source}};
  if (model.file) json["file"] = json_of_file(*model.file);
  return json;
}

// A context of 0 stands for none at all.
Json json_of_context(std::int64_t context) {
  return context > 0 ? Json(context)
                     : json_of_unknown(Status::unsupported, "not even 256 tokens fit");
}

Json json_of_parts(const std::vector<Part>& parts) {
  Json list = Json::array();
  for (const Part& part : parts)
    list.push_back({{"what", part.what}, {"bytes", part.bytes}, {"how", part.how}});
  return list;
}

void add_shrinking(Json& document, const Shrinking& shrinking) {
  Json ways = Json::array();
  for (const Shrunk& each : shrinking.ways) {
    ways.push_back({{"what", each.what},
                    {"download_bytes", each.download_bytes},
                    {"memory_bytes", each.memory_bytes},
                    {"parameters", each.parameters},
                    {"how", each.how}});
  }
  if (!ways.empty()) document["shrunk"] = std::move(ways);
  if (shrinking.sharing) {
    const Sharing& shared = *shrinking.sharing;
    document["sharing"] = {{"unique", shared.unique},
                           {"without_sharing", shared.without_sharing},
                           {"tied", shared.tied},
                           {"across_layers", shared.across_layers},
                           {"looked_up", shared.looked_up},
                           {"effective", shared.effective},
                           {"layers_without_cache", shared.layers_without_cache},
                           {"cache_saved_bytes", shared.cache_saved_bytes}};
  }
  if (shrinking.students_asked) {
    Json students = Json::array();
    for (const Student& each : shrinking.students) {
      students.push_back({{"model", each.id},
                          {"teacher", each.teacher},
                          {"parameters", each.parameters},
                          {"teacher_parameters", each.teacher_parameters},
                          {"source", each.source}});
    }
    document["students"] = std::move(students);
  }
}

void add_asked(Json& document, const EstimateAsked& asked) {
  if (asked.explanation != nullptr) {
    Json tensors = Json::array();
    for (const TensorLine& line : asked.explanation->tensors) {
      tensors.push_back({{"name", line.name},
                         {"count", line.count},
                         {"size", line.size},
                         {"type", line.type},
                         {"file_bytes", line.file_bytes},
                         {"memory_bytes", line.memory_bytes},
                         {"repacked", line.repacked}});
    }
    document["explanation"] = {{"tensors", std::move(tensors)},
                               {"download", json_of_parts(asked.explanation->download)}};
  }
  if (asked.shrinking != nullptr) add_shrinking(document, *asked.shrinking);
  if (asked.longest_context != nullptr) {
    document["max_context"] = {{"memory_bytes", asked.memory_bytes},
                               {"context", json_of_context(asked.longest_context->context)},
                               {"model_most", asked.longest_context->model_most}};
  }
  if (asked.best_fit != nullptr) {
    const BestFit& best = *asked.best_fit;
    Json formats = Json::array();
    for (const FormatFit& each : best.formats) {
      formats.push_back({{"format", each.format},
                         {"need_bytes", each.need_bytes},
                         {"fits", each.fits},
                         {"longest_context", json_of_context(each.longest_context)}});
    }
    document["fit_in"] = {
        {"memory_bytes", asked.memory_bytes},
        {"format", best.format.empty() ? json_of_unknown(Status::unsupported, "no format fits")
                                       : Json(best.format)},
        {"context", json_of_context(best.context)},
        {"formats", std::move(formats)}};
  }
}

}  // namespace

std::string estimate_json(const Estimate& estimate, const EstimateAsked& asked) {
  Json document{{"schema", "weighin/estimate/1"}};
  document["model"] = json_of_model(estimate.model);
  document["plan"] = json_of_plan(estimate.plan);
  document["download_bytes"] = json_of_known(estimate.download_bytes);
  document["bits_per_weight"] = json_of_number(estimate.bits_per_weight);
  document["memory"] = json_of_memory(estimate.memory);
  document["residency"] = json_of_residency(estimate.residency);
  document["total_range_bytes"] = {{"low", std::llround(estimate.total_bytes_range.low)},
                                   {"mid", std::llround(estimate.total_bytes_range.mid)},
                                   {"high", std::llround(estimate.total_bytes_range.high)}};
  document["gpu_bytes"] = estimate.gpu_bytes;
  document["host_bytes"] = estimate.host_bytes;
  if (!estimate.gpu_split_bytes.empty()) document["gpu_split_bytes"] = estimate.gpu_split_bytes;
  document["basis"] = to_text(estimate.basis);
  document["supported"] = estimate.supported;
  if (!estimate.supported) document["why_not"] = estimate.why_not;
  document["largest_tensor_bytes"] = estimate.largest_tensor_bytes;
  document["parts"] = json_of_parts(estimate.parts);
  if (!estimate.fetched_besides.empty())
    document["fetched_besides"] = json_of_parts(estimate.fetched_besides);
  if (!estimate.needed_features.empty()) document["needed_features"] = estimate.needed_features;
  if (estimate.address_space_bytes > 0)
    document["address_space_bytes"] = estimate.address_space_bytes;
  Json formats = Json::array();
  for (const FormatWork& work : estimate.token.formats) {
    formats.push_back({{"format", work.format},
                       {"bytes", work.bytes},
                       {"weights", work.weights},
                       {"matrices", work.matrices},
                       {"experts", work.experts},
                       {"output", work.output}});
  }
  document["token"] = {
      {"weight_bytes", estimate.token.weight_bytes()},
      {"kv_bytes_per_cell", estimate.token.kv_bytes_per_cell},
      {"kv_bytes_sliding_per_cell", estimate.token.kv_bytes_sliding_per_cell},
      {"sliding_window", estimate.token.sliding_window},
      {"state_bytes", estimate.token.state_bytes},
      {"layers", estimate.token.layers},
      {"attention_products_per_cell", estimate.token.attention_products_per_cell},
      {"attention_products_sliding_per_cell", estimate.token.attention_products_sliding_per_cell},
      {"expert_count", estimate.token.expert_count},
      {"experts_used", estimate.token.experts_used},
      {"values", estimate.token.values},
      {"value_bytes", estimate.token.value_bytes},
      {"formats", std::move(formats)}};
  document["known_by"] = to_text(estimate.known_by);
  document["notes"] = estimate.notes;
  Json evidence = Json::object();
  if (estimate.model.parameters)
    append(evidence, "model.parameters", json_of_evidence(estimate.model.parameters));
  if (estimate.model.active_parameters)
    append(evidence, "model.active_parameters", json_of_evidence(estimate.model.active_parameters));
  if (estimate.model.context_max)
    append(evidence, "model.context_max", json_of_evidence(estimate.model.context_max));
  if (estimate.download_bytes)
    append(evidence, "download_bytes", json_of_evidence(estimate.download_bytes));
  document["evidence"] = std::move(evidence);
  add_asked(document, asked);
  return text_of_document(document);
}

std::string bench_json(const Measurements& measurements) {
  Json document{{"schema", "weighin/bench/1"}};
  document["measurements"] = Json::array();
  for (const Measurement& each : measurements.list)
    document["measurements"].push_back(json_of_measurement(each));
  if (measurements.threads.best > 0) {
    document["threads"] = {{"best", measurements.threads.best},
                           {"safe", measurements.threads.safe},
                           {"why", measurements.threads.why}};
  }
  document["warnings"] = measurements.warnings;
  return text_of_document(document);
}

std::string gate_json(const GateAnswer& answer, double elapsed_seconds) {
  const Verdict& verdict = answer.verdict;
  Json document{{"schema", "weighin/gate/1"}, {"decision", to_text(answer.decision)},
                {"model", verdict.model},     {"format", verdict.format},
                {"runtime", verdict.runtime}, {"place", verdict.place},
                {"context", verdict.context}, {"verdict", to_text(verdict.fit)}};
  document["download_bytes"] = json_of_known(verdict.download_bytes);
  document["memory_bytes"] = verdict.memory.total_bytes > 0
                                 ? Json(verdict.memory.total_bytes)
                                 : json_of_unknown(Status::unsupported, "not estimated");
  document["available_bytes"] = json_of_known(verdict.available_bytes);
  document["decode_tokens_per_second"] = json_of_speed(verdict.decode_tokens_per_second);
  document["reasons"] = Json::array();
  for (const Reason& reason : answer.reasons) document["reasons"].push_back(json_of_reason(reason));
  document["elapsed_seconds"] = json_of_number(elapsed_seconds);
  return text_of_document(document, true);
}

std::string error_json(const Error& error) {
  return text_of_document({{"schema", "weighin/error/1"},
                           {"error",
                            {{"what", error.what},
                             {"where", error.where},
                             {"hint", error.hint},
                             {"exit_code", exit_code(error.kind)}}}});
}

}  // namespace weighin
