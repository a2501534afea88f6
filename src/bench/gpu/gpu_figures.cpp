// How do figures pass from the child that measures a GPU to its parent?
#include "bench/gpu/gpu_figures.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "vulkan/clean_text.hpp"

namespace weighin {
namespace {

using nlohmann::json;

constexpr double kFastest = 1e18;  // bytes or operations a second
constexpr std::size_t kLongestText = 512;

json rate_json(const Range& rate) { return json::array({rate.low, rate.mid, rate.high}); }

std::optional<Range> read_rate(const json& value) {
  if (!value.is_array() || value.size() != 3) return std::nullopt;
  for (const json& one : value) {
    if (!one.is_number()) return std::nullopt;
  }
  const Range rate{value[0].get<double>(), value[1].get<double>(), value[2].get<double>()};
  const bool sound = rate.low > 0.0 && rate.low <= rate.mid && rate.mid <= rate.high &&
                     rate.high < kFastest;
  return sound ? std::optional(rate) : std::nullopt;
}

std::string text(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return {};
  return vulkan::clean_text(found->get_ref<const std::string&>(), kLongestText);
}

double share(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return 0.0;
  const double value = found->get<double>();
  return std::isfinite(value) && value >= 0.0 && value < 1e6 ? value : 0.0;
}

std::int64_t count(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned()) return 0;
  const auto value = found->get<std::uint64_t>();
  return value < (1ull << 50) ? static_cast<std::int64_t>(value) : 0;
}

bool flag(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

}  // namespace

json figure_json(const Measurement& m) {
  json out{{"name", m.name},       {"isa", m.isa},
           {"format", m.format},   {"samples", m.samples},
           {"spread", m.spread},   {"working_set_bytes", m.working_set_bytes},
           {"share_now", m.share_now}, {"beyond_caches", m.beyond_caches},
           {"checked", m.checked}, {"status", to_text(m.status)},
           {"why", m.why}};
  if (m.bytes_per_second) out["bytes_per_second"] = rate_json(*m.bytes_per_second);
  if (m.operations_per_second) out["operations_per_second"] = rate_json(*m.operations_per_second);
  return out;
}

std::optional<Measurement> read_figure(std::string_view payload) {
  const json read = json::parse(payload, nullptr, false);
  if (!read.is_object()) return std::nullopt;
  Measurement m;
  m.name = text(read, "name");
  m.isa = text(read, "isa");
  m.format = text(read, "format");
  m.why = text(read, "why");
  if (m.name.empty() || m.isa.empty()) return std::nullopt;
  m.samples = count(read, "samples");
  m.spread = share(read, "spread");
  m.share_now = share(read, "share_now");
  m.working_set_bytes = count(read, "working_set_bytes");
  m.beyond_caches = flag(read, "beyond_caches");
  m.checked = flag(read, "checked");
  const std::string status = text(read, "status");
  bool known = false;
  for (const BenchStatus each : {BenchStatus::ok, BenchStatus::unstable, BenchStatus::skipped,
                                 BenchStatus::error}) {
    if (status != to_text(each)) continue;
    m.status = each;
    known = true;
  }
  if (!known) return std::nullopt;
  if (read.contains("bytes_per_second")) {
    m.bytes_per_second = read_rate(read["bytes_per_second"]);
    if (!m.bytes_per_second) return std::nullopt;
  }
  if (read.contains("operations_per_second")) {
    m.operations_per_second = read_rate(read["operations_per_second"]);
    if (!m.operations_per_second) return std::nullopt;
  }
  const bool measured = m.status == BenchStatus::ok || m.status == BenchStatus::unstable;
  // One rate and one only where it was measured, and a reason where it was not.
  if (measured != (m.bytes_per_second.has_value() != m.operations_per_second.has_value()))
    return std::nullopt;
  if (measured && !m.checked) return std::nullopt;
  if (!measured && (m.bytes_per_second || m.operations_per_second || m.why.empty()))
    return std::nullopt;
  return m;
}

}  // namespace weighin
