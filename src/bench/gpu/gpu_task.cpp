// How is the child that measures one GPU run, heard and ended?
//
// It says what it is about to do, and gives a sign of life whenever the driver has come back from
// something. One that is silent for longer than the longest thing may take hangs: it is ended then,
// and not when all of its time is over.
#include "bench/gpu/gpu_task.hpp"

#include "vulkan/driver_faults.hpp"
#include "vulkan/driver_request.hpp"

namespace weighin {
namespace {

// A submit is planned to take 50 ms at most, and given up by the child itself after 1 s
// (vulkan/command_queue.cpp); half a second more is for a child that is kept waiting by others.
constexpr double kMeasuringSilence = 1.5;
// To open a device or to compile a shader: drivers take 10 to 300 ms, a card that slept a second.
constexpr double kOpeningSilence = 2.0;
// A rasterizer shares its cores with everybody, and compiles for seconds.
constexpr double kSoftwareSilence = 40.0, kSoftwareSeconds = 120.0;
// After its own end of time a child still has to say so.
constexpr double kPartingSeconds = 0.2;
// A relay waits for its child to be ended, and tells of it.
constexpr double kRelaySeconds = 1.0;
// Twice the probe's: staging buffers are host memory, and compilers of shaders take some.
constexpr std::int64_t kChildMemoryBytes = 4 * kGiB;
constexpr std::int64_t kChildOutputBytes = 8 << 20;

double allowed_silence(const GpuTask& task, const std::string& stage) {
  if (task.request.sizes.small) return kSoftwareSilence;
  return stage.starts_with("measuring ") ? kMeasuringSilence : kOpeningSilence;
}

ChildRequest request_of(const GpuTask& task) {
  std::vector<std::string> arguments{std::string(kGpuBenchArgument)};
  if (task.relayed) arguments.emplace_back(kGpuRelayArgument);
  arguments.push_back(task.library);
  arguments.push_back(request_text(task.request));
  const double most = task.request.order.most_seconds;
  ChildRequest request = vulkan::driver_request(
      task.program, std::move(arguments),
      most > 0.0 ? most + kPartingSeconds : task.request.order.seconds + kSoftwareSeconds,
      task.relayed ? 0 : kChildMemoryBytes);
  request.environment = task.environment;
  request.output_limit_bytes = kChildOutputBytes;
  request.silence_seconds = allowed_silence(task, "");
  if (task.relayed) {
    request.deadline_seconds += kRelaySeconds;
    request.silence_seconds += kRelaySeconds;
  }
  return request;
}

bool tells_of_hang(const std::string& fault) {
  return fault.starts_with(kStoodStill) || fault.starts_with(kNoAnswer);
}

}  // namespace

GpuOutcome run_gpu_task(const Host& host, const GpuTask& task, const FrameReader::Heard& heard) {
  ChildRequest request = request_of(task);
  const std::string token = new_frame_token();
  request.environment.emplace_back(kFrameToken, token);
  FrameReader reader(token, heard);
  const double more = task.relayed ? kRelaySeconds : 0.0;
  request.heard = [&](std::string_view piece) -> std::optional<double> {
    // Bytes that are no whole frame are no sign of life: a driver may write what it likes.
    if (reader.feed(piece) == 0) return std::nullopt;
    return allowed_silence(task, reader.transcript().stage) + more;
  };
  const ChildAnswer answer = host.run_child(request);
  GpuOutcome outcome;
  outcome.transcript = reader.transcript();
  outcome.fault = driver_fault(answer, outcome.transcript, request.deadline_seconds);
  outcome.hung = outcome.fault && tells_of_hang(*outcome.fault);
  return outcome;
}

}  // namespace weighin
