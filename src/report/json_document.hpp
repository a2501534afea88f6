// How do our values become JSON, and how do they never become NaN?
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "weighin/report.hpp"

namespace weighin {

using Json = nlohmann::ordered_json;

/// `{"status": …, "why": …}`: what stands in place of a value that is not known.
Json json_of_unknown(Status status, const std::string& why);
/// A number, or an unknown where it is infinite or not a number.
Json json_of_number(double value);
/// `{"low", "mid", "high"}`; an unknown where one of them is no number.
Json json_of_range(const Range& range);
Json json_of_speed(const Known<Speed>& speed);
Json json_of_memory(const MemoryNeed& memory);
Json json_of_residency(const Residency& residency);
Json json_of_plan(const Plan& plan);
Json json_of_reason(const Reason& reason);
Json json_of_verdict(const Verdict& verdict);
Json json_of_measurement(const Measurement& measurement);
/// The device's objects, without "schema"; what is known of each value goes to `evidence`, keyed by
/// `prefix` + path.
Json json_of_device(const DeviceProfile& profile, const std::string& prefix, Json& evidence);
/// An evidence entry of a known value.
template <class T>
Json json_of_evidence(const Known<T>& known) {
  Json entry = Json::object();
  entry["source"] = known.source;
  entry["known_by"] = to_text(known.known_by);
  entry["confidence"] = to_text(known.confidence);
  if (!known.why.empty()) entry["why"] = known.why;
  if (!known.others.empty()) {
    Json others = Json::array();
    for (const OtherAnswer& other : known.others)
      others.push_back({{"source", other.source}, {"value", other.value}});
    entry["others"] = std::move(others);
  }
  return entry;
}
/// A value, or why there is none.
template <class T>
Json json_of_known(const Known<T>& known) {
  if (!known) return json_of_unknown(known.status, known.why);
  if constexpr (std::is_same_v<T, double>) {
    return json_of_number(*known);
  } else {
    return *known;
  }
}
/// Appends without a search, for objects whose keys are known to differ.
void append(Json& object, std::string key, Json value);
/// The document as text: two blanks of indent and a newline at the end, or one line. Bytes that are
/// no UTF-8 become U+FFFD.
std::string text_of_document(const Json& document, bool one_line = false);

}  // namespace weighin
