// What does NVIDIA's management library say about the GPUs, with or without a Vulkan driver?
//
// Names, structures and return values are those of the NVML API reference
// (docs.nvidia.com/deploy/nvml-api); the library's interface is stable by its version suffixes.
#include "probes/gpu/nvml.hpp"

#include <dlfcn.h>

#include <array>
#include <cstdint>

#include "vulkan/clean_text.hpp"

namespace weighin::nvml {
namespace {

using nlohmann::json;
using vulkan::clean_text;

constexpr int kSuccess = 0;
constexpr int kNotSupported = 3;
constexpr unsigned kMostDevices = 64;
constexpr unsigned kMostSlices = 16;  // an H200 has at most 7

using Device = void*;
struct MemoryInfo {  // nvmlMemory_t
  unsigned long long total, free, used;
};
struct PciInfo {  // nvmlPciInfo_t (version 3)
  char bus_id_legacy[16];
  unsigned domain, bus, device, pci_device_id, pci_subsystem_id;
  char bus_id[32];
};

// The functions of the library that are asked for; each may be missing but the first four.
struct Functions {
  int (*init)() = nullptr;
  int (*count)(unsigned*) = nullptr;
  int (*by_index)(unsigned, Device*) = nullptr;
  int (*memory)(Device, MemoryInfo*) = nullptr;
  int (*name)(Device, char*, unsigned) = nullptr;
  int (*uuid)(Device, char*, unsigned) = nullptr;
  int (*pci)(Device, PciInfo*) = nullptr;
  int (*driver)(char*, unsigned) = nullptr;
  int (*mig_mode)(Device, unsigned*, unsigned*) = nullptr;
  int (*mig_by_index)(Device, unsigned, Device*) = nullptr;
  const char* (*error)(int) = nullptr;
};

template <class F>
void find(void* library, F& function, const char* name, const char* older = nullptr) {
  void* symbol = ::dlsym(library, name);
  if (symbol == nullptr && older != nullptr) symbol = ::dlsym(library, older);
  function = reinterpret_cast<F>(symbol);
}

std::string error_text(const Functions& nvml, int code) {
  const char* text = nvml.error != nullptr ? nvml.error(code) : nullptr;
  return text != nullptr ? clean_text(text) : "NVML error " + std::to_string(code);
}

// A text by a function of the form f(device, buffer, length).
std::optional<std::string> text_of(int (*function)(Device, char*, unsigned), Device device) {
  std::array<char, 128> text{};
  if (function == nullptr || function(device, text.data(), text.size() - 1) != kSuccess) return {};
  return clean_text({text.data(), text.size()});
}

void add_memory(const Functions& nvml, Device device, json& out) {
  MemoryInfo memory{};
  const int code = nvml.memory(device, &memory);
  if (code == kSuccess) {
    out["memory"] = {
        {"total_bytes", memory.total}, {"free_bytes", memory.free}, {"used_bytes", memory.used}};
  } else {
    // GPUs that share the system's memory (GB10) answer that this is not supported.
    out["memory_why"] = error_text(nvml, code);
    out["memory_not_supported"] = code == kNotSupported;
  }
}

void add_slices(const Functions& nvml, Device device, json& out) {
  unsigned now = 0, pending = 0;
  if (nvml.mig_mode == nullptr || nvml.mig_mode(device, &now, &pending) != kSuccess || now == 0) {
    return;
  }
  out["mig"] = true;
  out["slices"] = json::array();
  for (unsigned i = 0; nvml.mig_by_index != nullptr && i < kMostSlices; ++i) {
    Device slice = nullptr;
    if (nvml.mig_by_index(device, i, &slice) != kSuccess) continue;
    json one = json::object();
    if (const auto name = text_of(nvml.name, slice)) one["name"] = *name;
    if (const auto uuid = text_of(nvml.uuid, slice)) one["uuid"] = *uuid;
    add_memory(nvml, slice, one);
    out["slices"].push_back(std::move(one));
  }
}

json describe(const Functions& nvml, Device device) {
  json out = json::object();
  if (const auto name = text_of(nvml.name, device)) out["name"] = *name;
  if (const auto uuid = text_of(nvml.uuid, device)) out["uuid"] = *uuid;
  PciInfo pci{};
  if (nvml.pci != nullptr && nvml.pci(device, &pci) == kSuccess) {
    out["pci"] = clean_text({pci.bus_id, sizeof pci.bus_id});
    out["device_id"] = pci.pci_device_id >> 16;  // vendor in the lower half
    out["vendor_id"] = pci.pci_device_id & 0xFFFF;
  }
  std::array<char, 128> driver{};
  if (nvml.driver != nullptr && nvml.driver(driver.data(), driver.size() - 1) == kSuccess) {
    out["driver"] = clean_text({driver.data(), driver.size()});
  }
  add_memory(nvml, device, out);
  add_slices(nvml, device, out);
  return out;
}

}  // namespace

std::optional<std::string> describe_devices(const std::function<void(const std::string&)>& stage,
                                            const std::function<void(const json&)>& device,
                                            const std::string& library) {
  stage("opening NVML");
  void* const handle = ::dlopen(library.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* why = ::dlerror();
    return "its library cannot be opened: " + clean_text(why != nullptr ? why : library, 512);
  }
  Functions nvml;
  find(handle, nvml.init, "nvmlInit_v2", "nvmlInit");
  find(handle, nvml.count, "nvmlDeviceGetCount_v2", "nvmlDeviceGetCount");
  find(handle, nvml.by_index, "nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex");
  find(handle, nvml.memory, "nvmlDeviceGetMemoryInfo");
  find(handle, nvml.name, "nvmlDeviceGetName");
  find(handle, nvml.uuid, "nvmlDeviceGetUUID");
  find(handle, nvml.pci, "nvmlDeviceGetPciInfo_v3");
  find(handle, nvml.driver, "nvmlSystemGetDriverVersion");
  find(handle, nvml.mig_mode, "nvmlDeviceGetMigMode");
  find(handle, nvml.mig_by_index, "nvmlDeviceGetMigDeviceHandleByIndex");
  find(handle, nvml.error, "nvmlErrorString");
  if (nvml.init == nullptr || nvml.count == nullptr || nvml.by_index == nullptr ||
      nvml.memory == nullptr) {
    return "its library lacks the entry points of NVML";
  }
  stage("starting NVML");
  int code = nvml.init();
  if (code != kSuccess) return "NVML does not start: " + error_text(nvml, code);
  stage("listing its devices");
  unsigned count = 0;
  code = nvml.count(&count);
  if (code != kSuccess) return "no device could be listed: " + error_text(nvml, code);
  for (unsigned i = 0; i < count && i < kMostDevices; ++i) {
    stage("describing device " + std::to_string(i));
    Device one = nullptr;
    if (nvml.by_index(i, &one) == kSuccess) device(describe(nvml, one));
  }
  return std::nullopt;
}

}  // namespace weighin::nvml
