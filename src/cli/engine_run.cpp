// How is the user's engine started, and its answer understood?
#include "cli/engine_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace weighin {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostAnswerBytes = 1u << 20;
constexpr std::size_t kMostTests = 64, kMostSamples = 1000;
constexpr int kDeepest = 8;  // an answer is a list of objects that hold lists of numbers

Error no_answer(const std::string& name, const std::string& why) {
  return {ErrorKind::data, fmt::format("{}: {}", name, why), "",
          "--engine takes llama.cpp's llama-bench, which prints JSON with -o json"};
}

std::int64_t whole(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::string word(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return "";
  if (found->is_string()) {
    std::string text = found->get<std::string>().substr(0, 60);
    // It is shown on a terminal.
    std::erase_if(text, [](char c) { return c < 0x20 || c > 0x7e; });
    return text;
  }
  return found->is_number_integer() ? std::to_string(found->get<std::int64_t>()) : "";
}

bool is_number_of_ours(double value) { return std::isfinite(value) && value > 0 && value < 1e9; }

}  // namespace

Result<std::string> find_program(const std::string& name) {
  const auto runs = [](const std::string& path) { return access(path.c_str(), X_OK) == 0; };
  const Error missing{ErrorKind::no_input,
                      fmt::format("there is no program {} that can be run", name), "--engine",
                      "name llama.cpp's llama-bench with --engine PATH/llama-bench"};
  if (name.find('/') != std::string::npos) {
    char* resolved = realpath(name.c_str(), nullptr);
    if (resolved == nullptr) return missing;
    std::string path(resolved);
    std::free(resolved);
    if (!runs(path)) return missing;
    return path;
  }
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  std::string_view folders = path == nullptr ? "" : path;
  while (!folders.empty()) {
    const std::size_t colon = std::min(folders.find(':'), folders.size());
    std::string candidate = fmt::format("{}/{}", folders.substr(0, colon), name);
    if (candidate.front() == '/' && runs(candidate)) return candidate;
    folders.remove_prefix(std::min(colon + 1, folders.size()));
  }
  return missing;
}

Result<EngineRun> run_engine(const Host& host, const EngineTest& test) {
  const Result<std::string> program = find_program(test.program);
  if (!program) return program.error();
  ChildRequest request;
  request.program = "/bin/sh";
  // What a child says goes to a private pipe; the engine knows standard output alone.
  request.arguments = {"-c",
                       "exec \"$0\" \"$@\" > /proc/self/fd/$WEIGHIN_ANSWER_FD 2>/dev/null",
                       *program,
                       "-m",
                       test.model,
                       "-t",
                       std::to_string(test.threads),
                       "-p",
                       std::to_string(test.prompt_tokens),
                       "-n",
                       std::to_string(test.written_tokens),
                       "-r",
                       std::to_string(test.repeats),
                       "-ngl",
                       "0",
                       "-o",
                       "json"};
  request.deadline_seconds = test.deadline_seconds;
  const ChildAnswer answer = host.run_child(request);
  if (answer.end != ChildEnd::exited || answer.code != 0)
    return no_answer(*program, answer.why.empty() ? "it failed" : answer.why);
  return read_engine_answer(answer.output, *program);
}

Result<EngineRun> read_engine_answer(std::string_view json, const std::string& name) {
  if (json.size() > kMostAnswerBytes)
    return no_answer(name, fmt::format("more than the limit of {} bytes", kMostAnswerBytes));
  bool deep = false;
  const Json list = Json::parse(
      json.begin(), json.end(),
      [&](int depth, Json::parse_event_t, Json&) {
        deep = deep || depth > kDeepest;
        return depth <= kDeepest;
      },
      false);
  if (deep || !list.is_array() || list.empty()) return no_answer(name, "no list of tests");
  if (list.size() > kMostTests)
    return no_answer(name, fmt::format("more than the limit of {} tests", kMostTests));
  EngineRun run;
  for (const Json& each : list) {
    if (!each.is_object()) return no_answer(name, "a test that is no object");
    const auto samples = each.find("samples_ts");
    if (samples == each.end() || !samples->is_array() || samples->empty() ||
        samples->size() > kMostSamples)
      return no_answer(name, "a test without \"samples_ts\"");
    std::vector<double> rates;
    for (const Json& sample : *samples) {
      const double rate = sample.is_number() ? sample.get<double>() : 0.0;
      if (!is_number_of_ours(rate)) return no_answer(name, "a sample that is no rate");
      rates.push_back(rate);
    }
    std::sort(rates.begin(), rates.end());
    EngineResult result;
    result.threads = whole(each, "n_threads");
    result.prompt_tokens = whole(each, "n_prompt");
    result.written_tokens = whole(each, "n_gen");
    result.depth = whole(each, "n_depth");
    if (result.threads < 1 || result.prompt_tokens < 0 || result.written_tokens < 0 ||
        result.depth < 0 || (result.prompt_tokens > 0) == (result.written_tokens > 0))
      return no_answer(name, "a test with impossible numbers");
    result.tokens_per_second = rates[rates.size() / 2];
    result.low = rates.front();
    result.high = rates.back();
    run.results.push_back(result);
    run.engine =
        fmt::format("llama.cpp {} ({})", word(each, "build_number"), word(each, "build_commit"));
  }
  return run;
}

}  // namespace weighin
