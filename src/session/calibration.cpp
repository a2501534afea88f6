// How are the ratios of `weighin verify` kept beside the measurements?
#include "session/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "session/session.hpp"
#include "session/write_file.hpp"

namespace weighin {
namespace {

using Json = nlohmann::json;

constexpr const char* kSchema = "weighin/calibration/1";
// An engine five times as fast or slow as predicted is another engine, or a broken run.
constexpr double kLeastRatio = 0.2, kMostRatio = 5.0;

std::string file_of(const std::string& folder, const std::string& fingerprint) {
  return folder + "/calibration-" + fingerprint + ".json";
}

std::string word(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>().substr(0, 200)
                                                     : std::string();
}

}  // namespace

std::string calibrations_json(const std::vector<Calibration>& list) {
  Json rows = Json::array();
  for (const Calibration& each : list) {
    rows.push_back({{"runtime", each.runtime},
                    {"engine", each.engine},
                    {"model", each.model},
                    {"format", each.format},
                    {"phase", each.phase},
                    {"ratio", each.ratio}});
  }
  return Json{{"schema", kSchema}, {"calibrations", std::move(rows)}}.dump(
             2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

std::vector<Calibration> read_calibrations(std::string_view json) {
  const Json document = Json::parse(json.begin(), json.end(), nullptr, false);
  std::vector<Calibration> list;
  if (!document.is_object() || word(document, "schema") != kSchema) return list;
  const auto rows = document.find("calibrations");
  if (rows == document.end() || !rows->is_array()) return list;
  for (const Json& row : *rows) {
    if (!row.is_object() || list.size() >= kMostCalibrations) continue;
    Calibration each{word(row, "runtime"), word(row, "engine"), word(row, "model"),
                     word(row, "format"),  word(row, "phase"),  0.0};
    const auto ratio = row.find("ratio");
    if (ratio != row.end() && ratio->is_number()) each.ratio = ratio->get<double>();
    const bool sane = std::isfinite(each.ratio) && each.ratio >= kLeastRatio &&
                      each.ratio <= kMostRatio && !each.runtime.empty() &&
                      (each.phase == "decode" || each.phase == "prefill");
    if (sane) list.push_back(std::move(each));
  }
  return list;
}

std::vector<Calibration> kept_calibrations(const std::string& folder,
                                           const std::string& fingerprint) {
  if (folder.empty()) return {};
  const Result<std::string> text = read_input(file_of(folder, fingerprint), 1u << 18);
  return text ? read_calibrations(*text) : std::vector<Calibration>{};
}

Result<Done> keep_calibrations(const std::string& folder, const std::string& fingerprint,
                               const std::vector<Calibration>& added) {
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (folder.empty() || error) {
    return Error{ErrorKind::io, "there is no folder to keep the ratio in", "",
                 "set HOME or XDG_CACHE_HOME to a folder that can be written"};
  }
  std::vector<Calibration> list = kept_calibrations(folder, fingerprint);
  for (const Calibration& each : added) {
    if (!(each.ratio >= kLeastRatio && each.ratio <= kMostRatio)) continue;
    std::erase_if(list, [&](const Calibration& old) {
      return old.runtime == each.runtime && old.model == each.model && old.format == each.format &&
             old.phase == each.phase;
    });
    list.push_back(each);
  }
  if (list.size() > kMostCalibrations)
    list.erase(list.begin(), list.end() - static_cast<std::ptrdiff_t>(kMostCalibrations));
  return write_file(file_of(folder, fingerprint), calibrations_json(list));
}

}  // namespace weighin
