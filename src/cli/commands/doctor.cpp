// weighin doctor: what was asked, of whom, what came back, and what was it taken for?
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>

#include "cli/settled.hpp"
#include "session/choose_gpus.hpp"

namespace weighin {
namespace {

struct DoctorOptions : Options {
  std::string save;
};

// The first line of an answer, short enough for a terminal and without control characters.
std::string first_line(const std::string& answer, std::size_t width) {
  std::string line;
  for (const char c : answer) {
    if (c == '\n') break;
    line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  if (line.size() > width) line = line.substr(0, width - 2) + "..";
  return line;
}

std::string evidence_text(const RecordingHost& host, const DeviceProfile& profile,
                          const RenderOptions& render, bool verbose) {
  std::string text =
      fmt::format("weighin {} on {}\n\nWhat the probes want to know\n", version(), host.name());
  for (const ProbeInfo& info : probe_list())
    text += fmt::format("  {:<10} {}\n", info.name, info.question);
  const std::vector<Evidence> evidence = host.evidence();
  std::size_t answered = 0;
  for (const Evidence& each : evidence) answered += each.answered ? 1 : 0;
  text += fmt::format("\nWhat was asked, and what came back ({} questions, {} answered)\n",
                      evidence.size(), answered);
  const std::size_t width = static_cast<std::size_t>(std::max(40, render.width));
  for (const Evidence& each : evidence) {
    text += fmt::format("  {} {}", each.answered ? "ok" : "--", each.question);
    if (each.seconds >= 0.001) text += fmt::format("  ({})", text_seconds(each.seconds));
    text += '\n';
    if (each.answer.empty()) continue;
    if (verbose) {
      std::size_t from = 0;
      while (from < each.answer.size()) {
        const std::size_t end = std::min(each.answer.find('\n', from), each.answer.size());
        text += "       | " + first_line(each.answer.substr(from, end - from), 4096);
        from = end + 1;
      }
    } else {
      const std::size_t lines =
          static_cast<std::size_t>(std::count(each.answer.begin(), each.answer.end(), '\n'));
      text += "       " + first_line(each.answer, width - 22);
      if (lines > 1) text += fmt::format("  (+{} lines)", lines - 1);
      text += '\n';
    }
  }
  text += "\nWhat it was taken for\n\n" + device_text(profile, render);
  return text;
}

int run(DoctorOptions& options, const Invocation& invocation) {
  std::unique_ptr<Host> host;
  std::error_code error;
  if (options.device.empty()) {
    host = live_host();
  } else if (std::filesystem::is_directory(options.device, error)) {
    Result<std::unique_ptr<Host>> recorded = recorded_host(options.device);
    if (!recorded) return fail(recorded.error(), options.json);
    host = std::move(*recorded);
  } else {
    return fail({ErrorKind::usage, "doctor needs a machine, not a profile", "--device",
                 "give a folder written by `weighin doctor --save`"},
                options.json);
  }
  const RecordingHost recording(*host);
  ProbeOptions probe_options;
  probe_options.gpu = !options.no_gpu;
  probe_options.driver_deadline_seconds = options.driver_deadline_seconds;
  probe_options.models_dir = options.models_dir;
  probe_options.program = invocation.program;
  DeviceProfile profile = probe(recording, probe_options);
  const Result<Done> chosen = choose_gpus(profile, options.gpus);
  if (!chosen) return fail(chosen.error(), options.json);
  if (!options.save.empty()) {
    const Result<Done> saved = recording.save(options.save);
    if (!saved) return fail(saved.error(), options.json);
    if (!options.quiet) {
      fmt::print(stderr, "weighin: wrote {} (replay: weighin check --device {})\n", options.save,
                 options.save);
    }
    return 0;
  }
  const std::string text =
      options.json ? evidence_json(recording.evidence(), profile)
                   : evidence_text(recording, profile, render_options(options.color_choice()),
                                   options.verbose);
  const Result<Done> written = write_stdout(text);
  return written ? 0 : fail(written.error());
}

std::function<int()> setup(CLI::App& app, const Invocation& invocation) {
  auto options = std::make_shared<DoctorOptions>();
  app.add_option("--save", options->save,
                 "write this machine as a folder that --device reads; names, serial and MAC "
                 "numbers removed")
      ->type_name("DIR");
  add_output_options(app, *options);
  add_device_options(app, *options);
  return [&app, options, invocation]() -> int {
    const Result<Done> settled = settle(app, *options);
    if (!settled) return fail(settled.error(), options->json);
    return run(*options, invocation);
  };
}

}  // namespace

extern const Command doctor_command;
const Command doctor_command{
    "doctor", "raw evidence: what was asked, what came back, what it was taken for", setup};

}  // namespace weighin
