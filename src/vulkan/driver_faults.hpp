// What happened to a driver's child, in words?
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vulkan/answer_frame.hpp"
#include "weighin/host.hpp"

namespace weighin {

/// Why the answer is none, or not whole: "crashed (SIGSEGV) while creating an instance", "did not
/// answer within 3 s while loading the driver". Nothing where the transcript is whole.
std::optional<std::string> driver_fault(const ChildAnswer& answer, const Transcript& transcript,
                                        double deadline_seconds);

/// Reasons that are known again by how they begin.
inline constexpr std::string_view kNoAnswer = "did not answer within ";
inline constexpr std::string_view kStoodStill = "stood still for ";
inline constexpr std::string_view kOtherProcessor = "for another kind of processor";
/// Most drivers that are installed find no GPU of their make: that is no fault of theirs.
inline constexpr std::string_view kNoDevice = "found no device that it can use";
inline constexpr std::string_view kNoLoader = "the Vulkan loader is not installed";

/// "SIGSEGV", or "signal 64".
std::string signal_text(int signal_number);

}  // namespace weighin
