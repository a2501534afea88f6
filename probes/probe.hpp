// What is a probe?  One file in this folder, with one row at its end.
#pragma once

#include <span>
#include <string_view>

#include "weighin/device.hpp"

namespace weighin {

/// One question to the machine. A file probes/NAME.cpp ends in `extern const Probe NAME_probe{…};` and is
/// found from the folder.
struct Probe {
  std::string_view name;
  std::string_view question;
  /// Fills its own fields of the profile, and only those. Never fails: what could not be learnt becomes
  /// Known<T>::unknown with the reason.
  void (*run)(const Host& host, const ProbeOptions& options, DeviceProfile& profile);
};

/// All probes, by name (generated from the folder).
std::span<const Probe* const> probe_table();

}  // namespace weighin
