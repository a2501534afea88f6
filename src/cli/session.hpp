// How do the stages of a run come together: catalogue, device, measurements?
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/load_models.hpp"
#include "cli/options.hpp"
#include "weighin/report.hpp"

namespace weighin {

/// The built-in catalogue with the user's laid over it.
Result<Catalogue> load_catalogue(const Options& options, const Invocation& invocation);

/// The machine: this one, a saved profile or a recorded one (--device).
Result<DeviceProfile> load_device(const Options& options, const Invocation& invocation);

/// The measurements of a live machine, with progress on stderr; those of any other are skipped.
Measurements measure(const DeviceProfile& profile, const Options& options);

/// Measurements that were written to a file (--measured).
Result<Measurements> read_measured(const std::string& path);

/// What `advise` is to be asked with.
AdviseOptions advise_options(const Options& options);

/// The whole check: device, measurements, verdicts.
Result<Report> make_report(const Options& options, const Invocation& invocation,
                           const Catalogue& catalogue, const std::vector<ModelSpec>& models);

/// The exit code of a question about several models: the worst of them (a no before a "could not
/// decide").
int worst_exit_code(const std::vector<Verdict>& verdicts, const Demands& demands);

/// The folder's or file's whole text, for catalogues and devices.
Result<std::string> read_input(const std::string& path, std::size_t max_bytes);

/// Which of a fresh set of options a subcommand's run gets.
template <class Run>
std::function<int()> with_options(CLI::App& app, std::shared_ptr<Options> options, Run run) {
  return [&app, options, run]() -> int {
    const Result<Done> settled = settle_options(app, *options);
    if (!settled) return fail(settled.error(), options->json);
    return run(*options);
  };
}

}  // namespace weighin
