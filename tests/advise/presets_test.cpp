// Do the presets decide as the gates that they stand for?
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "advise/devices.hpp"
#include "weighin/gate.hpp"

namespace weighin {
namespace {

Policy preset(const char* name) {
  auto policy = read_policy(preset_text(name), std::string("preset:") + name);
  EXPECT_TRUE(policy) << (policy ? "" : to_text(policy.error()));
  return policy ? *policy : Policy{};
}

GateFacts gpu_facts(double vram_mib, double decode, double prefill) {
  GateFacts facts;
  facts.gpu = Known<bool>::of(true, "a driver");
  facts.unified = Known<bool>::of(false, "a driver");
  facts.memory_bytes = Known<Bytes>::of(16 * kGiB, "/proc/meminfo");
  facts.vram_bytes = Known<Bytes>::of(static_cast<Bytes>(vram_mib * 1048576.0), "a driver");
  facts.decode_per_second = Known<double>::of(decode, "measured", KnownBy::measured);
  facts.prefill_per_second = Known<double>::of(prefill, "measured", KnownBy::measured);
  facts.fit = Fit::fits;
  return facts;
}

std::string chosen(const Policy& policy, const GateFacts& facts) {
  const PolicyAnswer answer = decide_on(policy, {"2026-11-23", {}, false},
                                        [&](const Choice&, std::size_t) { return facts; });
  return answer.choice < 0 ? "none" : answer.choices[static_cast<std::size_t>(answer.choice)].name;
}

// The order of checks as Chromium takes them: VRAM, decode, prefill
// (services/on_device_model/ml/performance_class.cc).
std::string chromium_class(double vram_mib, double decode, double prefill) {
  if (vram_mib < 3000 || decode < 5 || prefill < 50) return "none";  // Very Low: may not run
  if (prefill < 75) return "low";
  if (prefill < 150 || vram_mib < 5500) return "medium";
  return prefill < 500 ? "high" : "very-high";
}

TEST(Presets, ChromiumsClassesOnEveryBoundary) {
  const Policy policy = preset("chromium-classes");
  std::size_t cases = 0;
  for (const double vram : {0.0, 1024.0, 2999.0, 3000.0, 3001.0, 5499.0, 5500.0, 5501.0, 24576.0}) {
    for (const double decode : {0.0, 4.99, 5.0, 5.01, 100.0}) {
      for (const double prefill : {0.0, 49.9, 50.0, 50.1, 74.9, 75.0, 75.1, 149.9, 150.0, 150.1,
                                   499.9, 500.0, 500.1, 5000.0}) {
        EXPECT_EQ(chosen(policy, gpu_facts(vram, decode, prefill)),
                  chromium_class(vram, decode, prefill))
            << vram << " MiB " << decode << " " << prefill;
        ++cases;
      }
    }
  }
  EXPECT_GE(cases, 200u);
}

TEST(Presets, ChromiumTakesHalfTheMemoryForAnIntegratedGpu) {
  const Policy policy = preset("chromium-classes");
  for (const double gib : {5.0, 5.9, 6.0, 10.7, 10.8, 16.0}) {
    GateFacts facts = gpu_facts(512, 20, 600);
    facts.unified = Known<bool>::of(true, "a driver");
    facts.memory_bytes = Known<Bytes>::of(static_cast<Bytes>(gib * 1073741824.0), "/proc/meminfo");
    EXPECT_EQ(chosen(policy, facts), chromium_class(gib * 512, 20, 600)) << gib;
  }
  GateFacts none = gpu_facts(8000, 20, 600);
  none.gpu = Known<bool>::of(false, "no GPU was found");
  EXPECT_EQ(chosen(policy, none), "none");
}

TEST(Presets, ChromiumsWayOfTheProcessor) {
  const Policy policy = preset("chromium");
  for (const int mib : {14999, 15000, 15001}) {
    for (const int cores : {3, 4, 8}) {
      for (const int disk : {19, 20, 21}) {
        GateFacts facts;
        facts.gpu = Known<bool>::of(false, "no GPU was found");
        facts.memory_bytes = Known<Bytes>::of(mib * kMiB, "/proc/meminfo");
        facts.logical_cores = Known<std::int64_t>::of(cores, "hwloc");
        facts.disk_free_bytes = Known<Bytes>::of(disk * kGiB, "statvfs");
        EXPECT_EQ(chosen(policy, facts), mib >= 15000 && cores >= 4 && disk >= 20 ? "cpu" : "none")
            << mib << " " << cores << " " << disk;
      }
    }
  }
}

TEST(Presets, GalleryPhiOllamaWebllm) {
  const auto memory = [](double gib) {
    GateFacts facts = gpu_facts(0, 0, 0);
    facts.gpu = Known<bool>::of(false, "no GPU was found");
    facts.memory_bytes = Known<Bytes>::of(static_cast<Bytes>(gib * 1073741824.0), "/proc/meminfo");
    return facts;
  };
  const Policy gallery = preset("ai-edge-gallery");
  EXPECT_EQ(chosen(gallery, memory(11.4)), "Gemma-4-E4B-it") << "sold as 12 GB";
  EXPECT_EQ(chosen(gallery, memory(7.5)), "Gemma-4-E2B-it");
  EXPECT_EQ(chosen(gallery, memory(5.6)), "Gemma3-1B-IT");
  EXPECT_EQ(chosen(gallery, memory(3.8)), "none") << "though the file has 0.6 GB";
  const Policy ollama = preset("ollama-like");
  EXPECT_EQ(chosen(ollama, memory(31.2)), "33B");
  EXPECT_EQ(chosen(ollama, memory(15.4)), "13B");
  EXPECT_EQ(chosen(ollama, memory(7.6)), "7B");
  EXPECT_EQ(chosen(ollama, memory(7.0)), "none");
  const Policy phi = preset("phi-silica");
  GateFacts facts = gpu_facts(6144, 0, 0);
  facts.gpu_vendor = Known<std::string>::of("NVIDIA", "a driver");
  facts.gpu_name = Known<std::string>::of("NVIDIA GeForce RTX 3060 Laptop GPU", "a driver");
  facts.os = Known<std::string>::of("windows", "a description");
  EXPECT_EQ(chosen(phi, facts), "gpu");
  facts.os = Known<std::string>::of("linux", "a description");
  EXPECT_EQ(chosen(phi, facts), "none");
  facts.os = Known<std::string>::of("windows", "a description");
  facts.gpu_name = Known<std::string>::of("NVIDIA GeForce RTX 2080", "a driver");
  EXPECT_EQ(chosen(phi, facts), "none");
  const Policy webllm = preset("webllm");
  GateFacts browser = gpu_facts(4000, 0, 0);
  browser.gpu_buffer_bytes = Known<Bytes>::of(kGiB, "a driver");
  browser.gpu_features = Known<std::vector<std::string>>::of({"shader_float16"}, "a driver");
  EXPECT_EQ(chosen(webllm, browser), "Llama-3.2-3B-Instruct-q4f16_1");
  browser.gpu_buffer_bytes = Known<Bytes>::of(kGiB / 8, "a driver");
  EXPECT_EQ(chosen(webllm, browser), "none");
}

TEST(Presets, AllCanBeReadAndNoneIsUnknown) {
  EXPECT_GE(preset_names().size(), 6u);
  for (const std::string_view name : preset_names())
    EXPECT_FALSE(preset(std::string(name).c_str()).choices.empty()) << name;
  EXPECT_TRUE(preset_text("nonsense").empty());
}

TEST(Presets, TheSchemaKnowsEveryCondition) {
  const auto schema =
      nlohmann::json::parse(test::slurp(test::source_folder() / "docs/schema/policy.json"));
  const auto& keys = schema["$defs"]["conditions"]["properties"];
  EXPECT_EQ(keys.size(), condition_list().size());
  for (const ConditionInfo& info : condition_list())
    EXPECT_TRUE(keys.contains(std::string(info.key))) << info.key;
}

}  // namespace
}  // namespace weighin
