// What does a cluster need to know of this node to place a model on it?
//
// A feature file of Kubernetes' node-feature-discovery: one label a line, NAME=VALUE, put under
// feature.node.kubernetes.io/ by its worker
// (https://kubernetes-sigs.github.io/node-feature-discovery/v0.14/usage/customization-guide).
// What is not known has no label: a selector does not match then, and nothing is taken for 0.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/output.hpp"
#include "report/summary.hpp"

namespace weighin {
namespace {

// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
constexpr std::size_t kMostCharacters = 63;

bool letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// A label's value: letters, digits, `-_.`, beginning and ending with a letter or digit.
std::string label_value(std::string_view text) {
  std::string value;
  for (const char c : text)
    value += letter_or_digit(c) || c == '-' || c == '_' || c == '.' ? c : '_';
  value.erase(value.begin(), std::find_if(value.begin(), value.end(), letter_or_digit));
  if (value.size() > kMostCharacters) value.resize(kMostCharacters);
  while (!value.empty() && !letter_or_digit(value.back())) value.pop_back();
  return value;
}

void add(std::string& out, std::string_view name, std::string_view text) {
  const std::string value = label_value(text);
  if (!value.empty()) out += fmt::format("weighin.{}={}\n", name, value);
}

// Whole MiB, rounded down: the name carries the unit, since these labels are compared as numbers.
void add_mib(std::string& out, std::string_view name, const Known<Bytes>& bytes) {
  if (bytes && *bytes >= 0) add(out, name, fmt::format("{}", *bytes / kMiB));
}

void add_gpu(std::string& out, const DeviceProfile& profile) {
  const GateFacts facts = gate_facts(profile, nullptr);
  const bool asked = std::none_of(profile.gpu_faults.begin(), profile.gpu_faults.end(),
                                  [](const auto& each) { return each.status == Status::skipped; });
  // Where a driver failed, or none was asked, it is not known that there is no GPU.
  if (!facts.gpu || (!*facts.gpu && !asked)) return;
  add(out, "gpu", *facts.gpu ? "true" : "false");
  if (!*facts.gpu) return;
  add_mib(out, "vram-mib", facts.vram_bytes);
  if (facts.unified) add(out, "vram-shared", *facts.unified ? "true" : "false");
}

std::string render_nfd(const Report& report, const RenderOptions&) {
  const Recommendation& found = report.advice.recommendation;
  std::string out;
  add(out, "version", version());
  // Without a class that runs well the label says so: that much is known.
  if (found.size_class || found.largest_class) add(out, "size-class", found.size_class.value_or("none"));
  if (found.largest_class) add(out, "largest-class", *found.largest_class);
  if (const Verdict* best = recommended(report)) {
    add(out, "model", best->model);
    add(out, "format", best->format);
    add(out, "runtime", best->runtime);
    add(out, "place", best->place);
    if (best->decode_tokens_per_second) {
      const Speed& speed = *best->decode_tokens_per_second;
      add(out, "decode-tokens-per-second", fmt::format("{:.0f}", std::floor(speed.range.low)));
      add(out, "decode-known-by", to_text(speed.known_by));
    }
  }
  add_mib(out, "usable-memory-mib", report.profile.memory.usable_bytes);
  add_gpu(out, report.profile);
  return out;
}

}  // namespace

extern const Output nfd_output{"nfd", "labels for Kubernetes' node-feature-discovery", render_nfd};

}  // namespace weighin
