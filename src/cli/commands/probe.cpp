// weighin probe: what is this machine?
#include "cli/settled.hpp"

namespace weighin {
namespace {

int run(Options& options, const Invocation& invocation) {
  const Result<DeviceProfile> profile = load_device(options, invocation);
  if (!profile) return fail(profile.error(), options.json);
  const std::string text = options.json
                               ? device_json(*profile)
                               : device_text(*profile, render_options(options.color_choice()));
  const Result<Done> written = write_stdout(text);
  return written ? 0 : fail(written.error());
}

std::function<int()> setup(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<Options>();
  add_output_options(app, *options);
  add_device_options(app, *options);
  return with_options(app, options,
                      [invocation](Options& settled) { return run(settled, invocation); });
}

}  // namespace

extern const Command probe_command;
const Command probe_command{"probe", "the device profile alone: memory, processor, GPUs, limits",
                            setup};

}  // namespace weighin
