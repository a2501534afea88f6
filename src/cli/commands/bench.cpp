// weighin bench: how fast is this device at the work of a language model?
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/settled.hpp"

namespace weighin {
namespace {

/// Each figure's name once, and what it means.
std::string descriptions(const Measurements& measurements) {
  std::string text;
  std::set<std::string> said;
  for (const Measurement& each : measurements.list) {
    if (said.insert(each.name).second)
      text += fmt::format("\n{}:\n  {}\n", each.name, describe(each));
  }
  return text;
}

int run(Options& options, const Invocation& invocation) {
  const Result<DeviceProfile> profile = load_device(options, invocation);
  if (!profile) return fail(profile.error(), options.json);
  if (!options.isa.empty()) {
    const std::vector<IsaSupport> isas = kernel_isas(*profile);
    const auto found = std::find_if(
        isas.begin(), isas.end(), [&](const IsaSupport& each) { return each.isa == options.isa; });
    std::string names;
    for (const IsaSupport& each : isas) names += (names.empty() ? "" : ", ") + each.isa;
    if (found == isas.end()) {
      return fail({ErrorKind::usage, fmt::format("no kernels were built for \"{}\"", options.isa),
                   "--isa", "one of " + names},
                  options.json);
    }
    if (!found->runnable) {
      return fail(
          {ErrorKind::usage, fmt::format("this device cannot run {}: {}", options.isa, found->why),
           "--isa", "leave --isa out for the best that it can"},
          options.json);
    }
  }
  Measurements measurements = measure(*profile, options, invocation);
  warn_of_drivers(*profile, measurements);
  std::string text = options.json
                         ? bench_json(measurements)
                         : bench_text(measurements, render_options(options.color_choice()));
  if (options.describe && !options.json) text += descriptions(measurements);
  const Result<Done> written = write_stdout(text);
  if (!written) return fail(written.error());
  const bool any =
      std::any_of(measurements.list.begin(), measurements.list.end(), [](const Measurement& each) {
        return each.status == BenchStatus::ok || each.status == BenchStatus::unstable;
      });
  return any ? 0 : 2;
}

std::function<int()> setup(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<Options>();
  app.add_option("--bench-only", options->bench_only, "only measurements with this in their name");
  app.add_flag("--describe", options->describe, "say in plain words what each figure means");
  app.add_option("--isa", options->isa, "use the kernels of this instruction set");
  add_output_options(app, *options);
  add_device_options(app, *options);
  add_bench_options(app, *options);
  add_software_option(app, *options);
  return with_options(app, options,
                      [invocation](Options& settled) { return run(settled, invocation); });
}

}  // namespace

extern const Command bench_command;
const Command bench_command{"bench", "the micro-inference benchmarks alone", setup};

}  // namespace weighin
