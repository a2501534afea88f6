// Does any answer of a GPU driver's child, or any driver manifest, crash, hang or swell the reader?
#include <cstdint>
#include <cstdlib>
#include <string>

#include "probes/gpu/driver_manifests.hpp"
#include "probes/gpu/drm.hpp"
#include "probes/gpu/join_gpus.hpp"
#include "probes/gpu/nvidia_proc.hpp"
#include "probes/gpu/read_answers.hpp"
#include "support/fake_host.hpp"
#include "vulkan/answer_frame.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// What must hold of every GPU, whatever was answered.
void check(const weighin::DriverAnswers& answers, const std::vector<weighin::SeenCard>& more) {
  std::vector<weighin::SeenCard> cards = answers.cards;
  cards.insert(cards.end(), more.begin(), more.end());
  const auto gpus = weighin::join_gpus(answers.gpus, cards, {weighin::kGiB, weighin::kGiB / 2});
  require(gpus.size() <= answers.gpus.size() + cards.size());
  for (const weighin::Gpu& gpu : gpus) {
    require(!gpu.name.empty());
    require(gpu.vram_bytes.value_or(0) >= 0 && gpu.vram_free_bytes.value_or(0) >= 0);
    require(gpu.heaps.size() <= 16);
    require(!gpu.vram_bytes || !gpu.software);
    for (const weighin::GpuHeap& heap : gpu.heaps) {
      require(heap.bytes >= 0 && heap.budget_bytes.value_or(0) <= heap.bytes);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const weighin::Transcript transcript = weighin::read_transcript(bytes);
  require(transcript.devices.size() <= weighin::kMostFrameDevices);
  // What is written without the token is no answer.
  require(!weighin::read_transcript(bytes, weighin::new_frame_token()).complete);
  weighin::test::FakeHost host;
  host.files["/etc/vulkan/icd.d/a.json"] = bytes;
  host.files["/usr/share/vulkan/implicit_layer.d/b.json"] = bytes;
  host.files["/proc/driver/nvidia/version"] = bytes;
  host.files["/proc/driver/nvidia/gpus/0000:01:00.0/information"] = bytes;
  host.files["/sys/class/drm/card0/device/uevent"] = "DRIVER=amdgpu\n" + bytes;
  host.files["/sys/class/drm/card0/device/vendor"] = "0x1002\n";
  host.files["/sys/class/drm/card0/device/mem_info_vram_total"] = bytes;
  for (const auto& manifest : weighin::find_drivers(host).manifests) {
    require(manifest.fault.empty() != manifest.library.empty() || !manifest.fault.empty());
  }
  std::vector<weighin::SeenCard> cards = weighin::read_nvidia_proc(host);
  for (const auto& card : weighin::read_drm(host)) cards.push_back(card);
  check(weighin::read_answers(bytes), cards);
  return 0;
}
