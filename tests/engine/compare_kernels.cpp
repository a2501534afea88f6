// How fast are our matrix kernels beside the engine's own, in turn, in one run?
//
// Not part of the build: compiled against the headers of the pinned engine and linked with its
// prebuilt libggml-base and libggml and with weighin_bench, weighin_kernels and their storeys.
// Usage: compare_kernels BACKEND.so ISA [--formats Q4_0,F16] [--threads 1,2] [--batches 1,128,512]
// [--pairs N] [--json]. The engine multiplies as it would in a model: with the buffer type that its
// loader would choose for the weights (AMX, CPU_REPACK or plain), from 32-bit activations, which
// both sides round inside the timed part. One vector: the weights' cache lines are flushed before
// each pass. Ours and the engine's results are held against each other.
#include <algorithm>
#include <atomic>
#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "bench/flush.hpp"
#include "bench/isa.hpp"
#include "bench/placement.hpp"
#include "bench/pool.hpp"
#include "bench/statistics.hpp"
#include "ggml-alloc.h"
#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "ggml.h"
#include "kernels/kernel_table.hpp"
#include "kernels/reference.hpp"

namespace {

using weighin::kernels::Kernel;
using weighin::kernels::KernelKind;
using weighin::kernels::KernelTask;

constexpr std::int64_t kColumns = 4096, kRows = 4096;
constexpr std::int64_t kColdBytes = 96 << 20;  // of weights for one vector

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "compare_kernels: %s\n", why.c_str());
  std::exit(70);
}

void quiet(ggml_log_level level, const char* text, void*) {
  if (level == GGML_LOG_LEVEL_ERROR) std::fputs(text, stderr);
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string word; std::getline(in, word, ',');) words.push_back(word);
  return words;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

ggml_type type_of(const std::string& format) {
  for (int i = 0; i < GGML_TYPE_COUNT; ++i) {
    const char* name = ggml_type_name(static_cast<ggml_type>(i));
    if (name != nullptr && lower(name) == lower(format)) return static_cast<ggml_type>(i);
  }
  fail("the engine has no type " + format);
}

/// What both sides are given.
struct Work {
  const Kernel* kernel = nullptr;
  std::int64_t batch = 1, matrices = 1;
  std::vector<unsigned char> plain;  ///< one matrix; all are alike
  std::vector<float> activations;
};

class Engine {
 public:
  explicit Engine(const char* path) {
    registry_ = ggml_backend_load(path);
    if (registry_ == nullptr) fail(std::string("cannot load ") + path);
    device_ = ggml_backend_reg_dev_get(registry_, 0);
    backend_ = ggml_backend_dev_init(device_, nullptr);
  }
  template <class Function>
  Function* get(const char* name) const {
    return reinterpret_cast<Function*>(ggml_backend_reg_get_proc_address(registry_, name));
  }

  /// The first extra buffer type that takes this product, as the engine's loader does it.
  ggml_backend_buffer_type_t choose(ggml_tensor* product) const {
    auto* extra =
        get<ggml_backend_buffer_type_t*(ggml_backend_dev_t)>("ggml_backend_dev_get_extra_bufts");
    ggml_backend_buffer_type_t* list = extra == nullptr ? nullptr : extra(device_);
    for (; list != nullptr && *list != nullptr; ++list) {
      product->src[0]->buffer = ggml_backend_buft_alloc_buffer(*list, 0);
      const bool takes = ggml_backend_dev_supports_op(device_, product);
      ggml_backend_buffer_free(product->src[0]->buffer);
      product->src[0]->buffer = nullptr;
      if (takes) return *list;
    }
    return ggml_backend_dev_buffer_type(device_);
  }

  void prepare(const Work& work) {
    ggml_init_params params{ggml_tensor_overhead() * 4096 + ggml_graph_overhead(), nullptr, true};
    context_ = ggml_init(params);
    weights_context_ = ggml_init(params);
    const ggml_type type = type_of(work.kernel->format);
    ggml_tensor* x = ggml_new_tensor_2d(context_, GGML_TYPE_F32, kColumns, work.batch);
    graph_ = ggml_new_graph(context_);
    for (std::int64_t i = 0; i < work.matrices; ++i) {
      ggml_tensor* w = ggml_new_tensor_2d(weights_context_, type, kColumns, kRows);
      product_ = ggml_mul_mat(context_, w, x);
      ggml_build_forward_expand(graph_, product_);
      weights_list_.push_back(w);
    }
    const auto buffer_type = choose(product_);
    buffer_name = ggml_backend_buft_name(buffer_type);
    weights_ = ggml_backend_alloc_ctx_tensors_from_buft(weights_context_, buffer_type);
    others_ =
        ggml_backend_alloc_ctx_tensors_from_buft(context_, ggml_backend_dev_buffer_type(device_));
    if (weights_ == nullptr || others_ == nullptr) fail("no memory for the engine");
    for (ggml_tensor* w : weights_list_)
      ggml_backend_tensor_set(w, work.plain.data(), 0, work.plain.size());
    ggml_backend_tensor_set(x, work.activations.data(), 0, 4 * work.activations.size());
  }

  void use_threads(int threads) {
    release_threads();
    ggml_threadpool_params params = ggml_threadpool_params_default(threads);
    params.poll = 0;  // it must not spin while ours runs
    pool_ = get<ggml_threadpool*(ggml_threadpool_params*)>("ggml_threadpool_new")(&params);
    get<void(ggml_backend_t, int)>("ggml_backend_set_n_threads")(backend_, threads);
    get<void(ggml_backend_t, ggml_threadpool*)>("ggml_backend_cpu_set_threadpool")(backend_, pool_);
  }
  void release_threads() {
    if (pool_ == nullptr) return;
    get<void(ggml_backend_t, ggml_threadpool*)>("ggml_backend_cpu_set_threadpool")(backend_,
                                                                                   nullptr);
    get<void(ggml_threadpool*)>("ggml_threadpool_free")(pool_);
    pool_ = nullptr;
  }

  double pass(bool cold) {
    if (cold) {
      weighin::flush(static_cast<const unsigned char*>(ggml_backend_buffer_get_base(weights_)),
                     static_cast<std::int64_t>(ggml_backend_buffer_get_size(weights_)));
    }
    const double start = now();
    if (ggml_backend_graph_compute(backend_, graph_) != GGML_STATUS_SUCCESS) fail("engine failed");
    return now() - start;
  }

  std::vector<float> results(std::int64_t count) const {
    std::vector<float> values(static_cast<std::size_t>(count));
    ggml_backend_tensor_get(product_, values.data(), 0, 4 * values.size());
    return values;
  }

  void release() {
    release_threads();
    ggml_backend_buffer_free(weights_);
    ggml_backend_buffer_free(others_);
    ggml_free(context_);
    ggml_free(weights_context_);
    weights_list_.clear();
  }

  std::string buffer_name;

 private:
  ggml_backend_reg_t registry_ = nullptr;
  ggml_backend_dev_t device_ = nullptr;
  ggml_backend_t backend_ = nullptr;
  ggml_context *context_ = nullptr, *weights_context_ = nullptr;
  ggml_cgraph* graph_ = nullptr;
  ggml_tensor* product_ = nullptr;
  std::vector<ggml_tensor*> weights_list_;
  ggml_backend_buffer_t weights_ = nullptr, others_ = nullptr;
  ggml_threadpool* pool_ = nullptr;
};

class Ours {
 public:
  explicit Ours(weighin::Pool& pool) : pool_(pool) {}

  void prepare(const Work& work) {
    work_ = &work;
    bytes_ = static_cast<std::int64_t>(work.plain.size());
    memory_.reset(static_cast<unsigned char*>(std::aligned_alloc(
        4096, static_cast<std::size_t>((bytes_ + 4095) / 4096 * 4096 * work.matrices + 4096))));
    for (std::int64_t i = 0; i < work.matrices; ++i) {
      if (i == 0)
        work.kernel->pack(work.plain.data(), kRows, kColumns, memory_.get());
      else
        std::memcpy(memory_.get() + i * bytes_, memory_.get(), static_cast<std::size_t>(bytes_));
    }
    results_.assign(static_cast<std::size_t>(kRows * work.batch), 0.0f);
    const auto prepared = work.kernel->prepared_bytes(kColumns, work.batch) + 64;
    prepared_.assign(static_cast<std::size_t>(pool_.size()), {});
    for (auto& own : prepared_) own.resize(static_cast<std::size_t>(prepared));
  }

  /// One vector: each thread rounds it for itself, and takes rows as it comes to them, as the
  /// engine's threads do. Many: each its share of vectors to round and of rows, then all wait.
  double pass(std::int64_t threads, bool cold, bool in_turn = false) {
    const Work& work = *work_;
    const Kernel& kernel = *work.kernel;
    if (cold) weighin::flush(memory_.get(), bytes_ * work.matrices);
    std::atomic<std::int64_t> arrived{0};
    std::vector<std::atomic<std::int64_t>> taken(static_cast<std::size_t>(work.matrices));
    const double start = now();
    pool_.run(threads, [&](std::int64_t index) {
      for (std::int64_t i = 0; i < work.matrices; ++i) {
        const bool alone = work.batch == 1;
        unsigned char* prepared = aligned(prepared_[static_cast<std::size_t>(alone ? index : 0)]);
        const std::int64_t groups = alone ? 1 : work.batch / kernel.batch_group;
        const std::int64_t from = alone ? 0 : groups * index / threads * kernel.batch_group;
        const std::int64_t to = alone ? 1 : groups * (index + 1) / threads * kernel.batch_group;
        kernel.prepare(work.activations.data() + from * kColumns, kColumns, to - from,
                       prepared + kernel.prepared_bytes(kColumns, from));
        if (!alone) {
          arrived.fetch_add(1);
          while (arrived.load() < threads * (i + 1)) __builtin_ia32_pause();
        }
        if (alone) {
          const std::int64_t chunk = kRows / 16;
          auto& next = taken[static_cast<std::size_t>(i)];
          for (std::int64_t at = next.fetch_add(chunk); at < kRows; at = next.fetch_add(chunk)) {
            const KernelTask task{.weights = memory_.get() + i * bytes_ +
                                             at * kernel.bytes_per_row(kColumns),
                                  .activations = prepared,
                                  .results = results_.data() + at,
                                  .rows = chunk,
                                  .columns = kColumns,
                                  .batch = 1,
                                  .in_turn = in_turn};
            kernel.run(&task);
          }
          continue;
        }
        // Results of a share lie together; gather() puts them side by side.
        const std::int64_t row_groups = kRows / kernel.row_group;
        const std::int64_t first = row_groups * index / threads * kernel.row_group;
        const std::int64_t last = row_groups * (index + 1) / threads * kernel.row_group;
        const KernelTask task{
            .weights = memory_.get() + i * bytes_ + first * kernel.bytes_per_row(kColumns),
            .activations = prepared,
            .results = results_.data() + first * work.batch,
            .rows = last - first,
            .columns = kColumns,
            .batch = work.batch};
        kernel.run(&task);
      }
    });
    threads_ = threads;
    return now() - start;
  }

  /// As the engine lays them: [batch][rows].
  std::vector<float> results() const {
    std::vector<float> all(results_.size());
    const std::int64_t group = work_->kernel->row_group, groups = kRows / group;
    for (std::int64_t t = 0; t < threads_; ++t) {
      const std::int64_t first = groups * t / threads_ * group;
      const std::int64_t rows = groups * (t + 1) / threads_ * group - first;
      for (std::int64_t v = 0; v < work_->batch; ++v) {
        std::copy_n(results_.begin() + first * work_->batch + v * rows, rows,
                    all.begin() + v * kRows + first);
      }
    }
    return all;
  }

 private:
  static unsigned char* aligned(std::vector<unsigned char>& bytes) {
    const auto at = reinterpret_cast<std::uintptr_t>(bytes.data());
    return bytes.data() + ((at + 63) / 64 * 64 - at);
  }
  struct Free {
    void operator()(unsigned char* at) const { std::free(at); }
  };
  weighin::Pool& pool_;
  const Work* work_ = nullptr;
  std::int64_t bytes_ = 0, threads_ = 1;
  std::unique_ptr<unsigned char, Free> memory_;
  std::vector<float> results_;
  std::vector<std::vector<unsigned char>> prepared_;
};

/// The largest difference as a share of the results' root mean square.
double difference(const std::vector<float>& a, const std::vector<float>& b) {
  double worst = 0.0, squares = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    worst = std::max(worst, std::fabs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    squares += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return worst / std::sqrt(squares / static_cast<double>(b.size()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  const std::string isa = argv[2];
  std::vector<std::string> formats, threads{"1"}, batches{"1", "128", "512"};
  int pairs = 9;
  bool json = false;
  for (int i = 3; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--json")
      json = true;
    else if (i + 1 >= argc)
      return 64;
    else if (option == "--formats")
      formats = split(argv[++i]);
    else if (option == "--threads")
      threads = split(argv[++i]);
    else if (option == "--batches")
      batches = split(argv[++i]);
    else if (option == "--pairs")
      pairs = std::atoi(argv[++i]);
    else
      return 64;
  }
  ggml_log_set(quiet, nullptr);
  ggml_time_init();
  Engine engine(argv[1]);
  weighin::Pool pool(weighin::allowed_cpus());
  Ours ours(pool);
  if (formats.empty()) {
    for (const Kernel* kernel : weighin::kernels::kernel_table()) {
      if (kernel->isa == isa && kernel->kind == KernelKind::decode)
        formats.push_back(kernel->format);
    }
  }
  if (!json) {
    std::printf(
        "| weights | vectors | threads | engine's buffer | ours | engine | ratio | spread |\n"
        "|---|---|---|---|---|---|---|---|\n");
  }
  for (const std::string& format : formats) {
    for (const std::string& batch_text : batches) {
      Work work;
      work.batch = std::atoi(batch_text.c_str());
      const bool cold = work.batch == 1;
      for (const Kernel* kernel : weighin::kernels::kernel_table()) {
        if (kernel->isa == isa && kernel->format == format &&
            kernel->kind == (cold ? KernelKind::decode : KernelKind::prefill))
          work.kernel = kernel;
      }
      if (work.kernel == nullptr) continue;
      work.plain = weighin::kernels::random_rows(format, kRows, kColumns, 1);
      work.activations = weighin::kernels::random_activations(kColumns * work.batch, 2);
      work.matrices = cold ? std::max<std::int64_t>(
                                 1, kColdBytes / static_cast<std::int64_t>(work.plain.size()))
                           : 1;
      engine.prepare(work);
      ours.prepare(work);
      for (const std::string& thread_text : threads) {
        const int count = std::atoi(thread_text.c_str());
        engine.use_threads(count);
        ours.pass(count, cold);
        engine.pass(cold);
        const double apart = difference(ours.results(), engine.results(kRows * work.batch));
        if (!(apart < 0.08)) fail(format + ": the results differ by " + std::to_string(apart));
        // Of two ways of reading the faster one is ours.
        std::vector<double> ratios[2], our_rates[2], engine_rates;
        const double amount =
            static_cast<double>(work.matrices * kRows) *
            static_cast<double>(cold ? work.kernel->bytes_per_row(kColumns)
                                     : work.kernel->operations_per_row(kColumns) * work.batch) /
            1e9;
        for (int pair = 0; pair < pairs; ++pair) {
          const double b = engine.pass(cold);
          engine_rates.push_back(amount / b);
          for (int way = 0; way < work.kernel->ways; ++way) {
            const double a = ours.pass(count, cold, way > 0);
            ratios[way].push_back(b / a);
            our_rates[way].push_back(amount / a);
          }
        }
        const bool second = work.kernel->ways > 1 &&
                            weighin::median(our_rates[1]) > weighin::median(our_rates[0]);
        const int way = second ? 1 : 0;
        std::printf(
            json ? "{\"format\": \"%s\", \"batch\": %d, \"threads\": %d, \"buffer\": \"%s\", "
                   "\"ours\": %.2f, \"engine\": %.2f, \"ratio\": %.3f, \"ratio_low\": %.3f, "
                   "\"ratio_high\": %.3f}\n"
                 : "| %s | %d | %d | %s | %.1f | %.1f | %.2f | %.2f-%.2f |\n",
            format.c_str(), static_cast<int>(work.batch), count, engine.buffer_name.c_str(),
            weighin::median(our_rates[way]), weighin::median(engine_rates),
            weighin::median(ratios[way]), weighin::quantile(ratios[way], 0.1),
            weighin::quantile(ratios[way], 0.9));
        std::fflush(stdout);
      }
      engine.release();
    }
  }
  return 0;
}
