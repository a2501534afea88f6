// How fast does the real llama.cpp run a model here, and how much memory does it take?
//
// Not part of the build: script/compare-engine compiles it against the headers of the pinned engine
// and links the prebuilt libraries. Usage: engine BACKEND.so[,BACKEND.so] MODEL.gguf THREADS[,THREADS]
// TEST[,TEST] REPEATS with tests such as pp128, pp512, tg32@0, tg32@2048 (tokens@depth); of several
// backends the last is the CPU's. Prints one JSON object a line.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "llama.h"

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void quiet(ggml_log_level level, const char* text, void*) {
  if (level == GGML_LOG_LEVEL_ERROR) std::fputs(text, stderr);
}

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string word; std::getline(in, word, by);) words.push_back(word);
  return words;
}

long resident(const char* field) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind(field, 0) == 0)
      return std::strtol(line.c_str() + std::string(field).size(), nullptr, 10) * 1024;
  }
  return 0;
}

// CPU seconds of the whole machine and of this process: their difference is what others took.
struct Cpu {
  double all = 0, own = 0;
};
Cpu cpu() {
  Cpu cpu;
  std::ifstream in("/proc/stat");
  std::string word;
  in >> word;
  double value = 0;
  for (int column = 0; column < 8 && in >> value; ++column) {
    if (column != 3 && column != 4) cpu.all += value / 100.0;  // not idle, not waiting for the disk
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  cpu.own = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
            static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
  return cpu;
}

bool decode(llama_context* context, std::vector<llama_token>& tokens, int batch) {
  for (std::size_t at = 0; at < tokens.size(); at += static_cast<std::size_t>(batch)) {
    const int count = static_cast<int>(
        std::min<std::size_t>(static_cast<std::size_t>(batch), tokens.size() - at));
    if (llama_decode(context, llama_batch_get_one(tokens.data() + at, count)) != 0) return false;
  }
  llama_synchronize(context);
  return true;
}

std::vector<llama_token> some_tokens(int count, int vocabulary) {
  std::vector<llama_token> tokens;
  for (int i = 0; i < count; ++i)
    tokens.push_back(static_cast<llama_token>(std::rand() % vocabulary));
  return tokens;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) return 64;
  llama_log_set(quiet, nullptr);
  ggml_backend_reg_t backend = nullptr;
  for (const std::string& file : split(argv[1], ',')) {
    backend = ggml_backend_load(file.c_str());
    if (backend == nullptr) {
      std::fprintf(stderr, "cannot load %s\n", file.c_str());
      return 66;
    }
  }
  llama_backend_init();
  const double load_start = now();
  llama_model_params model_params = llama_model_default_params();
  model_params.n_gpu_layers =
      std::getenv("ENGINE_GPU_LAYERS") ? std::atoi(std::getenv("ENGINE_GPU_LAYERS")) : 0;
  if (const char* mode = std::getenv("ENGINE_LOAD"))
    model_params.load_mode = llama_load_mode_from_str(mode);
  llama_model* model = llama_model_load_from_file(argv[2], model_params);
  if (model == nullptr) return 65;
  const double load_seconds = now() - load_start;
  const int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
  const std::vector<std::string> threads = split(argv[3], ',');
  const std::vector<std::string> tests = split(argv[4], ',');
  const int repeats = std::atoi(argv[5]);

  int longest = 512;
  for (const std::string& test : tests) {
    const auto parts = split(test.substr(2), '@');
    longest = std::max(longest, std::atoi(parts[0].c_str()) +
                                    (parts.size() > 1 ? std::atoi(parts[1].c_str()) : 0));
  }
  llama_context_params params = llama_context_default_params();
  params.n_ctx = static_cast<std::uint32_t>((longest + 8 + 255) / 256 * 256);
  params.n_batch = 2048;
  params.n_ubatch = 512;
  params.swa_full = false;
  params.n_outputs_max = 1;
  llama_context* context = llama_init_from_model(model, params);
  if (context == nullptr) return 65;

  const auto new_pool = reinterpret_cast<decltype(&ggml_threadpool_new)>(
      ggml_backend_reg_get_proc_address(backend, "ggml_threadpool_new"));
  const auto free_pool = reinterpret_cast<decltype(&ggml_threadpool_free)>(
      ggml_backend_reg_get_proc_address(backend, "ggml_threadpool_free"));
  llama_memory_t memory = llama_get_memory(context);

  for (const std::string& thread : threads) {
    const int count = std::atoi(thread.c_str());
    llama_set_n_threads(context, count, count);
    ggml_threadpool* pool = nullptr;
    if (new_pool != nullptr) {
      ggml_threadpool_params pool_params = ggml_threadpool_params_default(count);
      pool = new_pool(&pool_params);
      llama_attach_threadpool(context, pool, pool);
    }
    for (const std::string& test : tests) {
      const auto parts = split(test.substr(2), '@');
      const int tokens = std::atoi(parts[0].c_str());
      const int depth = parts.size() > 1 ? std::atoi(parts[1].c_str()) : 0;
      const bool prefill = test.rfind("pp", 0) == 0;
      for (int repeat = 0; repeat < repeats + 1; ++repeat) {
        llama_memory_clear(memory, true);
        if (depth > 0) {
          auto before = some_tokens(depth, vocabulary);
          if (!decode(context, before, 512)) return 70;
        }
        auto work = some_tokens(tokens, vocabulary);
        const Cpu cpu_start = cpu();
        const double start = now();
        if (!decode(context, work, prefill ? 512 : 1)) return 70;
        const double seconds = now() - start;
        const Cpu cpu_end = cpu();
        if (repeat == 0 && depth == 0) continue;  // the first warms up
        if (repeat > repeats - 1 && depth > 0) break;
        const double others =
            (cpu_end.all - cpu_start.all - (cpu_end.own - cpu_start.own)) / seconds;
        std::printf(
            "{\"test\": \"%s\", \"threads\": %d, \"tokens_per_second\": %.4f, \"other_cpu_cores\": "
            "%.3f}\n",
            test.c_str(), count, tokens / seconds, others > 0 ? others : 0.0);
        std::fflush(stdout);
      }
    }
    if (pool != nullptr) {
      llama_detach_threadpool(context);
      free_pool(pool);
    }
  }
  std::printf(
      "{\"load_seconds\": %.4f, \"peak_rss_bytes\": %ld, \"rss_bytes\": %ld, \"anonymous_bytes\": "
      "%ld}\n",
      load_seconds, resident("VmHWM:"), resident("VmRSS:"), resident("RssAnon:"));
  llama_free(context);
  llama_model_free(model);
  return 0;
}
