// How is each of the values that several documents share written in JSON?
#include "report/json_document.hpp"

#include <utility>

namespace weighin {

Json json_of_unknown(Status status, const std::string& why) {
  return {{"status", to_text(status == Status::ok ? Status::error : status)}, {"why", why}};
}

Json json_of_number(double value) {
  if (!std::isfinite(value)) return json_of_unknown(Status::error, "not a finite number");
  return value;
}

Json json_of_range(const Range& range) {
  if (!std::isfinite(range.low) || !std::isfinite(range.mid) || !std::isfinite(range.high)) {
    return json_of_unknown(Status::error, "not a finite number");
  }
  return {{"low", range.low}, {"mid", range.mid}, {"high", range.high}};
}

Json json_of_speed(const Known<Speed>& speed) {
  if (!speed) return json_of_unknown(speed.status, speed.why);
  Json json = json_of_range(speed->range);
  if (json.contains("status")) return json;
  json["known_by"] = to_text(speed->known_by);
  json["bound_by"] = speed->bound_by;
  return json;
}

Json json_of_memory(const MemoryNeed& memory) {
  return {{"weights_bytes", memory.weights_bytes},
          {"kv_cache_bytes", memory.kv_cache_bytes},
          {"state_bytes", memory.state_bytes},
          {"compute_bytes", memory.compute_bytes},
          {"output_bytes", memory.output_bytes},
          {"adapter_bytes", memory.adapter_bytes},
          {"projector_bytes", memory.projector_bytes},
          {"draft_bytes", memory.draft_bytes},
          {"gpu_context_bytes", memory.gpu_context_bytes},
          {"runtime_bytes", memory.runtime_bytes},
          {"total_bytes", memory.total_bytes}};
}

Json json_of_residency(const Residency& residency) {
  return {{"working_set_bytes", residency.working_set_bytes},
          {"anonymous_bytes", residency.anonymous_bytes},
          {"mapped_bytes", residency.mapped_bytes},
          {"reserved_bytes", residency.reserved_bytes}};
}

Json json_of_plan(const Plan& plan) {
  // Outputs: 0 stands for one per sequence; -1, the whole batch, is said as the word of the option.
  const Json outputs =
      plan.outputs < 0 ? Json("batch") : Json(plan.outputs == 0 ? plan.parallel : plan.outputs);
  return {{"runtime", plan.runtime},
          {"format", plan.format},
          {"context", plan.context},
          {"kv_type", plan.kv_type},
          {"ubatch", plan.ubatch},
          {"flash_attn", plan.flash_attn},
          {"parallel", plan.parallel},
          {"outputs", outputs},
          {"gpu_layers", plan.gpu_layers},
          {"lora_rank", plan.lora_rank},
          {"lora_targets", plan.lora_targets},
          {"repack", plan.repack},
          {"importance_matrix", plan.importance_matrix}};
}

Json json_of_reason(const Reason& reason) {
  Json json{{"code", reason.code}, {"class", reason.cls}};
  const auto amount = [&](const std::optional<double>& value, const char* why) -> Json {
    if (!value) return json_of_unknown(Status::skipped, why);
    if (reason.unit == "bytes" && std::abs(*value) < 9e18) return std::llround(*value);
    return json_of_number(*value);
  };
  json["required"] = amount(reason.required, "no need was computed");
  json["actual"] = amount(reason.actual, "not known");
  json["unit"] = reason.unit;
  json["known_by"] = to_text(reason.known_by);
  json["advice"] = reason.advice;
  return json;
}

Json json_of_verdict(const Verdict& verdict) {
  Json json{{"model", verdict.model},
            {"name", verdict.name},
            {"size_class", verdict.size_class},
            {"parameters", json_of_known(verdict.parameters)},
            {"active_parameters", json_of_known(verdict.active_parameters)},
            {"runtime", verdict.runtime},
            {"format", verdict.format},
            {"context", verdict.context},
            {"kv_type", verdict.plan.kv_type},
            {"gpu_layers", verdict.plan.gpu_layers},
            {"place", verdict.place},
            {"verdict", to_text(verdict.fit)},
            {"download_bytes", json_of_known(verdict.download_bytes)}};
  if (verdict.download_bytes && verdict.memory.total_bytes > 0) {
    json["bits_per_weight"] = json_of_number(verdict.bits_per_weight);
    json["memory"] = json_of_memory(verdict.memory);
    json["memory"]["residency"] = json_of_residency(verdict.residency);
    json["memory"]["total_range_bytes"] = {{"low", std::llround(verdict.total_bytes_range.low)},
                                           {"mid", std::llround(verdict.total_bytes_range.mid)},
                                           {"high", std::llround(verdict.total_bytes_range.high)}};
  } else {
    json["memory"] =
        json_of_unknown(Status::unsupported,
                        verdict.reasons.empty() ? "not estimated" : verdict.reasons.front().advice);
  }
  json["available_bytes"] = json_of_known(verdict.available_bytes);
  json["headroom_bytes"] = json_of_known(verdict.headroom_bytes);
  json["decode_tokens_per_second"] = json_of_speed(verdict.decode_tokens_per_second);
  json["prefill_tokens_per_second"] = json_of_speed(verdict.prefill_tokens_per_second);
  json["first_token_seconds"] = json_of_speed(verdict.first_token_seconds);
  json["load_seconds"] = json_of_speed(verdict.load_seconds);
  json["known_by"] = to_text(verdict.known_by);
  json["reasons"] = Json::array();
  for (const Reason& reason : verdict.reasons) json["reasons"].push_back(json_of_reason(reason));
  json["to_make_it_fit"] = Json::array();
  for (const Remedy& remedy : verdict.to_make_it_fit) {
    json["to_make_it_fit"].push_back({{"change", remedy.change},
                                      {"verdict", to_text(remedy.verdict)},
                                      {"total_bytes", remedy.total_bytes}});
  }
  json["notes"] = verdict.notes;
  return json;
}

Json json_of_measurement(const Measurement& measurement) {
  Json json{{"name", measurement.name},
            {"place", measurement.place},
            {"isa", measurement.isa},
            {"threads", measurement.threads}};
  if (!measurement.format.empty()) json["format"] = measurement.format;
  if (measurement.bytes_per_second)
    json["bytes_per_second"] = json_of_range(*measurement.bytes_per_second);
  if (measurement.operations_per_second) {
    json["operations_per_second"] = json_of_range(*measurement.operations_per_second);
  }
  json["samples"] = measurement.samples;
  json["spread"] = json_of_number(measurement.spread);
  json["working_set_bytes"] = measurement.working_set_bytes;
  json["beyond_caches"] = measurement.beyond_caches;
  json["share_now"] = json_of_number(measurement.share_now);
  json["checked"] = measurement.checked;
  json["status"] = to_text(measurement.status);
  json["why"] = measurement.why;
  return json;
}

void append(Json& object, std::string key, Json value) {
  object.get_ref<Json::object_t&>().push_back({std::move(key), std::move(value)});
}

std::string text_of_document(const Json& document, bool one_line) {
  return document.dump(one_line ? -1 : 2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace weighin
