// May several threads ask at once, of one context and of several?
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "support/support.hpp"
#include "weighin.h"

namespace {

using nlohmann::json;

std::string gated(weighin_context* context, const std::string& question, int expected) {
  char* text = nullptr;
  const int code = weighin_gate(context, question.c_str(), &text);
  EXPECT_EQ(code, expected);
  const std::string copy = text == nullptr ? "" : text;
  weighin_free(text);
  return copy;
}

weighin_context* opened_context() {
  weighin_context* context = nullptr;
  const std::string options = json{{"cache", false}, {"program", WEIGHIN_PROGRAM}}.dump();
  EXPECT_EQ(weighin_open(options.c_str(), &context, nullptr), 0);
  return context;
}

TEST(CapiThreads, AllGetTheSameAnswer) {
  const json device = json::parse(
      weighin::test::slurp(weighin::test::source_folder() / "tests/golden/devices/vm-24gb.json"));
  const std::string yes =
      json{{"model", "smollm2-135m"}, {"device", device}, {"date", "2026-11-23"}}.dump();
  const std::string no =
      json{{"model", "llama-3.1-70b"}, {"device", device}, {"date", "2026-11-23"}}.dump();
  weighin_context* shared = opened_context();
  const std::string right = gated(shared, yes, 0), wrong = gated(shared, no, 1);
  ASSERT_FALSE(right.empty());
  ASSERT_NE(right, wrong);
  std::atomic<int> different{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      weighin_context* own = i % 2 == 0 ? shared : opened_context();
      for (int j = 0; j < 4; ++j) {
        different += gated(own, yes, 0) != right;
        different += gated(own, no, 1) != wrong;
      }
      if (own != shared) weighin_close(own);
    });
  }
  // Meanwhile the machine itself is asked, drivers by a child process.
  threads.emplace_back([&] {
    for (int j = 0; j < 2; ++j) {
      char* text = nullptr;
      EXPECT_EQ(weighin_probe(shared, "{}", &text), 0);
      weighin_free(text);
    }
  });
  threads.emplace_back([&] {
    char* text = nullptr;
    EXPECT_EQ(weighin_probe(shared, "{\"no_gpu\": true}", &text), 0);
    weighin_free(text);
  });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(different, 0);
  weighin_close(shared);
}

// Says again and again that nothing is wanted, until the question has come back.
void cancel_until(weighin_context* context, const std::atomic<bool>& back) {
  while (!back) {
    weighin_cancel(context);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

TEST(CapiThreads, AnotherThreadCancelsAMeasurement) {
  const weighin::test::TemporaryFolder cache;
  const std::string options = json{{"cache", cache.path().string()}, {"program", false}}.dump();
  weighin_context* context = nullptr;
  ASSERT_EQ(weighin_open(options.c_str(), &context, nullptr), 0);
  std::atomic<bool> back{false};
  std::thread other([&] { cancel_until(context, back); });
  // As long a measurement as may be asked for: it ends because it is told to.
  char* text = nullptr;
  EXPECT_EQ(weighin_bench(context, R"({"bench_seconds": 60, "fresh": true})", &text), 130);
  back = true;
  other.join();
  ASSERT_NE(text, nullptr);
  const json error = json::parse(text);
  weighin_free(text);
  EXPECT_EQ(error["schema"], "weighin/error/1");
  EXPECT_EQ(error["error"]["exit_code"], 130);
  // Nothing of it is kept, and what is asked afterwards is answered.
  EXPECT_TRUE(std::filesystem::is_empty(cache.path()));
  EXPECT_EQ(weighin_models(context, R"({"model": "gemma-2b"})", &text), 0);
  weighin_free(text);
  weighin_close(context);
}

TEST(CapiThreads, CancellingCountsForWhatIsAskedNow) {
  weighin_cancel(nullptr);
  weighin_context* context = opened_context();
  weighin_cancel(context);
  char* text = nullptr;
  EXPECT_EQ(weighin_models(context, R"({"model": "gemma-2b"})", &text), 0);
  weighin_free(text);
  weighin_context* other = opened_context();
  std::atomic<bool> back{false};
  std::thread canceller([&] { cancel_until(other, back); });
  EXPECT_EQ(weighin_gate(context, R"({"model": "smollm2-135m", "no_gpu": true})", &text), 0);
  back = true;
  canceller.join();
  weighin_free(text);
  weighin_close(other);
  weighin_close(context);
}

}  // namespace
