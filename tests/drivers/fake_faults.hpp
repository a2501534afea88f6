// How does the fake driver misbehave where its file asks it to?
//
// "faults" names functions; each has a word (what to do in it) or a number (how many entries to
// claim at the first call of a list).
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "vulkan/headers.hpp"

namespace fake {

inline const nlohmann::json& fault_of(const nlohmann::json& machine, const char* function) {
  static const nlohmann::json kNone;
  if (!machine.is_object() || !machine.contains("faults")) return kNone;
  const nlohmann::json& faults = machine["faults"];
  return faults.is_object() && faults.contains(function) ? faults[function] : kNone;
}

/// "crash", "abort", "exit", "hang" happen here. "lost" and "no_memory" are what the function is to
/// return; "null" and "overrun" are left to the function.
inline std::optional<VkResult> misbehave(const nlohmann::json& machine, const char* function) {
  const nlohmann::json& fault = fault_of(machine, function);
  if (!fault.is_string()) return std::nullopt;
  const std::string word = fault.get<std::string>();
  if (word == "crash") *static_cast<volatile int*>(nullptr) = 1;
  if (word == "abort") std::abort();
  if (word == "exit") std::exit(0);
  while (word == "hang") ::pause();
  if (word == "lost") return VK_ERROR_DEVICE_LOST;
  if (word == "no_memory") return VK_ERROR_OUT_OF_HOST_MEMORY;
  return std::nullopt;
}

inline bool asked(const nlohmann::json& machine, const char* function, const char* word) {
  return fault_of(machine, function) == nlohmann::json(word);
}

/// How many entries to claim: the number given for the function, or as many as there are.
inline std::uint32_t claimed(const nlohmann::json& machine, const char* function,
                             std::size_t there_are) {
  const nlohmann::json& fault = fault_of(machine, function);
  return fault.is_number_unsigned() ? fault.get<std::uint32_t>()
                                    : static_cast<std::uint32_t>(there_are);
}

}  // namespace fake
