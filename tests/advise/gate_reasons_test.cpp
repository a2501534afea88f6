// Is every listed reason the answer of some gate, whole: with class, need, have, unit and advice?
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "advise/devices.hpp"
#include "advise/reasons.hpp"
#include "weighin/gate.hpp"

namespace weighin {
namespace {

using test::device;

DeviceProfile changed(DeviceProfile made, const std::function<void(DeviceProfile&)>& change) {
  change(made);
  return made;
}

DeviceProfile desktop() { return device(12, 15.4); }

DeviceProfile desktop_with_fault(const char* why) {
  return changed(desktop(), [&](DeviceProfile& made) {
    made.gpu_faults.push_back({"bad_icd.json", Status::error, why});
  });
}

/// Decode, prefill and the storage, so that every speed of a Q4 model can be told.
Measurements all_rates(BenchStatus status = BenchStatus::ok) {
  Measurements made = test::rates(20, "cpu", status);
  for (const char* format : {"Q4_0", "Q4_K", "Q6_K", "F16"}) {
    Measurement prefill = made.list.back();
    prefill.name = "prefill";
    prefill.format = format;
    prefill.bytes_per_second.reset();
    prefill.operations_per_second = Range{190e9, 200e9, 210e9};
    made.list.push_back(prefill);
  }
  Measurement storage = made.list.front();
  storage.name = "storage read";
  storage.place = "storage";
  storage.bytes_per_second = Range{0.4e9, 0.5e9, 0.6e9};
  made.list.push_back(storage);
  return made;
}

struct ReasonCase {
  const char* code;
  const char* cls;
  const char* choice;  // what the policy's only choice says
  DeviceProfile profile;
  Measurements measurements = all_rates();
};

std::vector<ReasonCase> reason_cases() {
  const DeviceProfile small_gpu = test::with_gpu(desktop(), 1.8, 2);
  const DeviceProfile read_only = changed(desktop(), [](DeviceProfile& made) {
    made.storage.front().read_only = Known<bool>::of(true, "/proc/self/mountinfo");
  });
  const DeviceProfile driverless = changed(small_gpu, [](DeviceProfile& made) {
    made.gpus.front().api = "nvml";
  });
  const DeviceProfile old_driver = changed(small_gpu, [](DeviceProfile& made) {
    made.gpus.front().api_version = Known<std::string>::of("1.0.65", "a driver");
    made.gpus.front().features = Known<std::vector<std::string>>::of({}, "a driver");
  });
  const DeviceProfile battery = changed(desktop(), [](DeviceProfile& made) {
    made.power.on_battery = Known<bool>::of(true, "/sys/class/power_supply");
  });
  const DeviceProfile two_cores = changed(desktop(), [](DeviceProfile& made) {
    made.cpu.physical_cores = Known<std::int64_t>::of(2, "hwloc");
  });
  const DeviceProfile blind = changed(desktop(), [](DeviceProfile& made) {
    made.memory.usable_bytes = made.memory.capacity_bytes = made.memory.total_bytes =
        Known<Bytes>::unknown(Status::error, "cannot be read");
  });
  const char* const small = R"("model": "smollm2-135m")";
  const char* const slow = R"("model": "gemma-2b", "conditions": {"min_decode": 500})";
  const char* const close = R"("model": "gemma-2b", "conditions": {"min_decode": 10})";
  return {
      {"insufficientMemory", kPermanent, R"("model": "llama-3.1-70b")", desktop()},
      {"insufficientMemory", kTransient, R"("model": "llama-3.1-8b")", device(2, 15.4)},
      {"insufficientMemory", kUserFixable, R"("model": "llama-3.1-8b")",
       test::with_limit(device(50, 62), 1)},
      {"limitedByContainer", kUserFixable, R"("model": "llama-3.1-8b")",
       test::with_limit(device(50, 62), 1)},
      {"littleHeadroom", kTransient,
       R"("model": "smollm2-135m", "conditions": {"min_headroom": "100GiB"})", desktop()},
      {"insufficientVram", kPermanent, R"("conditions": {"min_vram": "6GiB"})", small_gpu},
      {"gpuAllocationLimit", kPermanent, R"("conditions": {"min_gpu_buffer": "8GiB"})", small_gpu},
      {"gpuMissing", kPermanent, R"("conditions": {"gpu": true})", desktop()},
      {"softwareGpuOnly", kPermanent, R"("conditions": {"gpu": true})",
       test::with_software_gpu(desktop())},
      {"gpuFeatureMissing", kPermanent, R"("conditions": {"gpu_features": "shader_float16"})",
       old_driver},
      {"gpuFeatureMissing", kUserFixable, R"("conditions": {"min_vulkan": "1.2"})", old_driver},
      {"missingDependency", kUserFixable, R"("conditions": {"min_vulkan": "1.2"})", driverless},
      {"probeCrashed", kUserFixable, R"("model": "llama-3.1-70b")",
       desktop_with_fault("crashed (SIGSEGV) while creating an instance")},
      {"probeTimedOut", kTransient, R"("model": "llama-3.1-70b")",
       desktop_with_fault("did not answer within 3.0 s while creating an instance")},
      {"diskFull", kUserFixable, R"("model": "llama-3.1-8b")",
       test::with_disk(desktop(), 300 * kMB)},
      {"storageReadOnly", kUserFixable, small, read_only},
      {"downloadTooLarge", kUserFixable,
       R"("model": "gemma-2b", "conditions": {"max_download": "10MB"})", desktop()},
      {"tooSlowDownload", kUserFixable, R"("model": "gemma-2b", "conditions":
          {"max_download_seconds": 60, "line_rate": "1 Mbit/s"})", desktop()},
      {"tooSlowDecode", kPermanent, slow, desktop()},
      {"measurementUnstable", kTransient, close, desktop(), all_rates(BenchStatus::unstable)},
      {"notMeasured", kUserFixable, slow, desktop(), {}},
      {"tooSlowPrefill", kPermanent,
       R"("model": "gemma-2b", "conditions": {"min_prefill": 100000})", desktop()},
      {"tooSlowFirstToken", kPermanent,
       R"("model": "gemma-2b", "conditions": {"max_first_token": 0.001})", desktop()},
      {"tooSlowLoad", kPermanent, R"("model": "gemma-2b", "conditions": {"max_load": 0.001})",
       desktop()},
      {"insufficientCores", kPermanent, R"("conditions": {"min_physical_cores": 8})", two_cores},
      {"instructionSetMissing", kPermanent, R"("conditions": {"instruction_sets": "avx512f"})",
       desktop()},
      {"systemNotSupported", kPermanent, R"("conditions": {"architectures": "aarch64"})",
       desktop()},
      {"onBattery", kTransient, R"("conditions": {"on_battery": false})", battery},
      {"degradedChoice", kPermanent, R"("model": "smollm2-135m", "degraded": true)", desktop()},
      {"contextTooLong", kUserFixable, R"("model": "smollm2-135m", "context": 1000000)", desktop()},
      {"noPublishedWeights", kPermanent, R"("model": "gpt-4")", desktop()},
      {"factUnknown", kUserFixable, small, blind},
  };
}

TEST(GateReasons, EachIsGivenWhole) {
  std::set<std::string> seen;
  for (const ReasonCase& each : reason_cases()) {
    const std::string what = std::string(each.code) + " (" + each.cls + ")";
    const auto policy = read_policy(
        std::string(R"({"schema": "weighin/policy/1", "choices": [{)") + each.choice + "}]}", "p");
    ASSERT_TRUE(policy) << what << ": " << to_text(policy.error());
    PolicyModels models(1);
    if (!policy->choices.front().model.empty())
      models.front() = test::model(policy->choices.front().model);
    const PolicyAnswer answer =
        decide(*policy, models, each.profile, each.measurements, {"2026-11-23", {}, false});
    bool given = false;
    for (const Reason& reason : answer.reasons) {
      EXPECT_TRUE(listed(reason)) << what << ": " << reason.code << " " << reason.cls;
      EXPECT_TRUE(reason.required.has_value()) << what << ": " << reason.code;
      const bool unknown = reason.code == "factUnknown" || reason.code == "notMeasured";
      EXPECT_NE(reason.actual.has_value(), unknown) << what << ": " << reason.code;
      EXPECT_FALSE(reason.unit.empty() || reason.advice.empty()) << what << ": " << reason.code;
      given = given || (reason.code == each.code && reason.cls == each.cls);
      seen.insert(reason.code);
    }
    EXPECT_TRUE(given) << what << " is not among the reasons: " << answer.sentence;
    EXPECT_NE(answer.decision, Decision::allow) << what;
    // An installer's dialog says it in plain words, without our codes.
    EXPECT_EQ(answer.sentence.find(each.code), std::string::npos) << answer.sentence;
    EXPECT_TRUE(answer.sentence.ends_with(".")) << answer.sentence;
  }
  for (const ReasonInfo& info : reason_list())
    EXPECT_TRUE(seen.count(info.code)) << info.code << " was never given";
}

}  // namespace
}  // namespace weighin
