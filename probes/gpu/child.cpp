// What does our own program do when it is run again as the child that asks one driver?
#include "probes/gpu/child.hpp"

#include <stdlib.h>

#include <charconv>
#include <exception>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "probes/gpu/ask_drivers.hpp"
#include "probes/gpu/nvml.hpp"
#include "vulkan/answer_pipe.hpp"
#include "vulkan/describe.hpp"
#include "vulkan/open_driver.hpp"

namespace weighin {
namespace {

constexpr int kWrongUse = 64;  // EX_USAGE

[[noreturn]] void ask_vulkan(const AnswerPipe& pipe, const std::string& library) {
  const vulkan::OpenDriver driver = vulkan::open_driver(pipe, library);
  int number = 0;
  for (VkPhysicalDevice device : driver.list.devices) {
    pipe.stage("describing device " + std::to_string(number++));
    pipe.device(vulkan::describe_device(driver.instance, device));
  }
  if (driver.list.all > driver.list.devices.size()) {
    pipe.fail("it claims " + std::to_string(driver.list.all) + " devices; the first " +
              std::to_string(driver.list.devices.size()) + " were asked");
  }
  pipe.end();
}

[[noreturn]] void ask_nvml(const AnswerPipe& pipe) {
  const auto why = nvml::describe_devices([&](const std::string& stage) { pipe.stage(stage); },
                                          [&](const nlohmann::json& one) { pipe.device(one); });
  if (why) pipe.fail(*why);
  pipe.end();
}

// All drivers, for a process that is not ours (a program that uses the library): it has one child,
// and nothing is changed in it.
int ask_all(const AnswerPipe& pipe, const char* milliseconds) {
  const std::string_view text = milliseconds;
  int deadline = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), deadline);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || deadline < 1)
    return kWrongUse;
  ::unsetenv("WEIGHIN_ANSWER_FD");  // whoever has it asks nobody  NOLINT(concurrency-mt-unsafe)
  const std::unique_ptr<Host> host = live_host();
  const Result<std::string> self = host->read_link("/proc/self/exe");
  ProbeOptions options;
  if (self) options.program = *self;
  options.driver_deadline_seconds = deadline / 1000.0;
  const Result<std::string> answer = ask_drivers(*host, options);
  return answer && pipe.write_all(*answer) ? 0 : kChildPipeBroken;
}

}  // namespace

bool is_gpu_child(int argc, const char* const* argv) {
  return argc > 1 && argv[1] == kGpuChildArgument;
}

int gpu_child_main(int argc, const char* const* argv) {
  const std::optional<AnswerPipe> given = AnswerPipe::of_environment();
  if (!given || argc < 3 || !is_gpu_child(argc, argv)) return kWrongUse;
  const AnswerPipe& pipe = *given;
  const std::string_view what = argv[2];
  try {
    if (what == "vulkan" && argc == 4) ask_vulkan(pipe, argv[3]);
    if (what == "nvml" && argc == 3) ask_nvml(pipe);
    if (what == "all" && argc == 4) return ask_all(pipe, argv[3]);
  } catch (const std::exception& fault) {
    // Out of memory, most likely: the limit of this process is what a driver may take.
    pipe.fail(std::string("the answer could not be made: ") + fault.what());
  }
  return kWrongUse;
}

}  // namespace weighin
