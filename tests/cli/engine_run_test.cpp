// Is the engine's answer understood, and rubbish refused?
#include "cli/engine_run.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace weighin {
namespace {

// What llama-bench b6000 prints for `-p 256 -n 32 -r 3 -o json`, shortened to the keys that are
// read.
constexpr const char* kAnswer = R"([
  {"build_commit": "a1b2c3d", "build_number": 6000, "model_type": "llama 1B Q4_0", "n_threads": 2,
   "n_prompt": 256, "n_gen": 0, "n_depth": 0, "avg_ts": 160.1, "samples_ts": [ 158.3, 161.9, 160.2 ]},
  {"build_commit": "a1b2c3d", "build_number": 6000, "model_type": "llama 1B Q4_0", "n_threads": 2,
   "n_prompt": 0, "n_gen": 32, "n_depth": 0, "avg_ts": 23.2, "samples_ts": [ 23.4, 22.9, 23.3 ]}
])";

TEST(EngineRun, AnAnswerIsRead) {
  const Result<EngineRun> run = read_engine_answer(kAnswer, "llama-bench");
  ASSERT_TRUE(run.ok()) << to_text(run.error());
  EXPECT_EQ(run->engine, "llama.cpp 6000 (a1b2c3d)");
  ASSERT_EQ(run->results.size(), 2u);
  EXPECT_EQ(run->results[0].prompt_tokens, 256);
  EXPECT_DOUBLE_EQ(run->results[0].tokens_per_second, 160.2) << "the median";
  EXPECT_DOUBLE_EQ(run->results[0].low, 158.3);
  EXPECT_DOUBLE_EQ(run->results[0].high, 161.9);
  EXPECT_EQ(run->results[1].written_tokens, 32);
  EXPECT_EQ(run->results[1].threads, 2);
}

TEST(EngineRun, RubbishIsRefused) {
  const std::string deep(100, '[');
  const std::string test = R"({"n_threads":2,"n_prompt":0,"n_gen":32,"samples_ts":[1]})";
  std::string many = "[" + test;
  for (int i = 0; i < 64; ++i) many += "," + test;
  many += "]";
  for (const std::string& text : std::vector<std::string>{
           "", "{}", "[]", "[1]", "[{}]", "null", deep, std::string(2 << 20, ' '), many,
           R"([{"n_threads":0,"n_prompt":0,"n_gen":32,"samples_ts":[1]}])",
           R"([{"n_threads":2,"n_prompt":1,"n_gen":32,"samples_ts":[1]}])",
           R"([{"n_threads":2,"n_prompt":0,"n_gen":0,"samples_ts":[1]}])",
           R"([{"n_threads":2,"n_prompt":0,"n_gen":-1,"samples_ts":[1]}])",
           R"([{"n_threads":2,"n_prompt":0,"n_gen":32,"samples_ts":[]}])",
           R"([{"n_threads":2,"n_prompt":0,"n_gen":32,"samples_ts":[0]}])",
           R"([{"n_threads":2,"n_prompt":0,"n_gen":32,"samples_ts":[1e300]}])",
           R"([{"n_threads":2,"n_prompt":0,"n_gen":32,"samples_ts":["1"]}])"}) {
    const Result<EngineRun> run = read_engine_answer(text, "bench");
    ASSERT_FALSE(run.ok()) << text.substr(0, 80);
    EXPECT_EQ(run.error().kind, ErrorKind::data);
    EXPECT_NE(run.error().hint.find("llama-bench"), std::string::npos);
  }
  const auto escape = read_engine_answer(
      R"([{"build_commit":"\u001b[31mx","n_threads":2,"n_prompt":0,"n_gen":32,"samples_ts":[1]}])",
      "bench");
  ASSERT_TRUE(escape.ok());
  EXPECT_EQ(escape->engine.find('\x1b'), std::string::npos) << "it is shown on a terminal";
}

class EngineProgram : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/weighin-test-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string program(const std::string& script) const {
    const std::string path = (folder_ / "llama-bench").string();
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    chmod(path.c_str(), 0755);
    return path;
  }
  static Result<EngineRun> run(const std::string& path, double seconds = 5.0) {
    EngineTest test;
    test.program = path;
    test.model = "m x.gguf";
    test.deadline_seconds = seconds;
    return run_engine(*live_host(), test);
  }
  std::filesystem::path folder_;
};

TEST_F(EngineProgram, ItsStandardOutputIsTheAnswer) {
  // It also checks what it is asked, the name with a blank among it.
  const auto made =
      run(program("echo noise >&2\n[ \"$1 $2\" = '-m m x.gguf' ] || exit 3\ncat <<'X'\n" +
                  std::string(kAnswer) + "\nX"));
  ASSERT_TRUE(made.ok()) << to_text(made.error());
  EXPECT_EQ(made->results.size(), 2u);
}

TEST_F(EngineProgram, OneThatFailsHangsOrFloodsIsAnError) {
  EXPECT_FALSE(run(program("exit 1")).ok());
  EXPECT_FALSE(run(program("kill -SEGV $$")).ok());
  EXPECT_FALSE(run(program("sleep 60"), 0.3).ok());
  EXPECT_FALSE(run(program("yes")).ok());
  EXPECT_FALSE(run(program("echo 'error: no such model'")).ok());
}

TEST_F(EngineProgram, IsFoundByPathAndInPath) {
  const std::string path = program("exit 0");
  EXPECT_EQ(*find_program(path), path);
  EXPECT_EQ(find_program((folder_ / "none").string()).error().kind, ErrorKind::no_input);
  EXPECT_EQ(find_program("no-such-program-anywhere").error().kind, ErrorKind::no_input);
  EXPECT_TRUE(find_program("sh").ok());
}

}  // namespace
}  // namespace weighin
