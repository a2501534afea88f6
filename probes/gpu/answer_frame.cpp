// How does a child process tell what it has learnt, so that half an answer is never taken for one?
#include "probes/gpu/answer_frame.hpp"

#include <cstdint>

namespace weighin {
namespace {

constexpr std::string_view kMagic = "WGF1";
constexpr std::string_view kMarker = "\nEOF";
constexpr std::size_t kHeaderBytes = 4 + 1 + 4;

}  // namespace

std::string write_frame(FrameKind kind, std::string_view payload) {
  std::string frame(kMagic);
  frame += static_cast<char>(kind);
  const auto length = static_cast<std::uint32_t>(payload.size());
  for (int shift = 0; shift < 32; shift += 8) {
    frame += static_cast<char>((length >> shift) & 0xFF);
  }
  frame += payload;
  frame += kMarker;
  return frame;
}

Transcript read_transcript(std::string_view bytes) {
  Transcript transcript;
  while (!bytes.empty() && !transcript.complete && !transcript.failure) {
    const std::string_view magic = bytes.substr(0, kMagic.size());
    if (magic != kMagic.substr(0, magic.size())) {
      transcript.damaged = true;
      break;
    }
    if (bytes.size() < kHeaderBytes) break;  // cut short
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      length |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes[5 + i])) << (8 * i);
    }
    if (bytes.size() < kHeaderBytes + length + kMarker.size()) break;  // cut short
    const std::string_view payload = bytes.substr(kHeaderBytes, length);
    if (bytes.substr(kHeaderBytes + length, kMarker.size()) != kMarker) {
      transcript.damaged = true;
      break;
    }
    switch (static_cast<FrameKind>(bytes[4])) {
      case FrameKind::stage:
        transcript.stage = payload;
        break;
      case FrameKind::device:
        if (transcript.devices.size() < kMostFrameDevices) transcript.devices.emplace_back(payload);
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
    bytes.remove_prefix(kHeaderBytes + length + kMarker.size());
  }
  return transcript;
}

}  // namespace weighin
