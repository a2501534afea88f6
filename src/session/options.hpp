// What may a user ask for, in every subcommand alike?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "weighin/advise.hpp"

namespace CLI {
class App;
}

namespace weighin {

/// When to use colour.
enum class ColorChoice { automatic, always, never };

/// The options that subcommands share. Each subcommand declares the groups that it understands.
struct Options {
  // the model and the plan
  std::vector<std::string> models;
  Plan plan;
  std::string outputs;     ///< as given: a number or "batch"
  std::string gpu_layers;  ///< as given: a number or "auto"
  std::string lora;        ///< as given: "16" or "16,q,v"
  bool format_given = false;
  bool runtime_given = false;
  bool gpu_layers_given = false;
  Demands demands;
  std::string max_download;
  std::string use;  ///< what the model is for
  std::vector<std::string> catalogues;
  // the device
  std::string device;
  std::string device_text;  ///< a weighin/device/1 document, in place of a file
  bool no_gpu = false;
  std::vector<std::string> gpus;  ///< chosen, by index or UUID; empty = all
  std::string models_dir;
  double driver_deadline_seconds = 3.0;
  bool keep_gpus = false;  ///< take what the drivers answered a while ago, where it still holds
  // the measurement
  bool no_bench = false;
  bool fresh = false;
  std::string measured_text;  ///< a weighin/bench/1 document, in place of a file
  std::string measured_file;  ///< a weighin/bench/1 document, in place of a benchmark
  double bench_seconds = 2.0;
  double gpu_seconds =
      0.0;  ///< the most that measuring GPUs may take; 0 = as the benchmark sees fit
  std::string bench_only;
  std::string isa;
  bool describe = false;
  bool include_software = false;  ///< measure rasterizers on the CPU like GPUs
  // the output
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  bool all = false;
  std::string color = "auto";
  std::string output_file;

  // where it runs
  std::optional<std::string> cache;  ///< folder of what is kept; unset: cache_folder(); "": nothing
  bool network = true;               ///< a URL may be read
  // who listens
  Events events;  ///< "bench": progress; "warning" and "note": for the user; null = nobody
  std::vector<std::string> commands;  ///< words that are commands: a model of that name is a slip

  ColorChoice color_choice() const;
};

/// --format, --runtime, --context, --kv-type, --ubatch, --flash-attn, --parallel, --outputs,
/// --gpu-layers, --lora, --imatrix.
void add_plan_options(CLI::App& app, Options& options);
/// --catalogue.
void add_catalogue_options(CLI::App& app, Options& options);
/// --device, --no-gpu, --gpu, --models-dir, --driver-timeout.
void add_device_options(CLI::App& app, Options& options);
/// --no-bench, --bench-seconds, --fresh.
void add_bench_options(CLI::App& app, Options& options);
/// --include-software.
void add_software_option(CLI::App& app, Options& options);
/// --measured.
void add_measured_option(CLI::App& app, Options& options);
/// --min-decode, --max-first-token, --max-download.
void add_demand_options(CLI::App& app, Options& options);
/// --json, --quiet, --verbose, --color.
void add_output_options(CLI::App& app, Options& options);

/// Turns the words of the options into values and checks them together.
Result<Done> settle_options(const CLI::App& app, Options& options);

}  // namespace weighin
