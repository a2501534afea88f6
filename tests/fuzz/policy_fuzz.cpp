// Is a hostile policy refused in two lines, and does one that is read always lead to an answer?
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz/json_grammar.hpp"
#include "weighin/gate.hpp"
#include "weighin/report.hpp"

namespace {

// Includes itself, a preset, or nothing: the reader must end.
weighin::Result<weighin::PolicyText> load(const std::string& name, const std::string& from) {
  if (name == "self")
    return weighin::PolicyText{from + "+", R"({"schema": "weighin/policy/1", "include": "self"})"};
  return weighin::Error{weighin::ErrorKind::no_input, "no such file", "", ""};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto policy = weighin::read_policy(text, "fuzz.json", load);
  if (!policy) {
    if (policy.error().what.empty() || policy.error().where.empty()) __builtin_trap();
    return 0;
  }
  // The gate's own target decides each time; this one is for the reader, and decides now and then.
  if (size % 8 != 0) return 0;
  // Facts of nothing and of a plain device: a decision, whatever the policy asks.
  weighin::DeviceProfile device;
  device.memory.total_bytes = device.memory.usable_bytes = device.memory.capacity_bytes =
      weighin::Known<weighin::Bytes>::of(8 * weighin::kGiB, "fuzz");
  for (const weighin::DeviceProfile& each : {weighin::DeviceProfile{}, device}) {
    const auto answer =
        weighin::decide(*policy, {}, each, {}, {"2026-11-23", {}, policy->choices.size() < 4});
    if (answer.sentence.empty()) __builtin_trap();
    if (weighin::policy_answer_json(answer, -1, 0).find("weighin/gate/1") == std::string::npos)
      __builtin_trap();
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned int seed) {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> made{"include", "self", "preset:webllm", "exceptions", "reason",
                                  "until", "2027-01-31", "why", "cpus", "choices", "fallback",
                                  "hosted", "model", "name", "parameters", "memory_bytes"};
    for (const weighin::ConditionInfo& info : weighin::condition_list())
      made.emplace_back(info.key);
    return made;
  }();
  return weighin::fuzz::mutate_documents(data, size, most, seed, "", words);
}
