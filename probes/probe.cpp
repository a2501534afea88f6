// In which order are the probes asked, and what if one of them fails?
#include "probes/probe.hpp"

#include <exception>
#include <system_error>
#include <thread>

#include "probes/settle.hpp"

namespace weighin {
namespace {

// The GPU probe waits for child processes up to their deadline; it runs beside all others.
constexpr std::string_view kSlowProbe = "gpu";

// A probe reports failures as unknown facts; what still gets out (no memory, mostly) leaves its
// fields at "not asked" and must not cost the others theirs.
void run_guarded(const Probe& probe, const Host& host, const ProbeOptions& options,
                 DeviceProfile& profile) {
  try {
    probe.run(host, options, profile);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the fields say that they are
                                     // unknown
  }
}

}  // namespace

DeviceProfile probe(const Host& host, const ProbeOptions& options) {
  DeviceProfile profile;
  profile.live = host.live();
  const Probe* slow = nullptr;
  for (const Probe* each : probe_table()) {
    if (each->name == kSlowProbe) slow = each;
  }
  // Each probe writes its own members of the profile and reads none of the others', so two may run
  // at once.
  std::thread beside;
  bool started = false;
  if (slow != nullptr && options.gpu) {
    try {
      beside = std::thread([&] { run_guarded(*slow, host, options, profile); });
      started = true;
    } catch (const std::system_error&) {  // no thread to be had: one after the other, then
    }
  }
  for (const Probe* each : probe_table()) {
    if (each != slow || !started) run_guarded(*each, host, options, profile);
  }
  if (started) beside.join();
  settle(profile);
  return profile;
}

std::vector<ProbeInfo> probe_list() {
  std::vector<ProbeInfo> list;
  for (const Probe* each : probe_table()) {
    list.push_back({std::string(each->name), std::string(each->question)});
  }
  return list;
}

}  // namespace weighin
