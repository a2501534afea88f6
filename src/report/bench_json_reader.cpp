// How are measurements that were written as JSON read back?
#include <fmt/format.h>

#include <cmath>

#include "report/json_reader.hpp"
#include "weighin/report.hpp"

namespace weighin {
namespace {

using In = nlohmann::json;

std::string word(const In& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t whole(const In& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

double real(const In& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : 0.0;
}

bool truth(const In& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

// Nothing where the range is missing or is none: rates are positive and in order.
std::optional<Range> range(const In& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_object()) return std::nullopt;
  const Range read{real(*found, "low"), real(*found, "mid"), real(*found, "high")};
  if (!(read.low > 0) || !(read.low <= read.mid) || !(read.mid <= read.high) ||
      !std::isfinite(read.high))
    return std::nullopt;
  return read;
}

std::optional<BenchStatus> status_of(const std::string& text) {
  for (const BenchStatus each :
       {BenchStatus::ok, BenchStatus::unstable, BenchStatus::skipped, BenchStatus::error}) {
    if (text == to_text(each)) return each;
  }
  return std::nullopt;
}

}  // namespace

Result<Measurements> read_bench_json(std::string_view json, const std::string& name) {
  const auto wrong = [&](const std::string& what) {
    return Error{ErrorKind::data, what, name, "it is not a file written by `weighin bench --json`"};
  };
  const Result<In> document = parse_json(json, name);
  if (!document) return document.error();
  if (!document->is_object() || word(*document, "schema") != "weighin/bench/1")
    return wrong("no document of weighin/bench/1");
  const auto list = document->find("measurements");
  if (list == document->end() || !list->is_array() || list->size() > 10'000)
    return wrong("no list of measurements");
  Measurements measurements;
  for (const In& each : *list) {
    if (!each.is_object()) return wrong("a measurement that is no object");
    Measurement read;
    read.name = word(each, "name");
    read.place = word(each, "place");
    read.isa = word(each, "isa");
    read.threads = whole(each, "threads");
    read.format = word(each, "format");
    read.bytes_per_second = range(each, "bytes_per_second");
    read.operations_per_second = range(each, "operations_per_second");
    read.samples = whole(each, "samples");
    read.spread = real(each, "spread");
    read.working_set_bytes = whole(each, "working_set_bytes");
    read.beyond_caches = truth(each, "beyond_caches");
    read.share_now = real(each, "share_now");
    read.checked = truth(each, "checked");
    read.why = word(each, "why");
    const auto status = status_of(word(each, "status"));
    if (read.name.empty() || !status)
      return wrong("a measurement without a name or with an unknown status");
    const bool has_rate = read.bytes_per_second || read.operations_per_second;
    if ((*status == BenchStatus::ok || *status == BenchStatus::unstable) && !has_rate) {
      return wrong(fmt::format("the measurement \"{}\" has no rate", read.name));
    }
    read.status = *status;
    measurements.list.push_back(std::move(read));
  }
  const auto threads = document->find("threads");
  if (threads != document->end() && threads->is_object()) {
    measurements.threads = {whole(*threads, "best"), whole(*threads, "safe"),
                            word(*threads, "why")};
  }
  const auto warnings = document->find("warnings");
  if (warnings != document->end() && warnings->is_array()) {
    for (const In& each : *warnings) {
      if (each.is_string() && measurements.warnings.size() < 100)
        measurements.warnings.push_back(each.get<std::string>());
    }
  }
  return measurements;
}

}  // namespace weighin
