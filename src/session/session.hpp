// How do the stages of a run come together: catalogue, device, measurements?
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "session/invocation.hpp"
#include "session/load_models.hpp"
#include "session/options.hpp"
#include "weighin/report.hpp"

namespace weighin {

/// The built-in catalogue with the user's laid over it.
Result<Catalogue> load_catalogue(const Options& options, const Invocation& invocation);

/// Lays the catalogue of a file over another.
Result<Done> lay_over(Catalogue& catalogue, const std::string& file);

/// The folder of what is kept between runs; "" = nothing is kept.
std::string cache_of(const Options& options);

/// The machine: this one, a saved profile or a recorded one (--device).
Result<DeviceProfile> load_device(const Options& options, const Invocation& invocation);

/// The measurements of a live machine, with progress as events; those of any other are skipped.
Measurements measure(const DeviceProfile& profile, const Options& options,
                     const Invocation& invocation);

/// A warning for each driver that failed, and one where none could be asked: their GPUs were not
/// measured. For who sees the measurements without the profile.
void warn_of_drivers(const DeviceProfile& profile, Measurements& measurements);

/// True where measurements are given, as a file (--measured) or as a text; and these.
bool measured_given(const Options& options);
Result<Measurements> read_measured(const Options& options);

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

/// Says something to whoever listens (Options::events): "warning" or "note". Nothing is printed
/// here.
void tell(const Options& options, const char* what, const std::string& text);

}  // namespace weighin
