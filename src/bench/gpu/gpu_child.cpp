// What does our own program do when it is run again as the child that measures one GPU?
#include "bench/gpu/gpu_child.hpp"

#include <stdlib.h>

#include <exception>
#include <memory>
#include <nlohmann/json.hpp>

#include "bench/clock.hpp"
#include "bench/gpu/gpu_figures.hpp"
#include "bench/gpu/gpu_task.hpp"
#include "vulkan/describe.hpp"
#include "vulkan/open_driver.hpp"

namespace weighin {
namespace {

using nlohmann::json;

constexpr int kWrongUse = 64;  // EX_USAGE
// Often enough beside the parent's patience, and so rarely that it costs nothing.
constexpr double kBeatSeconds = 0.05;

// The hexadecimal digits alone.
std::string digits_of(const std::string& uuid) {
  std::string digits;
  for (const char c : uuid) {
    if (c != '-') digits += c;
  }
  return digits;
}

std::string uuid_of(const vulkan::Instance& instance, VkPhysicalDevice device) {
  if (instance.properties2 == nullptr) return {};
  VkPhysicalDeviceProperties2 properties{};
  properties.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
  VkPhysicalDeviceIDProperties id{};
  vulkan::Chain chain(&properties);
  chain.add(id, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES);
  instance.properties2(device, &properties);
  return vulkan::hex_text(id.deviceUUID);
}

VkPhysicalDevice find_device(const vulkan::OpenDriver& driver, const GpuBenchRequest& request) {
  for (VkPhysicalDevice device : driver.list.devices) {
    const bool same = request.uuid.empty()
                          ? vulkan::compute_abilities(driver.instance, device).name == request.name
                          : uuid_of(driver.instance, device) == digits_of(request.uuid);
    if (same) return device;
  }
  return nullptr;
}

[[noreturn]] void measure(const AnswerPipe& pipe, const std::string& library,
                          const GpuBenchRequest& request, double begun) {
  const vulkan::OpenDriver driver = vulkan::open_driver(pipe, library);
  VkPhysicalDevice const device = find_device(driver, request);
  if (device == nullptr) pipe.fail("the driver does not show the device any more");
  if (vulkan::compute_abilities(driver.instance, device).software && !request.software)
    pipe.fail("it is a rasterizer on the CPU");
  pipe.stage("opening the device");
  double last_beat = begun;
  auto lab = GpuLab::open(driver.loader, driver.instance, device, request.sizes, [&] {
    if (clock_seconds() < last_beat + kBeatSeconds) return;
    pipe.beat();
    last_beat = clock_seconds();
  });
  if (!lab) pipe.fail(to_text(lab.error()));
  GpuEvents events;
  events.stage = [&](const std::string& what) { pipe.stage(what); };
  events.measurement = [&](const Measurement& m) { pipe.measurement(figure_json(m)); };
  const auto done = measure_gpu(*lab, request.order, events, begun);
  if (!done) pipe.fail(to_text(done.error()));
  pipe.end();
}

// Runs the child that measures, with our own surroundings, in which the driver is chosen already.
[[noreturn]] void relay(const AnswerPipe& pipe, const std::string& library,
                        const GpuBenchRequest& request) {
  ::unsetenv("WEIGHIN_ANSWER_FD");  // NOLINT(concurrency-mt-unsafe): one thread yet
  const std::unique_ptr<Host> host = live_host();
  const auto self = host->read_link("/proc/self/exe");
  if (!self) pipe.fail(to_text(self.error()));
  GpuTask task;
  task.program = *self;
  task.library = library;
  task.request = request;
  const GpuOutcome outcome =
      run_gpu_task(*host, task, [&](FrameKind kind, std::string_view payload) {
        // The last frame is ours.
        if (kind != FrameKind::end && kind != FrameKind::failure) pipe.pass_on(kind, payload);
      });
  if (outcome.fault) pipe.fail(*outcome.fault);
  pipe.end();
}

}  // namespace

std::string request_text(const GpuBenchRequest& request) {
  const json out{{"uuid", request.uuid},
                 {"name", request.name},
                 {"software", request.software},
                 {"small", request.sizes.small},
                 {"most_bytes", request.sizes.most_bytes},
                 {"place", request.order.place},
                 {"seconds", request.order.seconds},
                 {"most_seconds", request.order.most_seconds},
                 {"only", request.order.only},
                 {"variant", request.order.variant}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<GpuBenchRequest> read_request(std::string_view text) {
  const json read = json::parse(text, nullptr, false);
  GpuBenchRequest made;
  try {
    made.uuid = read.at("uuid").get<std::string>();
    made.name = read.at("name").get<std::string>();
    made.software = read.at("software").get<bool>();
    made.sizes.small = read.at("small").get<bool>();
    made.sizes.most_bytes = read.at("most_bytes").get<Bytes>();
    made.order.place = read.at("place").get<std::string>();
    made.order.seconds = read.at("seconds").get<double>();
    made.order.most_seconds = read.at("most_seconds").get<double>();
    made.order.only = read.at("only").get<std::string>();
    made.order.variant = read.at("variant").get<std::string>();
  } catch (const json::exception& fault) {
    return Error{ErrorKind::usage, fault.what(), "", ""};
  }
  return made;
}

bool is_gpu_bench_child(int argc, const char* const* argv) {
  return argc > 1 && argv[1] == kGpuBenchArgument;
}

int gpu_bench_child_main(int argc, const char* const* argv) {
  const double begun = clock_seconds();
  const std::optional<AnswerPipe> pipe = AnswerPipe::of_environment();
  const bool relayed = argc == 5 && argv[2] == kGpuRelayArgument;
  if (!pipe || (argc != 4 && !relayed) || !is_gpu_bench_child(argc, argv)) return kWrongUse;
  const auto request = read_request(argv[argc - 1]);
  if (!request) return kWrongUse;
  const std::string library = argv[argc - 2];
  try {
    if (relayed) relay(*pipe, library, *request);
    measure(*pipe, library, *request, begun);
  } catch (const std::exception& fault) {
    pipe->fail(std::string("the measurement could not be made: ") + fault.what());
  }
}

}  // namespace weighin
