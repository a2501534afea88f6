// What do all GPU drivers together answer, each asked in a child process of its own?
#include "probes/gpu/ask_drivers.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "probes/gpu/child.hpp"
#include "probes/gpu/driver_manifests.hpp"
#include "vulkan/answer_frame.hpp"
#include "vulkan/clean_text.hpp"
#include "vulkan/driver_faults.hpp"
#include "vulkan/driver_request.hpp"
#include "weighin/process.hpp"

namespace weighin {
namespace {

using nlohmann::json;

// Enough for every driver that we know (lavapipe with LLVM takes 0.2 GiB of writable memory); a
// driver that wants more to list its devices would take it from the model.
constexpr std::int64_t kDriverMemoryBytes = 2 * kGiB;

// What a child may take beyond the drivers' deadline to end those that did not answer, and to write.
constexpr double kEndingSeconds = 1.0;

// Our own program, that knows the hidden argument. A program that merely uses the library does not.
std::string own_program(const Host& host, const ProbeOptions& options) {
  if (!options.program.empty()) return options.program;
  const auto self = host.read_link("/proc/self/exe");
  return self && file_name(*self) == "weighin" ? *self : std::string();
}

// NVIDIA's kernel module, or the driver that Windows lends to its guests.
bool may_have_nvml(const Host& host) {
  if (host.list_directory("/proc/driver/nvidia").ok()) return true;
  const auto wsl = host.list_directory("/usr/lib/wsl/lib");
  return wsl && std::find(wsl->begin(), wsl->end(), "libnvidia-ml.so.1") != wsl->end();
}

ChildRequest request_of(const std::string& program, std::vector<std::string> arguments,
                        const ProbeOptions& options) {
  return vulkan::driver_request(program, std::move(arguments), options.driver_deadline_seconds,
                                kDriverMemoryBytes);
}

json row(const std::string& driver, const char* interface) {
  return {{"driver", vulkan::clean_text(driver)}, {"interface", interface}};
}

void set_status(json& driver, const char* status, const std::string& why) {
  driver["status"] = status;
  driver["why"] = vulkan::clean_text(why, 1024);
}

void write_answer(json& driver, const ChildAnswer& answer, const std::string& token,
                  const ProbeOptions& options) {
  const Transcript transcript = read_transcript(answer.output, token);
  driver["seconds"] = answer.seconds;
  driver["devices"] = json::array();
  std::size_t broken = 0;
  for (const std::string& text : transcript.devices) {
    json device = json::parse(text, nullptr, false);
    if (device.is_object()) {
      driver["devices"].push_back(std::move(device));
    } else {
      ++broken;
    }
  }
  const auto fault = driver_fault(answer, transcript, options.driver_deadline_seconds);
  if (fault) {
    const bool absent = fault->starts_with(kNoDevice) || fault->starts_with(kNoLoader);
    set_status(driver, absent ? "unsupported" : "error", *fault);
  } else if (broken > 0) {
    set_status(driver, "error", "answered rubbish instead of a device");
  } else if (driver["devices"].empty()) {
    set_status(driver, "unsupported", std::string(kNoDevice));
  } else {
    driver["status"] = "ok";
  }
}

// The same through one child that does all of it, so that in a process that is not ours nothing is
// changed and nothing is left.
Result<std::string> ask_by_one_child(const Host& host, const std::string& program,
                                     const ProbeOptions& options) {
  const auto milliseconds = static_cast<long>(options.driver_deadline_seconds * 1000.0);
  ChildRequest request =
      request_of(program,
                 {std::string(kGpuChildArgument), "all", std::to_string(std::max(milliseconds, 1L))},
                 options);
  request.deadline_seconds += kEndingSeconds;
  request.output_limit_bytes = std::int64_t{8} << 20;
  request.memory_limit_bytes = 0;  // each driver has its own
  ChildAnswer answer = host.run_child(request);
  if (answer.end == ChildEnd::exited && answer.code == 0 && !answer.output.empty())
    return std::move(answer.output);
  return Error{ErrorKind::no_input,
               "no driver was asked: " + program + " " +
                   (answer.why.empty() ? "did not answer" : vulkan::clean_text(answer.why)),
               "", ""};
}

}  // namespace

Result<std::string> ask_drivers(const Host& host, const ProbeOptions& options) {
  if (!is_process_ours()) {
    const std::string program = own_program(host, options);
    if (!program.empty()) return ask_by_one_child(host, program, options);
  }
  json document{{"schema", "weighin-gpu-answer/1"}, {"drivers", json::array()}};
  json& drivers = document["drivers"];
  const DriverSearch search = find_drivers(host);
  document["searched"] = search.searched;
  if (search.manifests.empty()) {
    json none = row("vulkan", "vulkan");
    set_status(none, "unsupported", "no Vulkan driver is installed (no manifest in vulkan/icd.d)");
    drivers.push_back(std::move(none));
  }
  const std::string program = own_program(host, options);
  // A child never asks again: whatever it is, it must not multiply.
  const bool child_already = host.environment("WEIGHIN_ANSWER_FD").has_value();
  std::vector<ChildRequest> requests;
  std::vector<std::size_t> rows;    // of each request
  std::vector<std::string> tokens;  // of each request
  const auto ask = [&](json driver, ChildRequest request) {
    if (program.empty() || child_already) {
      set_status(driver, "skipped", "not asked: there is no program to ask it in a child process");
    } else {
      rows.push_back(drivers.size());
      tokens.push_back(new_frame_token());
      request.environment.emplace_back(kFrameToken, tokens.back());
      requests.push_back(std::move(request));
    }
    drivers.push_back(std::move(driver));
  };
  for (const DriverManifest& manifest : search.manifests) {
    json driver = row(file_name(manifest.path), "vulkan");
    if (manifest.skipped) {
      set_status(driver, "skipped", std::string(kOtherProcessor));
      drivers.push_back(std::move(driver));
    } else if (!manifest.fault.empty()) {
      set_status(driver, "error", manifest.fault);
      drivers.push_back(std::move(driver));
    } else {
      ChildRequest request = request_of(
          program, {std::string(kGpuChildArgument), "vulkan", manifest.library}, options);
      vulkan::choose_driver(manifest.path, search.layer_switches, request);
      ask(std::move(driver), std::move(request));
    }
  }
  if (search.left_out > 0) {
    json more = row("vulkan", "vulkan");
    set_status(more, "error",
               std::to_string(search.left_out) + " more driver manifests were not asked");
    drivers.push_back(std::move(more));
  }
  if (may_have_nvml(host)) {
    ask(row("nvml", "nvml"),
        request_of(program, {std::string(kGpuChildArgument), "nvml"}, options));
  }
  const std::vector<ChildAnswer> answers =
      requests.empty() ? std::vector<ChildAnswer>{} : host.run_children(requests);
  for (std::size_t i = 0; i < answers.size() && i < rows.size(); ++i) {
    write_answer(drivers[rows[i]], answers[i], tokens[i], options);
  }
  return document.dump(1, ' ', false, json::error_handler_t::replace);
}

}  // namespace weighin
