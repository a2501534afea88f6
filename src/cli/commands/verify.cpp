// weighin verify: was the prediction right, by the user's own engine?
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/engine_run.hpp"
#include "cli/settled.hpp"
#include "session/bench_cache.hpp"
#include "session/calibration.hpp"
#include "weighin/model_file.hpp"
#include "weighin/remote.hpp"

namespace weighin {
namespace {

constexpr const char* kRuntime = "llama.cpp";

struct Asked {
  EngineTest test;
  bool forget = false;
};

Verified compared(const EngineResult& result, const Estimate& estimate, const Cpu& cpu,
                  const Measurements& measurements) {
  Verified made;
  const bool prefill = result.prompt_tokens > 0;
  made.phase = prefill ? "prefill" : "decode";
  made.tokens = prefill ? result.prompt_tokens : result.written_tokens;
  SpeedQuestion question;
  name_processor(cpu, question);
  question.runtime = kRuntime;
  question.threads = result.threads;
  question.context = estimate.plan.context;
  question.prompt_tokens = made.tokens;
  // The cache fills while tokens are written.
  question.depth = result.depth + (prefill ? 0 : made.tokens / 2);
  const Speeds speeds = predict_speeds(estimate.token, question, measurements);
  made.predicted = prefill ? speeds.prefill : speeds.decode;
  made.measured = result.tokens_per_second;
  made.measured_low = result.low;
  made.measured_high = result.high;
  if (made.predicted) made.ratio = made.measured / made.predicted->range.mid;
  return made;
}

int run(Options& options, Asked& asked, const Invocation& invocation) {
  const Result<std::string> program = find_program(asked.test.program);
  if (!program) return fail(program.error(), options.json);
  const Result<Catalogue> catalogue = load_catalogue(options, invocation);
  if (!catalogue) return fail(catalogue.error(), options.json);
  const Result<std::vector<ModelSpec>> models = load_models(options, *catalogue);
  if (!models) return fail(models.error(), options.json);
  const ModelSpec& model = models->front();
  if (!model.file || model.file->reader != "gguf" || is_url(options.models.front())) {
    return fail({ErrorKind::usage,
                 fmt::format("{} is no GGUF file of this machine", options.models.front()), "",
                 "name the file that the engine is to load"},
                options.json);
  }
  const Result<Estimate> made = estimate(model, plan_for(model, options));
  if (!made) return fail(made.error(), options.json);
  const Result<DeviceProfile> profile = load_device(options, invocation);
  if (!profile) return fail(profile.error(), options.json);
  Measurements measurements = measure(*profile, options, invocation);
  // Against the bare prediction: a ratio of a ratio would say nothing.
  measurements.calibrations.clear();
  if (asked.test.threads <= 0) asked.test.threads = profile->cpu.usable_threads.value_or(1);
  asked.test.model = model.file->path;
  const std::unique_ptr<Host> host = live_host();
  const Result<EngineRun> engine = run_engine(*host, asked.test);
  if (!engine) return fail(engine.error(), options.json);

  Verification verification;
  verification.model = model.name;
  verification.file = model.file->path;
  verification.format = model.file->format;
  verification.engine = engine->engine;
  verification.threads = asked.test.threads;
  std::vector<Calibration> ratios;
  for (const EngineResult& result : engine->results) {
    verification.phases.push_back(compared(result, *made, profile->cpu, measurements));
    const Verified& each = verification.phases.back();
    if (each.ratio > 0)
      ratios.push_back(
          {kRuntime, engine->engine, model.id, model.file->format, each.phase, each.ratio});
  }
  if (profile->live && !asked.forget && !ratios.empty()) {
    const Result<Done> kept =
        keep_calibrations(cache_of(options), device_fingerprint(*profile), ratios);
    if (!kept) warn(to_text(kept.error()), options.quiet);
    verification.kept = kept.ok();
  }
  const std::string text = options.json
                               ? verify_json(verification)
                               : verify_text(verification, render_options(options.color_choice()));
  const Result<Done> written = write_stdout(text);
  return written ? 0 : fail(written.error());
}

std::function<int()> setup(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<Options>();
  auto asked = std::make_shared<Asked>();
  asked->test.program = "llama-bench";
  asked->test.threads = 0;
  app.add_option("MODEL", options->models, "a GGUF file")->required()->expected(1);
  app.add_option("--engine", asked->test.program, "llama.cpp's llama-bench (default: from PATH)");
  app.add_option("--threads", asked->test.threads, "threads (default: the usable cores)")
      ->check(CLI::Range(1, 4096));
  app.add_option("--prompt", asked->test.prompt_tokens, "tokens of the prompt")
      ->check(CLI::Range(1, 65536));
  app.add_option("--tokens", asked->test.written_tokens, "tokens to write")
      ->check(CLI::Range(1, 65536));
  app.add_option("--repeats", asked->test.repeats, "runs of each")->check(CLI::Range(1, 100));
  app.add_option("--engine-seconds", asked->test.deadline_seconds,
                 "the engine is ended after so long")
      ->check(CLI::Range(1.0, 86400.0));
  app.add_flag("--forget", asked->forget, "do not keep the ratio for later predictions");
  add_output_options(app, *options);
  add_device_options(app, *options);
  add_bench_options(app, *options);
  return with_options(app, options, [invocation, asked](Options& settled) {
    settled.no_gpu = settled.gpus.empty();
    return run(settled, *asked, invocation);
  });
}

}  // namespace

extern const Command verify_command;
const Command verify_command{"verify", "predicted speed against your own llama.cpp's", setup};

}  // namespace weighin
