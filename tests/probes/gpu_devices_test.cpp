// Are GPUs that nobody here owns told truly, through the real Vulkan loader?
//
// tests/drivers/fake.cpp serves any device that is described to it; the descriptions are those of
// the recorded heaps (heaps.json), and oddities that drivers have shown or might show.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "probes/chosen_drivers.hpp"

namespace weighin {
namespace {

using nlohmann::json;
using test::ask_gpus;
using test::Outcome;
using test::TemporaryFolder;
using ::testing::HasSubstr;

// A folder of manifests, each with a machine of its own behind the same library.
class Machines {
 public:
  void add(const std::string& name, const json& machine) {
    const std::filesystem::path library = folder_.path() / ("lib" + name + ".so");
    std::filesystem::create_symlink(std::string(WEIGHIN_BINARY_DIR) + "/drivers/libfake.so",
                                    library);
    folder_.write(name + ".json", test::manifest_of("./lib" + name + ".so"));
    folder_.write(name + ".gpu", machine.dump());
    files_ += (folder_.path() / (name + ".json")).string() + ":";
  }
  Outcome ask(double deadline = 20.0) const { return ask_gpus(files_, deadline); }

 private:
  TemporaryFolder folder_;
  std::string files_;
};

json device(const std::string& type = "discrete") {
  return {{"name", "Fake GPU"},
          {"vendor_id", 0x1002},
          {"device_id", 0x73bf},
          {"type", type},
          {"api_version", "1.3.200"},
          {"heaps", {{{"size_bytes", 8 * kGiB}, {"flags", 1}}}},
          {"memory_types", {{{"heap", 0}, {"flags", 1}}}}};
}

json one(const json& about) { return {{"devices", json::array({about})}}; }

class FakeDriver : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::has_loader()) GTEST_SKIP() << "no Vulkan loader (libvulkan1) on this machine";
  }
};

TEST_F(FakeDriver, ServesARecordedAnswerAgain) {
  const json recorded = json::parse(
      test::slurp(test::source_folder() / "tests/fuzz/corpus/gpu_answers_fuzz/lavapipe.json"));
  json about;
  for (const json& driver : recorded["drivers"]) {
    for (const json& each : driver.value("devices", json::array())) about = each;
  }
  about["cooperative_matrices"] = {{{"m", 16},
                                    {"n", 16},
                                    {"k", 16},
                                    {"a", "f16"},
                                    {"b", "f16"},
                                    {"c", "f32"},
                                    {"result", "f32"}}};
  about["pci"] = {{"domain", 0}, {"bus", 59}, {"device", 0}, {"function", 1}};
  about["luid"] = "0102030405060708";
  about["heaps"][0]["budget_bytes"] = 1000;
  about["heaps"][0]["usage_bytes"] = 10;
  about["features"].push_back("memory_budget");
  Machines machines;
  machines.add("recorded", one(about));
  const json answer = json::parse(machines.ask().document);
  json back = answer["drivers"][0]["devices"][0];
  std::sort(back["features"].begin(), back["features"].end());
  std::sort(about["features"].begin(), about["features"].end());
  EXPECT_EQ(back, about) << json::diff(about, back).dump(1);
}

TEST_F(FakeDriver, TellsTheMemoryOfEveryRecordedDeviceThroughTheLoader) {
  const json document = json::parse(test::slurp(test::source_folder() / "tests/probes/heaps.json"));
  // All devices of one driver at once: none of them is another one.
  json all = json::array();
  for (const json& recorded : document["devices"]) {
    json about = device();
    about["name"] = recorded["id"];
    about["vendor_id"] = std::stoul(recorded["vendor_id"].get<std::string>(), nullptr, 16);
    const std::string type = recorded["device_type"];
    about["type"] = type == "DISCRETE_GPU" ? "discrete" : type == "CPU" ? "cpu" : "integrated";
    const std::string names =
        recorded["name"].get<std::string>() + " " +
        (recorded["driver"].is_string() ? recorded["driver"].get<std::string>() : "");
    about["driver_id"] = names.find("RADV") != std::string::npos ? 3 : 0;
    about["driver_name"] = "fake";
    about["heaps"] = json::array();
    for (const json& heap : recorded["heaps"]) {
      json raw{{"size_bytes", heap["size_bytes"]},
               {"flags", heap["device_local"].get<bool>() ? 1 : 0}};
      if (heap["budget_bytes"].is_number()) raw["budget_bytes"] = heap["budget_bytes"];
      if (heap["usage_bytes"].is_number()) raw["usage_bytes"] = heap["usage_bytes"];
      about["heaps"].push_back(raw);
    }
    all.push_back(about);
  }
  Machines machines;
  machines.add("all", {{"devices", all}});
  const Outcome outcome = machines.ask();
  EXPECT_EQ(outcome.profile.gpus.size(), document["devices"].size());
  std::size_t checked = 0;
  for (const json& recorded : document["devices"]) {
    const auto found = std::find_if(outcome.profile.gpus.begin(), outcome.profile.gpus.end(),
                                    [&](const Gpu& gpu) { return gpu.name == recorded["id"]; });
    ASSERT_NE(found, outcome.profile.gpus.end()) << recorded["id"];
    EXPECT_EQ(found->software, recorded["device_type"] == "CPU") << recorded["id"];
    EXPECT_EQ(*found->unified, recorded["device_type"] != "DISCRETE_GPU") << recorded["id"];
    // Memory that is shared is capped by this machine's RAM: only cards of their own compare.
    if (recorded["device_type"] != "DISCRETE_GPU" || !recorded["true_vram_bytes"].is_number())
      continue;
    ++checked;
    const auto truth = recorded["true_vram_bytes"].get<double>();
    EXPECT_NEAR(static_cast<double>(*found->vram_bytes) / truth, 1.0, 0.03) << recorded["id"];
  }
  EXPECT_GE(checked, 15u);
}

TEST_F(FakeDriver, MayClaimAThousandDevices) {
  json machine = {{"devices", json::array()}};
  for (int i = 0; i < 1000; ++i) machine["devices"].push_back(device());
  Machines machines;
  machines.add("many", machine);
  const Outcome outcome = machines.ask();
  EXPECT_EQ(outcome.profile.gpus.size(), 64u);
  EXPECT_THAT(outcome.fault("many.json"), HasSubstr("claims 1000 devices"));
}

TEST_F(FakeDriver, MayChangeItsMindBetweenTheCalls) {
  for (const int claimed : {3, 1}) {
    json machine = {{"devices", {device(), device()}}};
    machine["faults"]["vkEnumeratePhysicalDevices"] = claimed;
    Machines machines;
    machines.add("fickle", machine);
    const Outcome outcome = machines.ask();
    EXPECT_LE(outcome.profile.gpus.size(), 2u) << claimed;
    // A list that grows is an error to the loader: then the report says that there is no device.
    EXPECT_EQ(outcome.profile.gpus.size(), claimed == 3 ? 2u : 0u) << outcome.document;
    EXPECT_TRUE(!outcome.profile.gpus.empty() || !outcome.profile.gpu_faults.empty());
  }
}

TEST_F(FakeDriver, MayClaimAnyCount) {
  // Four thousand million extensions, queue families, heaps and types, and fewer than it then
  // lists.
  for (const std::uint32_t claimed : {4294967295u, 1u, 0u}) {
    json machine = one(device());
    machine["devices"][0]["queues"] = {{{"flags", 2}, {"count", 1}, {"timestamp_bits", 64}},
                                       {{"flags", 4}, {"count", 1}, {"timestamp_bits", 0}}};
    machine["devices"][0]["heap_count"] = claimed;
    machine["devices"][0]["driver_id"] = 3;
    machine["devices"][0]["driver_name"] = "fake";
    machine["faults"]["vkEnumerateDeviceExtensionProperties"] = claimed;
    machine["faults"]["vkGetPhysicalDeviceQueueFamilyProperties"] = claimed;
    Machines machines;
    machines.add("counts", machine);
    machines.add("good", one(device()));
    const Outcome outcome = machines.ask();
    // So many extensions are more than the loader bears, not more than we do.
    const std::size_t seen = claimed == 4294967295u ? outcome.profile.gpu_faults.size() : 0;
    EXPECT_EQ(outcome.profile.gpus.size() + seen, 2u) << claimed << outcome.document;
    EXPECT_GE(outcome.profile.gpus.size(), 1u) << "the good one";
    // With no heap there is no memory, but still a GPU.
    for (const Gpu& gpu : outcome.profile.gpus) EXPECT_LE(gpu.heaps.size(), 16u);
  }
}

TEST_F(FakeDriver, MayReturnNothingWhereItSaysSuccess) {
  const std::pair<const char*, const char*> faults[] = {{"vkCreateInstance", "lost"},
                                                        {"vkCreateInstance", "no_memory"},
                                                        {"vkEnumeratePhysicalDevices", "null"},
                                                        {"vkEnumeratePhysicalDevices", "lost"},
                                                        {"vkEnumeratePhysicalDevices", "no_memory"},
                                                        {"vkEnumeratePhysicalDevices", "overrun"}};
  Machines machines;
  machines.add("good", one(device()));
  for (const auto& [function, fault] : faults) {
    json machine = one(device());
    machine["faults"][function] = fault;
    machines.add(std::string(fault) + "_" + function, machine);
  }
  const Outcome outcome = machines.ask();
  EXPECT_EQ(outcome.profile.gpus.size(), 1u) << outcome.document;
  for (const auto& [function, fault] : faults) {
    const std::string name = std::string(fault) + "_" + function + ".json";
    EXPECT_THAT(outcome.fault(name), testing::Not(HasSubstr("no fault of"))) << outcome.document;
  }
  EXPECT_FALSE(test::child_left());
}

TEST_F(FakeDriver, MayBeSlowAndStillBeHeard) {
  json machine = one(device());
  machine["slow_milliseconds"] = 700;
  Machines machines;
  machines.add("slow", machine);
  const Outcome outcome = machines.ask();
  EXPECT_EQ(outcome.profile.gpus.size(), 1u) << outcome.document;
  EXPECT_TRUE(outcome.profile.gpu_faults.empty());
}

TEST_F(FakeDriver, MaySayWhatMakesNoSense) {
  json odd = device();
  odd["name_hex"] = std::string(512, 'f');  // 256 bytes that are no UTF-8, and no NUL at the end
  odd.erase("name");
  odd["limits"]["timestamp_period_nanoseconds"] = nullptr;  // the fake says NaN
  odd["limits"]["timestamps"] = true;
  odd["limits"]["max_memory_allocation_bytes"] = ~0ull;
  odd["heaps"] = {
      {{"size_bytes", ~0ull}, {"flags", 1}, {"budget_bytes", ~0ull}, {"usage_bytes", ~0ull}}};
  json none = device();
  none["heaps"] = json::array();
  none["memory_types"] = json::array();
  Machines machines;
  machines.add("odd", {{"devices", {odd, none}}});
  const Outcome outcome = machines.ask();
  ASSERT_EQ(outcome.profile.gpus.size(), 2u) << outcome.document;
  for (const Gpu& gpu : outcome.profile.gpus) {
    EXPECT_FALSE(gpu.name.empty());
    EXPECT_FALSE(gpu.vram_bytes);
    EXPECT_FALSE(gpu.vram_bytes.why.empty());
  }
  EXPECT_NO_THROW(static_cast<void>(json(outcome.profile.gpus[0].name).dump()));
}

TEST_F(FakeDriver, OneGpuThroughTwoDriversIsOne) {
  json radv = device(), amdvlk = device();
  radv["driver_id"] = 3;
  radv["driver_name"] = "radv";
  amdvlk["driver_id"] = 2;
  amdvlk["driver_name"] = "AMD open-source driver";
  radv["pci"] = amdvlk["pci"] = {{"domain", 0}, {"bus", 3}, {"device", 0}, {"function", 0}};
  Machines machines;
  machines.add("a_amdvlk", one(amdvlk));
  machines.add("b_radv", one(radv));
  const Outcome outcome = machines.ask();
  ASSERT_EQ(outcome.profile.gpus.size(), 1u) << outcome.document;
  EXPECT_THAT(*outcome.profile.gpus[0].driver, HasSubstr("radv"));
  EXPECT_THAT(outcome.profile.gpus[0].seen_through,
              testing::ElementsAre("b_radv.json", "a_amdvlk.json"));
}

TEST_F(FakeDriver, MayFailAtEveryStep) {
  const std::pair<const char*, const char*> steps[] = {
      {"vk_icdNegotiateLoaderICDInterfaceVersion", "while creating an instance"},
      {"vkCreateInstance", "while creating an instance"},
      {"vkEnumeratePhysicalDevices", "while listing its devices"},
      {"vkGetPhysicalDeviceProperties", "while "},
      {"vkGetPhysicalDeviceMemoryProperties", "while describing device 0"},
      {"vkEnumerateDeviceExtensionProperties", "while "},  // the loader asks it, too
  };
  Machines machines;
  machines.add("good", one(device()));
  std::size_t count = 0;
  for (const auto& [function, stage] : steps) {
    for (const char* fault : {"crash", "abort", "exit", "hang"}) {
      json machine = one(device());
      machine["faults"][function] = fault;
      machines.add(std::string(fault) + "_in_" + function, machine);
      ++count;
    }
  }
  const Outcome outcome = machines.ask(6.0);
  EXPECT_EQ(outcome.profile.gpus.size(), 1u) << outcome.document;
  EXPECT_EQ(outcome.profile.gpu_faults.size(), count);
  for (const auto& [function, stage] : steps) {
    const std::string where = std::string("_in_") + function + ".json";
    EXPECT_THAT(outcome.fault("crash" + where),
                testing::AllOf(HasSubstr("crashed (SIGSEGV)"), HasSubstr(stage)));
    EXPECT_THAT(outcome.fault("abort" + where),
                testing::AllOf(HasSubstr("crashed (SIGABRT)"), HasSubstr(stage)));
    // exit() in the middle of the loader may find a lock of the loader's held, and never end.
    EXPECT_THAT(outcome.fault("exit" + where),
                testing::AllOf(testing::AnyOf(HasSubstr("ended by itself (exit code 0)"),
                                              HasSubstr("did not answer within")),
                               HasSubstr(stage)));
    EXPECT_THAT(outcome.fault("hang" + where),
                testing::AllOf(HasSubstr("did not answer within"), HasSubstr(stage)));
  }
  EXPECT_FALSE(test::child_left());
}

}  // namespace
}  // namespace weighin
