// Is every hostile safetensors file refused, with file, field and limit named, in little memory?
//
// Each case lies on disk and is read as the program reads it, in a child that may take 64 MiB more
// than it had.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "catalogue/hostile_safetensors_files.hpp"
#include "catalogue/little_memory.hpp"
#include "catalogue/readers/safetensors_index.hpp"
#include "support/support.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

namespace fs = std::filesystem;
using test::safetensors_of;
using test::with_length;

const char* const kModel = "model.safetensors";
const char* const kIndex = "model.safetensors.index.json";
const char* const kFirst = "model-00001-of-00002.safetensors";
const char* const kSecond = "model-00002-of-00002.safetensors";

// A folder, the file of it that is asked for, the one that is at fault, and what must be said.
struct SafetensorsCase {
  std::string name;
  std::vector<std::pair<std::string, std::string>> files;
  std::string asked, at_fault, says;
};

// Empty where it is refused as it must be.
std::string fault_of(const std::string& path, const SafetensorsCase& each) {
  const auto folder = local_folder(path);
  if (!folder) return "no folder: " + to_text(folder.error());
  const auto model = read_model(**folder, each.asked);
  if (model) return "it was read";
  const Error& error = model.error();
  const std::string text = to_text(error);
  if (error.kind != ErrorKind::data) return "another kind: " + text;
  if (error.what.find(each.at_fault) == std::string::npos) return "the file is not named: " + text;
  if (error.where.empty() || error.hint.empty()) return "no place or no hint: " + text;
  for (const std::string* line : {&error.what, &error.where, &error.hint}) {
    if (line->find_first_of("\n\x1b") != std::string::npos) return "more than a line: " + text;
    if (line->size() > 600) return "a long message: " + text;
  }
  const std::size_t either = each.says.find('|');
  if (error.what.find(each.says.substr(0, either)) == std::string::npos &&
      (either == std::string::npos ||
       error.what.find(each.says.substr(either + 1)) == std::string::npos))
    return fmt::format("no \"{}\" in: {}", each.says, text);
  return {};
}

// True where `job` says so in a child that has 64 MiB to take.
bool holds_in_little_memory(const std::function<bool()>& job) {
  const pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    test::limit_memory(rlim_t{64} << 20);
    _exit(job() ? 0 : 1);
  }
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string map_of(const std::string& members) { return "{\"weight_map\":{" + members + "}}"; }

std::string many(std::size_t count, const char* entry) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ',';
    text += fmt::format(fmt::runtime(entry), i);
  }
  return text;
}

std::vector<SafetensorsCase> index_cases() {
  const std::string shard = safetensors_of({{"a", "U8", {3}}});
  const auto of = [&](std::string name, std::string text, std::string says) {
    return SafetensorsCase{std::move(name),
                {{kIndex, std::move(text)}, {kFirst, shard}},
                kIndex,
                kIndex,
                std::move(says)};
  };
  const auto naming = [&](std::string name, const std::string& shard_name) {
    return of(std::move(name), map_of("\"a\":\"" + shard_name + "\""), "leads elsewhere");
  };
  return {
      of("index: a list", "[]", "list"),
      of("index: empty object", "{}", "no \"weight_map\""),
      of("index: cut off", "{\"weight_map\":{\"a\"", "JSON"),
      of("index: not UTF-8", map_of("\"\xff\":\"x\""), "UTF-8"),
      of("index: no tensor", map_of(""), "names no tensor"),
      of("index: map a text", R"({"weight_map":"x"})", "\"weight_map\" is a text"),
      of("index: map not a number", R"({"weight_map":NaN})", "JSON"),
      of("index: map infinite", R"({"weight_map":1e999})", "1e999"),
      of("index: a number for a file", map_of("\"a\":1"), "\"weight_map\""),
      of("index: an object for a file", map_of("\"a\":{}"), "something else"),
      of("index: two maps", R"({"weight_map":{"a":"b.safetensors"},"weight_map":{}})", "twice"),
      of("index: a tensor twice", map_of(R"("a":"1.safetensors","a":"2.safetensors")"), "twice"),
      of("index: nested deeper", "{\"x\":" + std::string(100'000, '['), "deeper than 8"),
      of("index: a text without end", "{\"x\":\"" + std::string(3 << 20, 'x'), "1048576"),
      of("index: no safetensors", map_of(R"("a":"pytorch_model.bin")"), "no safetensors file"),
      of("index: a million shards", map_of(many(1'000'000, "\"{0}\":\"{0}.safetensors\"")),
         "more than 9999 files"),
      of("index: a million tensors", map_of(many(1'000'000, "\"{0}\":\"1.safetensors\"")),
         "more than 230000 tensors"),
      of("index: larger than the limit",
         std::string(static_cast<std::size_t>(catalogue::kMostIndexBytes) + 1, ' '), "67108864"),
      of("index: names what the shard lacks", map_of(fmt::format("\"b\":\"{}\"", kFirst)),
         "does not hold"),
      naming("index: ../", "../secret.safetensors"),
      naming("index: absolute", "/etc/secret.safetensors"),
      naming("index: a folder below", "sub/secret.safetensors"),
      naming("index: backslash", "..\\\\secret.safetensors"),
      naming("index: NUL within", "a\\u0000.safetensors"),
      naming("index: no name", ""),
      naming("index: dots", ".."),
      naming("index: 300 bytes", std::string(300, 'n') + ".safetensors"),
      {"one tensor in two parts",
       {{kFirst, shard}, {kSecond, shard}},
       kFirst,
       kFirst,
       "stands in two parts"},
      {"a broken part",
       {{kFirst, shard}, {kSecond, with_length("{}", 1U << 20U)}},
       kFirst,
       kSecond,
       "1048576"},
      {"a part of 0 bytes", {{kFirst, shard}, {kSecond, ""}}, kFirst, kSecond, "0 bytes"},
      {"headers beyond the limit together",
       {{kFirst, safetensors_of({{"a", "U8", {3}}})},
        {kSecond, with_length("{", (std::uint64_t{64} << 20U) - 8)}},
       kFirst,
       kSecond,
       "of others"},
  };
}

std::vector<SafetensorsCase> beside_cases() {
  const std::string weights = safetensors_of({{"a", "U8", {3}}});
  const std::string lora =
      safetensors_of({{"x.lora_A.weight", "F32", {2, 4}}, {"x.lora_B.weight", "F32", {4, 2}}});
  const auto config = [&](std::string name, std::string text, std::string says) {
    return SafetensorsCase{"config: " + std::move(name),
                {{kModel, weights}, {"config.json", std::move(text)}},
                kModel,
                "config.json",
                std::move(says)};
  };
  const auto alone = [&](std::string name, std::string text, std::string says) {
    return SafetensorsCase{"config alone: " + std::move(name),
                {{"config.json", std::move(text)}},
                "config.json",
                "config.json",
                std::move(says)};
  };
  const auto adapter = [&](std::string name, std::string text, std::string says) {
    return SafetensorsCase{"adapter: " + std::move(name),
                {{"adapter_model.safetensors", lora}, {"adapter_config.json", std::move(text)}},
                "adapter_model.safetensors",
                "adapter_config.json",
                std::move(says)};
  };
  std::string nested = R"({"model_type":"llama"})";
  for (int i = 0; i < 9; ++i) nested = "{\"text_config\":" + nested + "}";
  const auto llama = [](const std::string& key, const std::string& value) {
    std::string text = R"({"model_type":"llama","intermediate_size":128,"num_attention_heads":4,
                           "vocab_size":100)";
    if (key != "hidden_size") text += R"(,"hidden_size":64)";
    if (key != "num_hidden_layers") text += R"(,"num_hidden_layers":2)";
    return text + ",\"" + key + "\":" + value + "}";
  };
  return {
      config("cut off", "{\"model_type\":\"lla", "JSON"),
      config("a list", "[]", "object"),
      config("a key twice", R"({"model_type":"llama","model_type":"llama"})", "twice"),
      config("not UTF-8", "{\"model_type\":\"\xff\"}", "JSON"),
      config("nested deeper", "{\"a\":" + std::string(100'000, '['), "64"),
      config("larger than the limit", "{" + std::string(9 << 20, ' ') + "}", "8388608"),
      config("too many values", "{\"a\":[" + many(200'000, "{0}") + "],\"model_type\":\"llama\"}",
             "100000"),
      alone("itself within itself", nested, "text_config"),
      alone("layers negative", llama("num_hidden_layers", "-1"), "num_hidden_layers"),
      alone("layers without end", llama("num_hidden_layers", "4000000000"), "num_hidden_layers"),
      alone("layers a text", llama("num_hidden_layers", "\"2\""), "num_hidden_layers"),
      alone("width 1e300", llama("hidden_size", "1e300"), "hidden_size"),
      alone("width 1e999", llama("hidden_size", "1e999"), "JSON"),
      alone("width not a number", llama("hidden_size", "NaN"), "JSON"),
      alone("width a list", llama("hidden_size", "[64]"), "hidden_size"),
      alone("width of 64 bits", llama("hidden_size", "18446744073709551615"), "hidden_size"),
      alone("a packing that is no object", llama("quantization_config", "7"),
            "quantization_config"),
      adapter("rank negative", R"({"r":-1})", "\"r\""),
      adapter("rank without end", R"({"r":1000000000})", "65536"),
      adapter("rank a text", R"({"r":"16"})", "\"r\""),
      adapter("a list", "[1]", "not an object"),
      adapter("cut off", R"({"r":1)", "JSON"),
  };
}

TEST(HostileSafetensorsFiles, EachIsRefusedInLittleMemory) {
  std::vector<SafetensorsCase> cases = index_cases();
  for (SafetensorsCase& each : beside_cases()) cases.push_back(std::move(each));
  for (test::HostileHeader& header : test::hostile_headers()) {
    cases.push_back({std::string("header: ") + header.name,
                     {{kModel, std::move(header.bytes)}},
                     kModel,
                     kModel,
                     header.says});
  }
  EXPECT_GE(cases.size(), 110u);
  for (const SafetensorsCase& each : cases) {
    SCOPED_TRACE(each.name);
    const test::TemporaryFolder folder;
    for (const auto& [name, text] : each.files) folder.write(name, text);
    const std::string path = folder.path().string();
    EXPECT_EQ(fault_of(path, each), "");
    EXPECT_TRUE(holds_in_little_memory([&] { return fault_of(path, each).empty(); }));
  }
}

// What the largest header that is taken may cost.
TEST(HostileSafetensorsFiles, TheMostTensorsThatAreTakenFitTheMemory) {
  const test::TemporaryFolder folder;
  folder.write(kModel, with_length("{" +
                                   many(catalogue::kMostTensors,
                                        "\"model.layers.0.mlp.experts.{:030}\":{{\"dtype\":"
                                        "\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}") +
                                   "}"));
  const std::string path = folder.path().string();
  EXPECT_TRUE(holds_in_little_memory([&] {
    const auto place = local_folder(path);
    const auto model = read_model(**place, kModel);
    return model.ok() && model->file->tensors.size() == catalogue::kMostTensors;
  }));
}

TEST(HostileSafetensorsFiles, CutOffAtEveryByte) {
  const std::string file =
      safetensors_of(test::llama_tensors(1, 8, 16, 8, 8, 10, true), R"({"format":"mlx"})");
  const std::string index = map_of(fmt::format("\"a\":\"{}\"", kFirst));
  for (const auto& [name, whole] : {std::pair{kModel, file}, {kIndex, index}}) {
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const auto folder = folder_in_memory("f", {{name, whole.substr(0, length)}, {kFirst, file}});
      const auto model = read_model(*folder, name);
      ASSERT_FALSE(model.ok()) << name << length;
      EXPECT_EQ(model.error().kind, ErrorKind::data) << name << length;
      EXPECT_FALSE(model.error().where.empty()) << name << length;
    }
  }
}

TEST(HostileSafetensorsFiles, EveryByteMayBeAnother) {
  const std::string file = safetensors_of({{"a", "F32", {2}}, {"b", "U8", {3}}});
  for (std::size_t at = 0; at < file.size() - 11; ++at) {
    for (const char byte : {'\x00', '\x7f', '\x80', '\xff', '"', '9', '-', '{', ']'}) {
      std::string changed = file;
      changed[at] = byte;
      const auto folder = folder_in_memory("f", {{kModel, changed}});
      const auto model = read_model(*folder, kModel);
      if (!model) {
        EXPECT_EQ(model.error().kind, ErrorKind::data) << to_text(model.error());
        EXPECT_FALSE(model.error().where.empty()) << at;
      }
    }
  }
}

TEST(HostileSafetensorsFiles, WhatIsNoFile) {
  const test::TemporaryFolder temporary;
  const auto path = [&](const char* name) { return (temporary.path() / name).string(); };
  fs::create_directory(path("folder.safetensors"));
  ASSERT_EQ(mkfifo(path("pipe.safetensors").c_str(), 0600), 0);
  fs::create_symlink("/dev/zero", path("device.safetensors"));
  fs::create_symlink("/etc/passwd", path("elsewhere.safetensors"));
  fs::create_symlink("loop.safetensors", path("loop.safetensors"));
  temporary.write("empty.safetensors", "");
  const auto folder = local_folder(temporary.path().string());
  ASSERT_TRUE(folder.ok());
  for (const char* name : {"folder.safetensors", "pipe.safetensors", "device.safetensors",
                           "elsewhere.safetensors", "empty.safetensors"}) {
    const auto model = read_model(**folder, name);
    ASSERT_FALSE(model.ok()) << name;
    EXPECT_EQ(model.error().kind, ErrorKind::data) << name;
    EXPECT_NE(model.error().what.find(name), std::string::npos) << model.error().what;
  }
  for (const char* name : {"loop.safetensors", "none.safetensors"}) {
    const auto model = read_model(**folder, name);
    ASSERT_FALSE(model.ok()) << name;
    EXPECT_EQ(model.error().kind, ErrorKind::no_input) << name;
  }
}

TEST(HostileSafetensorsFiles, PartsThatLeadElsewhereAreNotFollowed) {
  const test::TemporaryFolder temporary;
  temporary.write("outside.safetensors", safetensors_of({{"b", "U8", {3}}}));
  temporary.write(std::string("m/") + kFirst, safetensors_of({{"a", "U8", {3}}}));
  temporary.write(std::string("m/") + kModel, safetensors_of({{"a", "U8", {3}}}));
  fs::create_symlink("../outside.safetensors", temporary.path() / "m" / kSecond);
  fs::create_symlink("/etc/passwd", temporary.path() / "m" / "config.json");
  const auto folder = local_folder((temporary.path() / "m").string());
  ASSERT_TRUE(folder.ok());
  for (const auto& [asked, led_away] : {std::pair{kFirst, kSecond}, {kModel, "config.json"}}) {
    const auto model = read_model(**folder, asked);
    ASSERT_FALSE(model.ok()) << asked;
    EXPECT_EQ(model.error().kind, ErrorKind::data) << asked;
    EXPECT_NE(model.error().what.find(led_away), std::string::npos) << model.error().what;
  }
}

}  // namespace
}  // namespace weighin
