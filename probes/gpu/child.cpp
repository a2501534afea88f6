// What does our own program do when it is run again as the child that asks one driver?
#include "probes/gpu/child.hpp"

#include <dlfcn.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "probes/gpu/answer_frame.hpp"
#include "probes/gpu/ask_drivers.hpp"
#include "probes/gpu/driver_faults.hpp"
#include "probes/gpu/nvml.hpp"
#include "vulkan/clean_text.hpp"
#include "vulkan/describe.hpp"
#include "vulkan/loader.hpp"

namespace weighin {
namespace {

constexpr int kWrongUse = 64;  // EX_USAGE

// Frames go out one by one: what the child was doing when it died is the last thing it said.
bool send_all(int fd, std::string_view rest) {
  while (!rest.empty()) {
    const ssize_t written = ::write(fd, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

class Pipe {
 public:
  Pipe(int fd, std::string token) : fd_(fd), token_(std::move(token)) {}
  void send(FrameKind kind, std::string_view payload) const {
    if (!send_all(fd_, write_frame(kind, payload, token_))) ::_exit(kChildPipeBroken);
  }
  void stage(const std::string& what) const { send(FrameKind::stage, what); }
  void device(const nlohmann::json& device) const {
    send(FrameKind::device, device.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  [[noreturn]] void fail(const std::string& why) const {
    send(FrameKind::failure, why);
    ::_exit(0);
  }
  [[noreturn]] void end() const {
    send(FrameKind::end, {});
    ::_exit(0);
  }

 private:
  int fd_;
  std::string token_;
};

// Taken out of the environment before any driver is loaded, and out of what /proc shows of it.
std::string take_token() {
  char* const found = std::getenv(kFrameToken);
  if (found == nullptr) return {};
  std::string token = found;
  std::fill(found, found + token.size(), ' ');
  ::unsetenv(kFrameToken);
  return token;
}

[[noreturn]] void ask_vulkan(const Pipe& pipe, const std::string& library) {
  pipe.stage("opening the Vulkan loader");
  const auto loader = vulkan::open_loader();
  if (!loader) pipe.fail(to_text(loader.error()));

  // The Vulkan loader would open the driver by itself, and say nothing of why it could not. Opened
  // here first, its constructors run in a stage of their own, and dlerror() is heard.
  pipe.stage("loading the driver");
  void* const driver = ::dlopen(library.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (driver == nullptr) {
    const char* why = ::dlerror();
    pipe.fail("its library cannot be opened: " +
              vulkan::clean_text(why != nullptr ? why : library, 512));
  }
  if (::dlsym(driver, "vk_icdGetInstanceProcAddr") == nullptr &&
      ::dlsym(driver, "vk_icdNegotiateLoaderICDInterfaceVersion") == nullptr &&
      ::dlsym(driver, "vkGetInstanceProcAddr") == nullptr) {
    pipe.fail("its library is no Vulkan driver: it has no entry points");
  }

  pipe.stage("creating an instance");
  const auto instance = vulkan::create_instance(*loader);
  if (!instance) pipe.fail(to_text(instance.error()));

  pipe.stage("listing its devices");
  const auto list = vulkan::list_devices(*instance, kMostFrameDevices);
  if (!list) {
    // What Mesa's drivers answer, through the loader, where there is no hardware for them.
    const std::string why = to_text(list.error());
    const bool none = why.find("VK_ERROR_INITIALIZATION_FAILED") != std::string::npos;
    pipe.fail(none ? std::string(kNoDevice) + " (VK_ERROR_INITIALIZATION_FAILED)" : why);
  }
  int number = 0;
  for (VkPhysicalDevice device : list->devices) {
    pipe.stage("describing device " + std::to_string(number++));
    pipe.device(vulkan::describe_device(*instance, device));
  }
  if (list->all > list->devices.size()) {
    pipe.fail("it claims " + std::to_string(list->all) + " devices; the first " +
              std::to_string(list->devices.size()) + " were asked");
  }
  pipe.end();
}

[[noreturn]] void ask_nvml(const Pipe& pipe) {
  const auto why = nvml::describe_devices([&](const std::string& stage) { pipe.stage(stage); },
                                          [&](const nlohmann::json& one) { pipe.device(one); });
  if (why) pipe.fail(*why);
  pipe.end();
}

// All drivers, for a process that is not ours (a program that uses the library): it has one child,
// and nothing is changed in it.
int ask_all(int fd, const char* milliseconds) {
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
  return answer && send_all(fd, *answer) ? 0 : kChildPipeBroken;
}

}  // namespace

bool is_gpu_child(int argc, const char* const* argv) {
  return argc > 1 && argv[1] == kGpuChildArgument;
}

int gpu_child_main(int argc, const char* const* argv) {
  const char* const number = std::getenv("WEIGHIN_ANSWER_FD");
  if (number == nullptr || argc < 3 || !is_gpu_child(argc, argv)) return kWrongUse;
  char* end = nullptr;
  const long fd = std::strtol(number, &end, 10);
  if (end == number || *end != '\0' || fd < 0 || fd > 1 << 20) return kWrongUse;
  // A broken driver is to leave no core file behind, and a closed pipe is an error to write().
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  std::signal(SIGPIPE, SIG_IGN);
  const Pipe pipe(static_cast<int>(fd), take_token());
  const std::string_view what = argv[2];
  try {
    if (what == "vulkan" && argc == 4) ask_vulkan(pipe, argv[3]);
    if (what == "nvml" && argc == 3) ask_nvml(pipe);
    if (what == "all" && argc == 4) return ask_all(static_cast<int>(fd), argv[3]);
  } catch (const std::exception& fault) {
    // Out of memory, most likely: the limit of this process is what a driver may take.
    pipe.fail(std::string("the answer could not be made: ") + fault.what());
  }
  return kWrongUse;
}

}  // namespace weighin
