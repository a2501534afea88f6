// Does any policy on any device with any measurements come to one whole answer, the same each time?
//
// An input is up to four documents with a line of three dashes between them: a policy, a device,
// its measurements, and what is supposed of the device.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "fuzz/json_grammar.hpp"
#include "report/gate_outputs.hpp"
#include "support/support.hpp"
#include "weighin/report.hpp"

namespace {

using namespace weighin;

void must(bool held) {
  if (!held) __builtin_trap();
}

const Catalogue& catalogue() {
  static const Catalogue known = [] {
    auto read = read_catalogue(test::slurp(test::source_folder() / "models.json"), "models.json");
    must(read && !read->models.empty());
    return std::move(*read);
  }();
  return known;
}

constexpr std::string_view kLine = "\n---\n";

std::array<std::string_view, 4> parts_of(std::string_view text) {
  std::array<std::string_view, 4> parts;
  for (std::string_view& part : parts) {
    const std::size_t end = std::min(text.find(kLine), text.size());
    part = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + kLine.size()));
  }
  return parts;
}

// As the command line does it, without files and URLs. False: a name that nobody knows.
bool find_models(const Policy& policy, PolicyModels& models) {
  std::vector<const Choice*> choices;
  for (const Choice& each : policy.choices) choices.push_back(&each);
  if (policy.fallback.kind == FallbackKind::model) choices.push_back(&policy.fallback.choice);
  for (const Choice* each : choices) {
    models.emplace_back();
    if (each->about_device()) continue;
    auto found = each->stated ? stated_model(*each->stated, catalogue())
                              : find_model(catalogue(), each->model);
    if (!found) return false;
    models.back() = std::move(*found);
  }
  return true;
}

void check_answer(const PolicyAnswer& answer, bool every_form) {
  must(!answer.sentence.empty() && !answer.availability.empty());
  must(answer.decision == Decision::allow || !answer.reasons.empty());
  must((answer.choice >= 0) == (answer.at_fallback || answer.decision == Decision::allow ||
                                answer.decision == Decision::allow_degraded));
  for (const Reason& reason : answer.reasons) must(!reason.code.empty() && !reason.advice.empty());
  const int code = gate_exit_code(answer.decision, false);
  const std::string line = policy_answer_json(answer, -1, code);
  must(line.find('\n') == line.size() - 1);
  must(nlohmann::json::parse(line).at("exit_code") == code);
  if (!every_form) return;
  must(nlohmann::json::parse(policy_answer_sarif(answer, code)).at("version") == "2.1.0");
  must(!policy_answer_junit(answer, code).empty());
  must(!policy_answer_text(answer, {}).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parts = parts_of({reinterpret_cast<const char*>(data), size});
  const auto policy = read_policy(parts[0], "fuzz.json");
  if (!policy) return 0;
  DeviceProfile device;
  if (!parts[1].empty()) {
    auto read = read_device_json(parts[1], "device");
    if (!read) return 0;
    device = std::move(*read);
  }
  Measurements measured;
  if (!parts[2].empty()) {
    auto read = read_bench_json(parts[2], "measured");
    if (!read) return 0;
    measured = std::move(*read);
  }
  if (!parts[3].empty()) {
    auto supposed = what_if(device, parts[3]);
    if (!supposed) return 0;
    device = std::move(*supposed);
  }
  PolicyModels models;
  if (!find_models(*policy, models) || !check_policy_models(*policy, models, {})) return 0;
  // Now and then: the search for another decision decides a hundred times over.
  const bool rarely = size % 16 == 0;
  const DecideOptions options{"2026-11-23", {}, rarely && policy->choices.size() < 3};
  const PolicyAnswer answer = decide(*policy, models, device, measured, options);
  check_answer(answer, size % 4 == 0);
  if (rarely) {
    const PolicyAnswer again = decide(*policy, models, device, measured, options);
    must(policy_answer_json(answer, -1, 0) == policy_answer_json(again, -1, 0));
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned int seed) {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> made{"model", "conditions", "degraded", "context", "format", "runtime",
                                  "kv_type", "parallel", "hosted", "Q8_0", "litert", "webllm",
                                  "gemma-2b", "gpt-4", "status", "error", "why", "unknown"};
    for (const ConditionInfo& info : condition_list()) made.emplace_back(info.key);
    return made;
  }();
  return fuzz::mutate_documents(data, size, most, seed, kLine, words);
}
