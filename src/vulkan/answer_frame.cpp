// How does a child process tell what it has learnt, so that half an answer is never taken for one?
#include "vulkan/answer_frame.hpp"

#include <cstdint>
#include <random>
#include <utility>

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

FrameReader::FrameReader(std::string_view token, Heard heard)
    : begin_(std::string(kMagic).append(token)), heard_(std::move(heard)) {}

// False where the kind is none, or more of it came than counts.
bool FrameReader::count(FrameKind kind, std::string_view payload) {
  switch (kind) {
    case FrameKind::stage:
      transcript_.stage = payload;
      return true;
    case FrameKind::device:
      if (transcript_.devices.size() >= kMostFrameDevices) return false;
      transcript_.devices.emplace_back(payload);
      return true;
    case FrameKind::measurement:
      if (transcript_.measurements.size() >= kMostFrameMeasurements) return false;
      transcript_.measurements.emplace_back(payload);
      return true;
    case FrameKind::beat:
      return true;
    case FrameKind::failure:
      transcript_.failure = std::string(payload);
      return true;
    case FrameKind::end:
      transcript_.complete = true;
      return true;
  }
  transcript_.damaged = true;
  return false;
}

// False where the bytes hold no whole frame (any more).
bool FrameReader::take_one(std::string_view& bytes) {
  const std::size_t header = begin_.size() + kKindAndLength;
  const std::string_view found = bytes.substr(0, begin_.size());
  if (found != std::string_view(begin_).substr(0, found.size())) {
    transcript_.damaged = true;
    return false;
  }
  if (bytes.size() < header) return false;  // cut short
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    length |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes[begin_.size() + 1 + i]))
              << (8 * i);
  }
  if (bytes.size() < header + length + kMarker.size()) return false;  // cut short
  if (bytes.substr(header + length, kMarker.size()) != kMarker) {
    transcript_.damaged = true;
    return false;
  }
  const auto kind = static_cast<FrameKind>(bytes[begin_.size()]);
  const std::string_view payload = bytes.substr(header, length);
  if (count(kind, payload) && heard_) heard_(kind, payload);
  bytes.remove_prefix(header + length + kMarker.size());
  return !transcript_.damaged;
}

std::size_t FrameReader::feed(std::string_view bytes) {
  const auto over = [&] {
    return transcript_.complete || transcript_.failure || transcript_.damaged;
  };
  if (over()) return 0;
  rest_ += bytes;
  std::string_view left = rest_;
  std::size_t whole = 0;
  while (!left.empty() && !over() && take_one(left)) ++whole;
  rest_.erase(0, rest_.size() - left.size());
  return whole;
}

Transcript read_transcript(std::string_view bytes, std::string_view token) {
  FrameReader reader(token);
  reader.feed(bytes);
  return reader.transcript();
}

}  // namespace weighin
