// How are the shared options declared, read and checked?
#include "session/options.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace weighin {
namespace {

// A whole number and nothing else.
std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "16" or "16,q,v".
Result<Done> settle_lora(Options& options) {
  if (options.lora.empty()) return Done{};
  const std::size_t comma = std::min(options.lora.find(','), options.lora.size());
  const auto rank = whole_number(options.lora.substr(0, comma));
  const auto wrong = [&](std::string hint) {
    return Error{ErrorKind::usage, fmt::format("\"{}\" is no adapter", options.lora), "--lora",
                 std::move(hint)};
  };
  if (!rank || *rank < 0) return wrong("give its rank, e.g. 16 or 16,q,v");
  options.plan.lora_rank = *rank;
  if (comma == options.lora.size()) return Done{};
  const std::string targets = options.lora.substr(comma + 1);
  std::size_t from = 0;
  while (from <= targets.size()) {
    const std::size_t end = std::min(targets.find(',', from), targets.size());
    const std::string word = targets.substr(from, end - from);
    static const std::vector<std::string> kWords{"q", "k", "v", "o", "gate", "up", "down"};
    if (word != "all" && std::find(kWords.begin(), kWords.end(), word) == kWords.end())
      return wrong(fmt::format("\"{}\" is no matrix: q, k, v, o, gate, up, down or all", word));
    if (word == "all" && targets != "all") return wrong("\"all\" stands alone");
    from = end + 1;
  }
  options.plan.lora_targets = targets;
  return Done{};
}

bool given(const CLI::App& app, const std::string& name) {
  const CLI::Option* option = app.get_option_no_throw(name);
  return option != nullptr && option->count() > 0;
}

}  // namespace

ColorChoice Options::color_choice() const {
  if (color == "always") return ColorChoice::always;
  if (color == "never") return ColorChoice::never;
  return ColorChoice::automatic;
}

void add_plan_options(CLI::App& app, Options& options) {
  Plan& plan = options.plan;
  const std::string group = "Plan";
  app.add_option("--format", plan.format, "weight format, e.g. Q4_K_M, Q8_0, F16")->group(group);
  app.add_option("--runtime", plan.runtime, "runtime that would load the model")->group(group);
  app.add_option("--context", plan.context, "tokens of context")
      ->group(group)
      ->capture_default_str();
  app.add_option("--kv-type", plan.kv_type, "type of the KV cache: f16, q8_0, q4_0 …")
      ->group(group)
      ->capture_default_str();
  app.add_option("--ubatch", plan.ubatch, "tokens computed at once in prefill")
      ->group(group)
      ->capture_default_str();
  app.add_option("--flash-attn", plan.flash_attn, "flash attention")
      ->check(CLI::IsMember({"on", "off", "auto"}))
      ->group(group)
      ->capture_default_str();
  app.add_option("--parallel", plan.parallel, "sequences at once")
      ->group(group)
      ->capture_default_str();
  app.add_flag("--kv-unified", plan.kv_unified, "one KV cache for all sequences (llama-server)")
      ->group(group);
  app.add_option("--outputs", options.outputs,
                 "logits kept per batch: a number, or \"batch\" as llama-bench does (default: 1 a "
                 "sequence)")
      ->group(group);
  app.add_option("--gpu-layers", options.gpu_layers, "layers on the GPU: a number or \"auto\"")
      ->group(group);
  app.add_option(
         "--lora", options.lora,
         "a LoRA adapter on top: RANK, or RANK,q,v for some matrices (q k v o gate up down)")
      ->type_name("RANK[,TARGETS]")
      ->group(group);
  app.add_flag("--imatrix", plan.importance_matrix,
               "the format is made with an importance matrix (as most published files are)")
      ->group(group);
}

void add_catalogue_options(CLI::App& app, Options& options) {
  app.add_option("--catalogue", options.catalogues,
                 "catalogue laid over the built-in one (may be given several times)")
      ->type_name("FILE")
      ->group("Plan");
}

void add_device_options(CLI::App& app, Options& options) {
  const std::string group = "Device";
  app.add_option("--device", options.device,
                 "another machine: a saved profile (JSON) or a recorded machine (folder)")
      ->type_name("FILE|DIR")
      ->group(group);
  app.add_flag("--no-gpu", options.no_gpu, "do not look for GPUs, and use none")->group(group);
  app.add_option("--gpu", options.gpus,
                 "use only this GPU: its index in `weighin probe`, or its UUID (may be given "
                 "several times)")
      ->type_name("INDEX|UUID")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option("--models-dir", options.models_dir, "where the model would be stored")
      ->type_name("DIR")
      ->group(group);
  app.add_option("--driver-timeout", options.driver_deadline_seconds,
                 "seconds that each GPU driver may take to answer")
      ->check(CLI::Range(0.1, 60.0))
      ->group(group)
      ->capture_default_str();
}

void add_bench_options(CLI::App& app, Options& options) {
  const std::string group = "Measurement";
  app.add_flag("--no-bench", options.no_bench, "measure nothing: no speeds")->group(group);
  app.add_option("--bench-seconds", options.bench_seconds, "time for all measurements")
      ->check(CLI::Range(0.1, 600.0))
      ->group(group)
      ->capture_default_str();
  app.add_flag("--fresh", options.fresh, "measure again, use no kept figure")->group(group);
}

void add_measured_option(CLI::App& app, Options& options) {
  app.add_option("--measured", options.measured_file,
                 "speeds as `weighin bench --json` wrote them, in place of a measurement")
      ->type_name("FILE")
      ->group("Measurement");
}

void add_software_option(CLI::App& app, Options& options) {
  app.add_flag("--include-software", options.include_software,
               "measure software devices (llvmpipe and the like) as if they were GPUs")
      ->group("Measurement");
}

void add_demand_options(CLI::App& app, Options& options) {
  const std::string group = "Demands";
  app.add_option("--min-decode", options.demands.min_decode_tokens_per_second,
                 "tokens a second that decoding must reach")
      ->check(CLI::Range(0.0, 1e6))
      ->group(group);
  app.add_option("--max-first-token", options.demands.max_first_token_seconds,
                 "seconds that the first token may take")
      ->check(CLI::Range(0.0, 1e6))
      ->group(group);
  app.add_option("--max-download", options.max_download, "largest download, e.g. 2GB")
      ->group(group);
  app.add_option("--use", options.use, "what the model is for, which decides what is recommended")
      ->check(CLI::IsMember(uses()))
      ->group(group);
}

void add_output_options(CLI::App& app, Options& options) {
  const std::string group = "Output";
  app.add_flag("--json", options.json, "print JSON (schemas: weighin schema)")->group(group);
  app.add_flag("-q,--quiet", options.quiet, "no progress, no warnings")->group(group);
  app.add_flag("-v,--verbose", options.verbose, "say more: bytes read of files, whole answers")
      ->group(group);
  app.add_option("--color", options.color, "colour")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group(group)
      ->capture_default_str();
}

Result<Done> settle_options(const CLI::App& app, Options& options) {
  options.format_given = given(app, "--format");
  options.runtime_given = given(app, "--runtime");
  if (!options.runtime_given && !options.use.empty() && options.models.empty())
    options.plan.runtime = usual_runtime(options.use);
  if (!options.format_given && options.plan.runtime != Plan{}.runtime) options.plan.format.clear();
  if (!options.outputs.empty()) {
    if (options.outputs == "batch") {
      options.plan.outputs = -1;
    } else {
      const auto number = whole_number(options.outputs);
      if (!number || *number < 1) {
        return Error{ErrorKind::usage,
                     fmt::format("\"{}\" is no number of outputs", options.outputs), "--outputs",
                     "give a number from 1 up, or \"batch\""};
      }
      options.plan.outputs = *number;
    }
  }
  if (!options.gpu_layers.empty() && options.gpu_layers != "auto") {
    const auto number = whole_number(options.gpu_layers);
    if (!number || *number < 0) {
      return Error{ErrorKind::usage,
                   fmt::format("\"{}\" is no number of layers", options.gpu_layers), "--gpu-layers",
                   "give a number from 0 up, or \"auto\""};
    }
    options.plan.gpu_layers = *number;
    options.gpu_layers_given = true;
  }
  if (options.no_gpu && !options.gpus.empty()) {
    return Error{ErrorKind::usage, "--gpu and --no-gpu exclude each other", "--gpu",
                 "leave one of them out"};
  }
  const Result<Done> lora = settle_lora(options);
  if (!lora) return lora;
  if (!options.max_download.empty()) {
    const Result<Bytes> bytes = parse_bytes(options.max_download);
    if (!bytes) {
      Error error = bytes.error();
      error.where = "--max-download";
      return error;
    }
    options.demands.max_download_bytes = *bytes;
  }
  return check_plan(options.plan);
}

}  // namespace weighin
