// Is each driver asked in a child of its own, and no child started for nothing?
#include "probes/gpu/ask_drivers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "support/fake_host.hpp"
#include "vulkan/answer_frame.hpp"

namespace weighin {
namespace {

using nlohmann::json;
using test::FakeHost;
using ::testing::HasSubstr;

constexpr const char* kManifest = R"({"ICD": {"library_path": "/lib/NAME.so"}})";

void add_driver(FakeHost& host, const std::string& name) {
  std::string text = kManifest;
  text.replace(text.find("NAME"), 4, name);
  host.files["/etc/vulkan/icd.d/" + name + ".json"] = text;
}

ProbeOptions options() {
  ProbeOptions options;
  options.program = "/usr/bin/weighin";
  options.driver_deadline_seconds = 7.0;
  return options;
}

// As the child of this request writes it.
std::string frame(const ChildRequest& request, FrameKind kind, std::string_view payload = {}) {
  for (const auto& [name, value] : request.environment) {
    if (name == kFrameToken) return write_frame(kind, payload, value);
  }
  ADD_FAILURE() << "the child was given no token";
  return {};
}

json ask(const FakeHost& host, const ProbeOptions& with = options()) {
  const auto text = ask_drivers(host, with);
  EXPECT_TRUE(text.ok());
  return json::parse(text ? *text : "null", nullptr, false);
}

TEST(AskDrivers, StartsNoChildWhereThereIsNoDriver) {
  FakeHost host;
  host.child = [](const ChildRequest&) -> ChildAnswer {
    ADD_FAILURE() << "a child was started";
    return {};
  };
  const json answer = ask(host);
  EXPECT_EQ(answer["schema"], "weighin-gpu-answer/1");
  ASSERT_EQ(answer["drivers"].size(), 1u);
  EXPECT_EQ(answer["drivers"][0]["status"], "unsupported");
  EXPECT_THAT(answer["drivers"][0]["why"].get<std::string>(),
              HasSubstr("no Vulkan driver is installed"));
}

TEST(AskDrivers, GivesEachChildOneManifestAndItsLimits) {
  FakeHost host;
  add_driver(host, "a");
  add_driver(host, "b");
  host.files["/usr/share/vulkan/implicit_layer.d/x.json"] =
      R"({"layer": {"disable_environment": {"NOT_ME": "1"}}})";
  std::vector<ChildRequest> requests;
  host.child = [&](const ChildRequest& request) {
    requests.push_back(request);
    ChildAnswer answer;
    answer.end = ChildEnd::exited;
    answer.output = frame(request, FrameKind::end);
    return answer;
  };
  const json answer = ask(host);
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].program, "/usr/bin/weighin");
  EXPECT_THAT(requests[0].arguments, testing::ElementsAre("__gpu-probe", "vulkan", "/lib/a.so"));
  EXPECT_EQ(requests[1].arguments.back(), "/lib/b.so");
  EXPECT_EQ(requests[0].deadline_seconds, 7.0);
  const auto& set = requests[1].environment;
  const auto has = [&](const char* name, const char* value) {
    return std::find(set.begin(), set.end(), std::pair<std::string, std::string>(name, value)) !=
           set.end();
  };
  EXPECT_TRUE(has("VK_DRIVER_FILES", "/etc/vulkan/icd.d/b.json"));
  EXPECT_TRUE(has("VK_ICD_FILENAMES", "/etc/vulkan/icd.d/b.json"));
  EXPECT_TRUE(has("VK_LOADER_LAYERS_DISABLE", "~implicit~"));
  EXPECT_TRUE(has("VK_INSTANCE_LAYERS", ""));
  EXPECT_TRUE(has("NOT_ME", "1"));
  // Neither has found a device, and neither is at fault.
  EXPECT_EQ(answer["drivers"][0]["status"], "unsupported");
  EXPECT_EQ(answer["drivers"][0]["why"], "found no device that it can use");
}

TEST(AskDrivers, AsksNvmlWhereNvidiasModuleIs) {
  FakeHost host;
  host.files["/proc/driver/nvidia/version"] = "NVRM version: x\n";
  std::vector<std::string> last;
  host.child = [&](const ChildRequest& request) {
    last = request.arguments;
    ChildAnswer answer;
    answer.end = ChildEnd::exited;
    answer.output =
        frame(request, FrameKind::failure, "NVML does not start: Driver/library version mismatch");
    return answer;
  };
  const json answer = ask(host);
  EXPECT_THAT(last, testing::ElementsAre("__gpu-probe", "nvml"));
  EXPECT_EQ(answer["drivers"].back()["driver"], "nvml");
  EXPECT_EQ(answer["drivers"].back()["status"], "error");
  EXPECT_THAT(answer["drivers"].back()["why"].get<std::string>(), HasSubstr("mismatch"));
}

TEST(AskDrivers, KeepsTheDevicesToldBeforeACrash) {
  FakeHost host;
  add_driver(host, "a");
  host.child = [&](const ChildRequest& request) {
    ChildAnswer answer;
    answer.end = ChildEnd::signalled;
    answer.code = SIGSEGV;
    answer.output = frame(request, FrameKind::device, R"({"name":"first"})") +
                    frame(request, FrameKind::stage, "describing device 1");
    return answer;
  };
  const json answer = ask(host);
  const json& driver = answer["drivers"][0];
  EXPECT_EQ(driver["devices"][0]["name"], "first");
  EXPECT_EQ(driver["status"], "error");
  EXPECT_EQ(driver["why"], "crashed (SIGSEGV) while describing device 1");
}

TEST(AskDrivers, TakesNoFrameWithoutItsToken) {
  FakeHost host;
  add_driver(host, "a");
  host.child = [&](const ChildRequest&) {
    ChildAnswer answer;
    answer.end = ChildEnd::exited;
    answer.output =
        write_frame(FrameKind::device, R"({"name":"forged"})") + write_frame(FrameKind::end, "");
    return answer;
  };
  const json driver = ask(host)["drivers"][0];
  EXPECT_EQ(driver["status"], "error");
  EXPECT_TRUE(driver["devices"].empty());
  EXPECT_THAT(driver["why"].get<std::string>(), HasSubstr("answered rubbish"));
}

TEST(AskDrivers, TakesADeviceThatIsNoObjectForRubbish) {
  FakeHost host;
  add_driver(host, "a");
  host.child = [&](const ChildRequest& request) {
    ChildAnswer answer;
    answer.end = ChildEnd::exited;
    answer.output = frame(request, FrameKind::device, std::string(100000, '[')) +
                    frame(request, FrameKind::device, "17") + frame(request, FrameKind::end);
    return answer;
  };
  const json answer = ask(host);
  EXPECT_EQ(answer["drivers"][0]["status"], "error");
  EXPECT_TRUE(answer["drivers"][0]["devices"].empty());
}

TEST(AskDrivers, NeverMultiplies) {
  FakeHost host;
  add_driver(host, "a");
  host.child = [](const ChildRequest&) -> ChildAnswer {
    ADD_FAILURE() << "a child was started";
    return {};
  };
  // In a child already, or in a program that only uses the library.
  host.variables["WEIGHIN_ANSWER_FD"] = "5";
  EXPECT_EQ(ask(host)["drivers"][0]["status"], "skipped");
  host.variables.clear();
  host.links["/proc/self/exe"] = "/usr/bin/another-program";
  EXPECT_EQ(ask(host, {})["drivers"][0]["status"], "skipped");
}

TEST(AskDrivers, FindsItsOwnProgram) {
  FakeHost host;
  add_driver(host, "a");
  host.links["/proc/self/exe"] = "/opt/bin/weighin";
  std::string program;
  host.child = [&](const ChildRequest& request) {
    program = request.program;
    return ChildAnswer{};
  };
  ask(host, {});
  EXPECT_EQ(program, "/opt/bin/weighin");
}

TEST(AskDrivers, SkipsManifestsOfOtherProcessorsAndNamesBrokenOnes) {
  FakeHost host;
  host.files["/etc/vulkan/icd.d/i686.json"] =
      R"({"ICD": {"library_path": "/lib32/a.so", "library_arch": ")" +
      std::string(sizeof(void*) == 8 ? "32" : "64") + R"("}})";
  host.files["/etc/vulkan/icd.d/rubbish.json"] = "rubbish";
  const json answer = ask(host);
  ASSERT_EQ(answer["drivers"].size(), 2u);
  EXPECT_EQ(answer["drivers"][0]["status"], "skipped");
  EXPECT_EQ(answer["drivers"][1]["status"], "error");
}

}  // namespace
}  // namespace weighin
