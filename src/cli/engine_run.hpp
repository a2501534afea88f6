// How fast does the user's own engine run a model here?
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weighin/host.hpp"

namespace weighin {

/// One test of llama-bench: a prompt of so many tokens, or so many tokens written one by one.
struct EngineResult {
  std::int64_t threads = 0, prompt_tokens = 0, written_tokens = 0, depth = 0;
  double tokens_per_second = 0.0;  ///< the median of its samples
  double low = 0.0, high = 0.0;    ///< of its samples
};

struct EngineRun {
  std::string engine;  ///< "llama.cpp b1234 (commit)"
  std::vector<EngineResult> results;
};

/// What is asked of the engine.
struct EngineTest {
  std::string program;  ///< llama-bench: a path, or a name to be looked for in PATH
  std::string model;    ///< a GGUF file
  std::int64_t threads = 1, prompt_tokens = 256, written_tokens = 32, repeats = 3;
  double deadline_seconds = 600.0;
};

/// The absolute path of a program: as given where it has a slash, else from PATH.
/// ErrorKind::no_input with a hint where there is none, or it cannot be run.
Result<std::string> find_program(const std::string& name);

/// Runs llama-bench on the CPU and waits for it. ErrorKind::data where it fails or answers with
/// something else.
Result<EngineRun> run_engine(const Host& host, const EngineTest& test);

/// llama-bench's JSON (-o json): a list of objects with n_prompt, n_gen, n_depth, n_threads,
/// samples_ts (tools/llama-bench of llama.cpp). Foreign bytes: at most 1 MiB and 64 tests.
Result<EngineRun> read_engine_answer(std::string_view json, const std::string& name);

}  // namespace weighin
