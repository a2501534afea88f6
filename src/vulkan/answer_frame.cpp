// How does a child process tell what it has learnt, so that half an answer is never taken for one?
#include "vulkan/answer_frame.hpp"

#include <cstdint>
#include <random>

namespace weighin {
namespace {

constexpr std::string_view kMagic = "WGF1";
constexpr std::string_view kMarker = "\nEOF";
constexpr std::size_t kKindAndLength = 1 + 4;

}  // namespace

std::string write_frame(FrameKind kind, std::string_view payload, std::string_view token) {
  std::string frame(kMagic);
  frame += token;
  frame += static_cast<char>(kind);
  const auto length = static_cast<std::uint32_t>(payload.size());
  for (int shift = 0; shift < 32; shift += 8) {
    frame += static_cast<char>((length >> shift) & 0xFF);
  }
  frame += payload;
  frame += kMarker;
  return frame;
}

std::string new_frame_token() {
  std::random_device any;
  std::string token;
  for (int i = 0; i < 16; ++i) token += "0123456789abcdef"[any() % 16];
  return token;
}

Transcript read_transcript(std::string_view bytes, std::string_view token) {
  const std::string begin = std::string(kMagic).append(token);
  const std::size_t header = begin.size() + kKindAndLength;
  Transcript transcript;
  while (!bytes.empty() && !transcript.complete && !transcript.failure) {
    const std::string_view found = bytes.substr(0, begin.size());
    if (found != std::string_view(begin).substr(0, found.size())) {
      transcript.damaged = true;
      break;
    }
    if (bytes.size() < header) break;  // cut short
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      length |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes[begin.size() + 1 + i]))
                << (8 * i);
    }
    if (bytes.size() < header + length + kMarker.size()) break;  // cut short
    const std::string_view payload = bytes.substr(header, length);
    if (bytes.substr(header + length, kMarker.size()) != kMarker) {
      transcript.damaged = true;
      break;
    }
    switch (static_cast<FrameKind>(bytes[begin.size()])) {
      case FrameKind::stage:
        transcript.stage = payload;
        break;
      case FrameKind::device:
        if (transcript.devices.size() < kMostFrameDevices) transcript.devices.emplace_back(payload);
        break;
      case FrameKind::measurement:
        if (transcript.measurements.size() < kMostFrameMeasurements)
          transcript.measurements.emplace_back(payload);
        break;
      case FrameKind::failure:
        transcript.failure = std::string(payload);
        break;
      case FrameKind::end:
        transcript.complete = true;
        break;
      default:
        transcript.damaged = true;
        return transcript;
    }
    bytes.remove_prefix(header + length + kMarker.size());
  }
  return transcript;
}

}  // namespace weighin
