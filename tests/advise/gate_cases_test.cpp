// What does the gate say on every device of a table under every policy of a table, and why?
#include <gtest/gtest.h>

#include <set>

#include "advise/devices.hpp"
#include "weighin/gate.hpp"

namespace weighin {
namespace {

using test::device;

DeviceProfile complete(DeviceProfile made, const char* name) {
  made.cpu.model = Known<std::string>::of(name, "a description");
  made.cpu.physical_cores = Known<std::int64_t>::of(4, "a description");
  made.cpu.logical_cores = Known<std::int64_t>::of(8, "a description");
  made.system.os = Known<std::string>::of("linux", "a description");
  made.power.on_battery = Known<bool>::of(false, "a description");
  return made;
}

DeviceProfile with_vulkan(DeviceProfile made, const char* version) {
  made.gpus.front().api_version = Known<std::string>::of(version, "a driver");
  made.gpus.front().features =
      Known<std::vector<std::string>>::of({"shader_float16", "storage_buffer_16bit"}, "a driver");
  made.gpus.front().name = "NVIDIA GeForce RTX 4070";
  return made;
}

struct Machine {
  std::string name;
  DeviceProfile profile;
};

std::vector<Machine> machines() {
  std::vector<Machine> made;
  const auto add = [&](const char* name, DeviceProfile profile) {
    made.push_back({name, complete(std::move(profile), name)});
  };
  add("old netbook", test::with_disk(device(1.2, 2), 5 * kGB));
  add("laptop 8 GB", device(5, 7.6));
  add("laptop 16 GB", device(12, 15.4));
  add("gaming PC", with_vulkan(test::with_gpu(device(28, 31), 11, 12), "1.3.277"));
  add("old GPU", with_vulkan(test::with_gpu(device(12, 15.6), 1.8, 2), "1.0.65"));
  add("integrated", with_vulkan(test::with_gpu(device(12, 15.4), 11, 15, true), "1.3.200"));
  add("rasterizer", test::with_software_gpu(device(12, 15.4)));
  add("container", test::with_limit(device(50, 62), 1));
  add("full disk", test::with_disk(device(28, 31), 300 * kMB));
  DeviceProfile battery = complete(device(12, 15.4), "on battery");
  battery.power.on_battery = Known<bool>::of(true, "a description");
  made.push_back({"on battery", battery});
  DeviceProfile broken = device(12, 15.4);
  broken.gpu_faults.push_back({"bad.json", Status::error, "crashed (SIGSEGV)"});
  add("broken driver", broken);
  DeviceProfile blind = device(12, 15.4);
  blind.memory.usable_bytes = blind.memory.total_bytes = blind.memory.capacity_bytes =
      Known<Bytes>::unknown(Status::error, "cannot be read");
  add("blind", blind);
  DeviceProfile arm = device(4.5, 7.4);
  arm.cpu.architecture = Known<std::string>::of("aarch64", "uname");
  arm.cpu.simd = Known<std::vector<std::string>>::of({"neon", "dotprod"}, "hwcaps");
  add("phone", arm);
  return made;
}

struct Rules {
  const char* name;
  const char* json;
};

// Each shows another part of the policy's language.
constexpr Rules kPolicies[] = {
    {"small", R"({"schema": "weighin/policy/1", "choices": [{"model": "smollm2-135m"}]})"},
    {"8B or 2B", R"({"schema": "weighin/policy/1", "choices": [
       {"name": "8B", "model": "llama-3.1-8b"}, {"name": "2B", "model": "gemma-2b", "degraded": true}],
       "fallback": {"hosted": "our server"}})"},
    {"70B", R"({"schema": "weighin/policy/1", "choices": [{"model": "llama-3.1-70b"}]})"},
    {"GPU", R"({"schema": "weighin/policy/1", "choices": [{"name": "gpu", "conditions":
       {"gpu": true, "min_vram": "6GiB", "min_vulkan": "1.2"}}]})"},
    {"x86", R"({"schema": "weighin/policy/1", "choices": [{"model": "gemma-2b", "conditions":
       {"architectures": "x86_64", "instruction_sets": ["avx2"], "disk_reserve": "10GB"}}]})"},
    {"mains", R"({"schema": "weighin/policy/1", "conditions": {"on_battery": false},
       "choices": [{"model": "smollm2-135m", "conditions": {"max_download": "200MB"}}]})"},
    {"fast", R"({"schema": "weighin/policy/1", "choices": [{"model": "gemma-2b", "conditions":
       {"min_decode": 3}}]})"},
    {"too fast", R"({"schema": "weighin/policy/1", "choices": [{"model": "gemma-2b", "conditions":
       {"min_decode": 500}}]})"},
};

struct Case {
  const char* machine;
  const char* policy;
  const char* decision;
  const char* choice;  // that passed; empty where none did
  std::set<std::string> codes;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases{
#include "advise/gate_cases.inc"
  };
  return kCases;
}

std::pair<Policy, PolicyModels> policy_of(const char* json) {
  auto policy = read_policy(json, "policy");
  EXPECT_TRUE(policy) << (policy ? "" : to_text(policy.error()));
  PolicyModels models;
  if (!policy) return {};
  for (const Choice& each : policy->choices) {
    models.emplace_back();
    if (!each.model.empty()) models.back() = test::model(each.model);
  }
  return {*policy, models};
}

TEST(GateCases, EveryDeviceUnderEveryPolicy) {
  const std::vector<Machine> all = machines();
  std::size_t seen = 0;
  for (const Machine& machine : all) {
    for (const Rules& rules : kPolicies) {
      const auto [policy, models] = policy_of(rules.json);
      // 60 GB/s: far above 3 and far below 500 tokens a second of a model of 1.6 GB.
      const PolicyAnswer answer =
          decide(policy, models, machine.profile, test::rates(60), {"2026-11-23", {}, false});
      std::set<std::string> codes;
      for (const Reason& reason : answer.reasons) codes.insert(reason.code);
      const std::string choice =
          answer.choice < 0 ? "" : answer.choices[static_cast<std::size_t>(answer.choice)].name;
      const Case* expected = nullptr;
      for (const Case& each : cases()) {
        if (each.machine == machine.name && each.policy == std::string(rules.name))
          expected = &each;
      }
      std::string row = "{\"" + machine.name + "\", \"" + rules.name + "\", \"" +
                        to_text(answer.decision) + "\", \"" + choice + "\", {";
      for (const std::string& code : codes)
        row += (code == *codes.begin() ? "\"" : ", \"") + code + "\"";
      if (expected == nullptr) {
        ADD_FAILURE() << "no case: " << row << "}},";
        continue;
      }
      ++seen;
      EXPECT_TRUE(expected->decision == std::string(to_text(answer.decision)) &&
                  expected->choice == choice && expected->codes == codes)
          << "got " << row << "}},";
    }
  }
  EXPECT_EQ(seen, cases().size()) << "a case names a device or a policy that is not there";
  EXPECT_GE(seen, 60u);
}

TEST(GateCases, SameFactsSamePolicySameAnswer) {
  const std::vector<Machine> all = machines();
  for (const Rules& rules : kPolicies) {
    const auto [policy, models] = policy_of(rules.json);
    const auto text = [&] {
      const PolicyAnswer answer =
          decide(policy, models, all[1].profile, test::rates(20), {"2026-11-23", {}, true});
      std::string words = answer.sentence + to_text(answer.decision) + answer.availability;
      for (const Reason& reason : answer.reasons) words += reason.code + reason.advice;
      return words + (answer.nearest ? answer.nearest->change + answer.nearest->words : "");
    };
    EXPECT_EQ(text(), text()) << rules.name;
  }
}

}  // namespace
}  // namespace weighin
