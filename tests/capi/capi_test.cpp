// Does the C interface answer as the program does, and survive whatever it is given?
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "support/fake_card.hpp"
#include "support/support.hpp"
#include "weighin.h"

namespace {

using nlohmann::json;

const std::string kDevice = weighin::test::source_folder() / "tests/golden/devices/vm-24gb.json";
const std::string kBench = weighin::test::source_folder() / "tests/golden/bench.json";

struct Close {
  void operator()(weighin_context* context) const { weighin_close(context); }
};
using Context = std::unique_ptr<weighin_context, Close>;

Context opened(const json& options = {{"cache", false}, {"program", WEIGHIN_PROGRAM}}) {
  weighin_context* context = nullptr;
  char* error = nullptr;
  EXPECT_EQ(weighin_open(options.dump().c_str(), &context, &error), 0) << (error ? error : "");
  EXPECT_EQ(error, nullptr);
  return Context(context);
}

using Function = int (*)(weighin_context*, const char*, char**);
struct Answer {
  int code = -1;
  std::string text;
  json document() const { return json::parse(text, nullptr, false); }
};
Answer ask(Function function, weighin_context* context, const char* question) {
  char* text = nullptr;
  Answer answer;
  answer.code = function(context, question, &text);
  if (text != nullptr) answer.text = text;
  weighin_free(text);
  return answer;
}
Answer ask(Function function, const Context& context, const json& question) {
  return ask(function, context.get(), question.dump().c_str());
}

json read(const std::string& path) { return json::parse(weighin::test::slurp(path)); }

std::string printed_by_program(const std::string& words, const std::string& before = {}) {
  const std::string command = before + std::string(WEIGHIN_PROGRAM) + " " + words + " 2>/dev/null";
  std::FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  std::array<char, 4096> part{};
  for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;)
    text.append(part.data(), got);
  pclose(pipe);
  return text;
}

/// The one Vulkan driver of this process and its children: libNAME.so of tests/drivers.
class OneDriver {
 public:
  OneDriver(const std::string& manifest, const std::string& name) {
    const std::string library = std::string(WEIGHIN_BINARY_DIR) + "/drivers/lib" + name + ".so";
    write(manifest, R"({"file_format_version": "1.0.0", "ICD": {"api_version": "1.3.0", )"
                    R"("library_path": ")" +
                        library + "\"}}");
    setenv("VK_DRIVER_FILES", (folder_.path() / manifest).c_str(), 1);
  }
  ~OneDriver() { unsetenv("VK_DRIVER_FILES"); }
  OneDriver(const OneDriver&) = delete;
  OneDriver& operator=(const OneDriver&) = delete;
  void write(const std::string& file, const std::string& text) const { folder_.write(file, text); }

 private:
  weighin::test::TemporaryFolder folder_;
};

std::set<std::string> places(const Answer& bench) {
  std::set<std::string> all;
  const json document = bench.document();
  for (const json& each : document["measurements"]) all.insert(each["place"]);
  return all;
}

constexpr std::array<Function, 6> kQuestions{weighin_probe, weighin_estimate, weighin_check,
                                             weighin_gate,  weighin_bench,    weighin_models};

TEST(Capi, TellsItsVersions) {
  EXPECT_EQ(weighin_abi_version(), static_cast<unsigned>(WEIGHIN_ABI_VERSION));
  EXPECT_STREQ(weighin_version(), WEIGHIN_VERSION);
}

TEST(Capi, AGateHasTheBytesOfTheProgram) {
  // A document inside of a question has the name of its key, in place of a file's.
  const weighin::test::TemporaryFolder folder;
  folder.write("device", weighin::test::slurp(kDevice));
  folder.write("measured", weighin::test::slurp(kBench));
  const auto program = [&](const std::string& words) {
    return printed_by_program(words + " --json --date 2026-11-23 --device device",
                              "cd '" + folder.path().string() + "' && ");
  };
  const Context context = opened();
  const Answer flags = ask(weighin_gate, context,
                           {{"model", "gemma-2b"},
                            {"min_decode", 8},
                            {"max_download", "2GB"},
                            {"instruction_sets", json::array({"avx2", "fma"})},
                            {"on_battery", false},
                            {"date", "2026-11-23"},
                            {"device", read(kDevice)},
                            {"measured", read(kBench)}});
  EXPECT_EQ(flags.text,
            program("gate --model gemma-2b --min-decode 8 --max-download 2GB"
                    " --instruction-sets avx2,fma --on-battery no --measured measured"));
  EXPECT_EQ(flags.document()["schema"], "weighin/gate/1");
  const Answer preset =
      ask(weighin_gate, context,
          {{"preset", "chromium"}, {"date", "2026-11-23"}, {"device", read(kDevice)}});
  EXPECT_EQ(preset.text, program("gate --preset chromium"));
  EXPECT_NE(preset.text, flags.text);
}

TEST(Capi, APolicyInsideTheQuestionDecides) {
  const Context context = opened();
  json policy{{"schema", "weighin/policy/1"},
              {"choices", {{{"model", "smollm2-135m"}, {"conditions", {{"min_memory", "1GiB"}}}}}}};
  json question{{"policy", policy}, {"device", read(kDevice)}};
  EXPECT_EQ(ask(weighin_gate, context, question).code, 0);
  question["policy"]["choices"][0]["conditions"]["min_memory"] = "1000GiB";
  const Answer no = ask(weighin_gate, context, question);
  EXPECT_EQ(no.code, 1);
  EXPECT_EQ(no.document()["decision"], "deny");
  question["policy"]["choices"][0]["conditions"] = {{"min_memroy", "1GiB"}};
  const Answer wrong = ask(weighin_gate, context, question);
  EXPECT_EQ(wrong.code, 65);
  EXPECT_EQ(wrong.document()["schema"], "weighin/error/1");
  EXPECT_NE(wrong.text.find("min_memory"), std::string::npos) << wrong.text;
}

TEST(Capi, EveryQuestionHasItsDocument) {
  const Context context = opened();
  const Answer probe = ask(weighin_probe, context, {{"no_gpu", true}});
  EXPECT_EQ(probe.code, 0);
  EXPECT_EQ(probe.document()["schema"], "weighin/device/1");
  const Answer estimate =
      ask(weighin_estimate, context, {{"model", "gemma-2b"}, {"format", "Q8_0"}});
  EXPECT_EQ(estimate.code, 0);
  EXPECT_EQ(estimate.text, printed_by_program("estimate gemma-2b --format Q8_0 --json"));
  EXPECT_EQ(ask(weighin_estimate, context, {{"model", "gpt-4"}}).code, 1);
  const Answer check = ask(weighin_check, context, {{"model", "70B"}, {"device", read(kDevice)}});
  EXPECT_EQ(check.code, 1);
  EXPECT_EQ(check.document()["schema"], "weighin/report/1");
  const Answer models = ask(weighin_models, context, {{"model", {"gemma-2b", "7B"}}});
  EXPECT_EQ(models.code, 0);
  EXPECT_EQ(models.document()["models"].size(), 2u) << models.text.substr(0, 200);
  const Answer bench = ask(weighin_bench, context, {{"bench_seconds", 0.1}});
  EXPECT_TRUE(bench.code == 0 || bench.code == 2) << bench.text;
  EXPECT_EQ(bench.document()["schema"], "weighin/bench/1");
  char* schema = nullptr;
  EXPECT_EQ(weighin_schema("policy", &schema), 0);
  EXPECT_NE(std::string(schema).find("weighin/policy/1"), std::string::npos);
  weighin_free(schema);
}

TEST(Capi, WithoutTheProgramNoDriverIsAsked) {
  const Context context = opened({{"cache", false}, {"program", false}});
  const json document = ask(weighin_probe, context, json::object()).document();
  EXPECT_TRUE(document["gpus"].empty() || document["gpus"].is_object()) << document["gpus"];
  for (const json& fault : document["gpu_faults"]) {
    EXPECT_NE(fault["status"], "ok");
    if (fault["status"] == "skipped") {
      EXPECT_NE(fault["why"].get<std::string>().find("no program"), std::string::npos);
    }
  }
}

TEST(Capi, WithoutTheProgramTheMeasurementSaysThatNoGpuWasMeasured) {
  const OneDriver driver("fake.json", "fake");
  const Context context = opened({{"cache", false}, {"program", false}});
  const Answer bench = ask(weighin_bench, context, {{"bench_seconds", 0.1}});
  EXPECT_NE(bench.document()["warnings"].dump().find("no GPU was measured; not asked"),
            std::string::npos)
      << bench.document()["warnings"];
  EXPECT_EQ(places(bench).count("gpu0"), 0u);
}

TEST(Capi, GpusAreMeasuredByTheProgramAndNothingIsLeftOfIt) {
  const OneDriver driver("fake.json", "fake");
  driver.write("fake.gpu", weighin::test::fake_card().dump());
  const Context context = opened();
  const Answer bench = ask(weighin_bench, context, {{"bench_seconds", 0.1}, {"gpu", "0"}});
  EXPECT_EQ(bench.code, 0);
  ASSERT_EQ(places(bench).count("gpu0"), 1u);
  // The fake device copies, and computes nothing.
  const json document = bench.document();
  for (const json& each : document["measurements"]) {
    if (each["place"] != "gpu0") continue;
    const bool measured = each["status"] == "ok" || each["status"] == "unstable";
    EXPECT_EQ(measured, each["name"].get<std::string>().starts_with("transfer")) << each;
  }
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
  const Answer none = ask(weighin_bench, context, {{"bench_seconds", 0.1}, {"no_gpu", true}});
  EXPECT_EQ(places(none).count("gpu0"), 0u);
}

TEST(Capi, ADriverThatCrashesWhileItIsMeasuredIsAFact) {
  const OneDriver driver("fake.json", "fake");
  json machine = weighin::test::fake_card();
  machine["faults"]["vkQueueSubmit"] = "crash";
  driver.write("fake.gpu", machine.dump());
  const Answer bench = ask(weighin_bench, opened(), {{"bench_seconds", 0.1}});
  EXPECT_EQ(bench.code, 0);
  EXPECT_NE(bench.text.find("crashed (SIGSEGV) while measuring"), std::string::npos);
  EXPECT_NE(bench.document()["warnings"].dump().find("nothing of it was measured"),
            std::string::npos);
}

TEST(Capi, WithTheProgramDriversAreAskedByAChild) {
  const json with = ask(weighin_probe, opened(), json::object()).document();
  const json by_program = json::parse(printed_by_program("probe --json"));
  EXPECT_EQ(with["gpus"].size(), by_program["gpus"].size());
}

TEST(Capi, NothingIsAnErrorAndNoCrash) {
  const Context context = opened();
  for (const Function function : kQuestions) {
    const Answer none = ask(function, nullptr, "{}");
    EXPECT_EQ(none.code, 64);
    EXPECT_EQ(none.document()["schema"], "weighin/error/1");
    EXPECT_EQ(function(context.get(), "{}", nullptr), 64);
    EXPECT_EQ(function(nullptr, nullptr, nullptr), 64);
    for (const char* rubbish : {"[", "[]", "7", "\"x\"", "{\"a\":1,\"a\":2}", "\xff\xfe", "nul"}) {
      const Answer answer = ask(function, context.get(), rubbish);
      EXPECT_EQ(answer.code, 65) << rubbish;
      EXPECT_EQ(answer.document()["schema"], "weighin/error/1") << rubbish;
    }
    for (const char* key :
         {"no_such_key", "-", "help", "json", "device_file", "output", "", "a b"}) {
      const Answer answer = ask(function, context, json{{key, 1}});
      EXPECT_EQ(answer.code, 64) << key << answer.text;
    }
  }
  EXPECT_EQ(ask(weighin_gate, context.get(), nullptr).code, 64);  // nothing to decide on
  weighin_context* other = nullptr;
  EXPECT_EQ(weighin_open(nullptr, nullptr, nullptr), 64);
  EXPECT_EQ(weighin_open("{", &other, nullptr), 65);
  EXPECT_EQ(other, nullptr);
  weighin_close(nullptr);
  weighin_free(nullptr);
  char* text = nullptr;
  EXPECT_EQ(weighin_schema(nullptr, &text), 64);
  weighin_free(text);
  EXPECT_EQ(weighin_schema("nonsense", nullptr), 64);
}

TEST(Capi, AMisspeltKeyIsNamed) {
  const Answer answer = ask(weighin_gate, opened(), {{"model", "gemma-2b"}, {"min_decod", 8}});
  EXPECT_EQ(answer.code, 64);
  EXPECT_NE(answer.text.find("min_decode"), std::string::npos) << answer.text;
}

TEST(Capi, TooLongADeepQuestionIsRefused) {
  const Context context = opened();
  const std::string long_text(std::size_t{WEIGHIN_MOST_QUESTION_BYTES} + 10, ' ');
  EXPECT_EQ(ask(weighin_gate, context.get(), long_text.c_str()).code, 65);
  const std::string deep =
      "{\"policy\":" + std::string(100000, '[') + std::string(100000, ']') + "}";
  EXPECT_EQ(ask(weighin_gate, context.get(), deep.c_str()).code, 65);
  EXPECT_EQ(ask(weighin_gate, context, {{"model", std::string(100000, 'x')}}).code, 64);
}

TEST(Capi, WithoutLeaveNoUrlIsRead) {
  const Answer answer = ask(weighin_estimate, opened(), {{"model", "https://example.org/m.gguf"}});
  EXPECT_EQ(answer.code, 64);
  EXPECT_NE(answer.text.find("no network"), std::string::npos) << answer.text;
}

TEST(Capi, NothingIsPrinted) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const Context context = opened();
  ask(weighin_check, context, {{"model", "gemma-2b"}, {"bench_seconds", 0.1}, {"no_gpu", true}});
  ask(weighin_gate, context, {{"model", "no such model"}});
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Capi, TheCacheIsWhereTheContextSays) {
  const weighin::test::TemporaryFolder folder;
  const std::string cache = (folder.path() / "kept").string();
  const Context context = opened({{"cache", cache}, {"program", WEIGHIN_PROGRAM}});
  EXPECT_EQ(ask(weighin_gate, context, {{"model", "smollm2-135m"}}).text.empty(), false);
  if (std::filesystem::exists(cache)) {
    for (const auto& each : std::filesystem::directory_iterator(cache)) {
      EXPECT_TRUE(each.path().filename().string().starts_with("gpus-")) << each.path();
    }
  }
}

}  // namespace
