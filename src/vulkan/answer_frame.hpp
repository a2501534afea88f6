// How does a child process tell what it has learnt, so that half an answer is never taken for one?
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weighin {

/// What a frame on the private pipe carries.
enum class FrameKind : char {
  stage = 'S',    ///< what the child is about to do, in words: "creating an instance"
  device = 'D',   ///< one device, as JSON
  measurement = 'M',  ///< one figure as it stands, as JSON; a later one of its name replaces it
  beat = 'B',     ///< the work goes on
  failure = 'F',  ///< why there is no answer, in words; the last frame
  end = 'E',      ///< the answer is complete; the last frame
};

/// magic, token, kind, length (32 bits, little-endian), payload, end marker. The token is the
/// asker's, new for each child: a driver that writes frames of its own into the pipe knows the
/// format, and not the token.
std::string write_frame(FrameKind kind, std::string_view payload, std::string_view token = {});
/// A token that nobody can guess.
std::string new_frame_token();
/// The environment variable that carries it to the child, which blots it out.
inline constexpr const char* kFrameToken = "WEIGHIN_ANSWER_TOKEN";

/// What came over the pipe.
struct Transcript {
  std::string stage;                 ///< the last one; empty where none was told
  std::vector<std::string> devices;  ///< payloads, in order
  std::vector<std::string> measurements;
  std::optional<std::string> failure;
  bool complete = false;  ///< the end frame came
  bool damaged = false;   ///< there are bytes that are no frame
};

/// Reads frames while they come. Holds no more than what was fed.
class FrameReader {
 public:
  /// `heard` is called with each frame that counts, as it is complete.
  using Heard = std::function<void(FrameKind kind, std::string_view payload)>;
  explicit FrameReader(std::string_view token = {}, Heard heard = {});
  /// The next bytes; gives how many frames they completed.
  std::size_t feed(std::string_view bytes);
  /// What came until now, as of `read_transcript`.
  const Transcript& transcript() const { return transcript_; }

 private:
  bool take_one(std::string_view& bytes);
  bool count(FrameKind kind, std::string_view payload);
  std::string begin_, rest_;
  Transcript transcript_;
  Heard heard_;
};

/// Reads as far as the bytes are frames. A last frame that is cut short does not count, nor do
/// frames after the end; more than `kMostFrameDevices` devices and `kMostFrameMeasurements`
/// measurements are left out. A frame with another token is no frame.
Transcript read_transcript(std::string_view bytes, std::string_view token = {});

inline constexpr std::size_t kMostFrameDevices = 64;
inline constexpr std::size_t kMostFrameMeasurements = 1024;

}  // namespace weighin
