// How is a whole report written as one JSON document?
#include "report/json_document.hpp"
#include "report/output.hpp"

namespace weighin {
namespace {

Json json_of_recommendation(const Recommendation& recommendation) {
  return {{"size_class", json_of_known(recommendation.size_class)},
          {"largest_class", json_of_known(recommendation.largest_class)},
          {"model", recommendation.model},
          {"format", recommendation.format},
          {"runtime", recommendation.runtime},
          {"place", recommendation.place},
          {"runner_up", recommendation.runner_up},
          {"why", recommendation.why},
          {"limited_by", recommendation.limited_by},
          {"next_class", recommendation.next_class},
          {"next_steps", recommendation.next_steps},
          {"use", recommendation.use},
          {"smallest_model", recommendation.smallest_model},
          {"smallest_format", recommendation.smallest_format},
          {"smallest_download_bytes", json_of_known(recommendation.smallest_download_bytes)}};
}

Json json_of_classes(const Advice& advice) {
  Json classes = Json::array();
  const auto model = [&](int index) -> Json {
    if (index < 0 || static_cast<std::size_t>(index) >= advice.verdicts.size()) return "";
    return advice.verdicts[static_cast<std::size_t>(index)].model;
  };
  for (const ClassVerdict& each : advice.classes) {
    Json row{{"size_class", each.name}, {"reference", each.reference}};
    row["verdict"] =
        each.verdict < 0
            ? json_of_unknown(Status::skipped, "the reference was not judged")
            : Json(to_text(advice.verdicts[static_cast<std::size_t>(each.verdict)].fit));
    row["fits_well"] = each.well;
    row["best"] = model(each.best);
    classes.push_back(std::move(row));
  }
  return classes;
}

/// What the known values of the verdicts rest on; one entry for each model and value.
void add_evidence(const Advice& advice, Json& evidence) {
  for (std::size_t i = 0; i < advice.verdicts.size(); ++i) {
    const Verdict& verdict = advice.verdicts[i];
    const std::string path = "verdicts." + std::to_string(i) + ".";
    if (verdict.parameters)
      append(evidence, path + "parameters", json_of_evidence(verdict.parameters));
    if (verdict.download_bytes)
      append(evidence, path + "download_bytes", json_of_evidence(verdict.download_bytes));
    if (verdict.available_bytes)
      append(evidence, path + "available_bytes", json_of_evidence(verdict.available_bytes));
    if (verdict.decode_tokens_per_second) {
      append(evidence, path + "decode_tokens_per_second",
             json_of_evidence(verdict.decode_tokens_per_second));
    }
  }
}

std::string render_json(const Report& report, const RenderOptions&) {
  Json document{{"schema", "weighin/report/1"}, {"version", version()}};
  Json evidence = Json::object();
  document["device"] = json_of_device(report.profile, "device.", evidence);
  document["measurements"] = Json::array();
  for (const Measurement& each : report.measurements.list)
    document["measurements"].push_back(json_of_measurement(each));
  document["warnings"] = report.measurements.warnings;
  document["plan"] = json_of_plan(report.options.plan);
  document["verdicts"] = Json::array();
  for (const Verdict& each : report.advice.verdicts)
    document["verdicts"].push_back(json_of_verdict(each));
  document["classes"] = json_of_classes(report.advice);
  document["recommendation"] = json_of_recommendation(report.advice.recommendation);
  document["elapsed_seconds"] = json_of_number(report.elapsed_seconds);
  add_evidence(report.advice, evidence);
  document["evidence"] = std::move(evidence);
  return text_of_document(document);
}

}  // namespace

extern const Output json_output{"json", "one document with everything, schema weighin/report/1",
                                render_json};

}  // namespace weighin
