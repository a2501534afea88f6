// What do the drivers' answers, live or recorded, say in our own words?
#include "probes/gpu/read_answers.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "vulkan/clean_text.hpp"
#include "vulkan/driver_faults.hpp"

namespace weighin {
namespace {

using nlohmann::json;
using vulkan::clean_text;

constexpr std::size_t kMostDrivers = 128;
constexpr std::size_t kMostDevices = 64;
constexpr std::size_t kMostEntries = 256;  // of any list in a device
constexpr Bytes kMostBytes = Bytes{1} << 50;

// VkMemoryHeapFlagBits, VkMemoryPropertyFlagBits, VkQueueFlagBits
constexpr std::uint64_t kHeapDeviceLocal = 1, kTypeHostVisible = 2, kQueueCompute = 2;

const json& member(const json& object, const char* name) {
  static const json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

std::optional<std::uint64_t> number(const json& object, const char* name) {
  const json& value = member(object, name);
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (value.is_number_integer() && value.get<std::int64_t>() >= 0) {
    return static_cast<std::uint64_t>(value.get<std::int64_t>());
  }
  return std::nullopt;
}

std::uint32_t number32(const json& object, const char* name) {
  const auto value = number(object, name);
  return value && *value <= 0xFFFFFFFF ? static_cast<std::uint32_t>(*value) : 0;
}

std::string text(const json& object, const char* name) {
  const json& value = member(object, name);
  return value.is_string() ? clean_text(value.get_ref<const std::string&>()) : std::string();
}

bool flag(const json& object, const char* name) {
  const json& value = member(object, name);
  return value.is_boolean() && value.get<bool>();
}

// The entries of a list, at most `most` of them.
template <class Take>
void each(const json& list, std::size_t most, const Take& take) {
  if (!list.is_array()) return;
  for (std::size_t i = 0; i < std::min(list.size(), most); ++i) take(list[i]);
}

// Reads the fields of one device.
class DeviceReader {
 public:
  DeviceReader(const json& device, std::string source)
      : device_(device), limits_(member(device, "limits")), source_(std::move(source)) {}

  SeenGpu read() const {
    SeenGpu seen;
    Gpu& gpu = seen.gpu;
    seen.vendor_id = number32(device_, "vendor_id");
    seen.device_id = number32(device_, "device_id");
    seen.driver_id = number32(device_, "driver_id");
    seen.uuid = uuid_key(text(device_, "uuid"));
    seen.luid = text(device_, "luid");
    if (seen.luid.find_first_not_of('0') == std::string::npos) seen.luid.clear();
    seen.pci = pci();

    gpu.name = text(device_, "name");
    if (gpu.name.empty()) gpu.name = "GPU without a name";
    gpu.vendor = vendor_text(seen.vendor_id);
    gpu.type = type();
    gpu.software = is_software(gpu.type, seen.vendor_id, seen.device_id, seen.driver_id);
    if (gpu.software) gpu.type = "cpu";
    gpu.api = "vulkan";
    gpu.api_version = known_text("api_version", "the driver does not say");
    gpu.driver = driver(seen.vendor_id);
    gpu.uuid = seen.uuid.empty() ? unsaid<std::string>("the driver does not say")
                                 : Known<std::string>::of(uuid_text(seen.uuid), source_);
    gpu.pci = seen.pci.empty() ? unsaid<std::string>("the driver has no VK_EXT_pci_bus_info")
                               : Known<std::string>::of(seen.pci, source_);
    read_heaps(seen);
    read_limits(gpu);
    read_subgroup(gpu.subgroup);
    read_matrices(gpu);
    return seen;
  }

 private:
  template <class T>
  Known<T> unsaid(const std::string& why, Status status = Status::unsupported) const {
    return Known<T>::unknown(status, why, source_);
  }

  Known<std::string> known_text(const char* name, const char* why) const {
    std::string value = text(device_, name);
    return value.empty() ? unsaid<std::string>(why) : Known<std::string>::of(value, source_);
  }

  std::string type() const {
    const std::string type = text(device_, "type");
    for (const char* known : {"discrete", "integrated", "virtual", "cpu"}) {
      if (type == known) return type;
    }
    return "other";
  }

  std::string pci() const {
    const json& parts = member(device_, "pci");
    const auto domain = number(parts, "domain"), bus = number(parts, "bus"),
               slot = number(parts, "device"), function = number(parts, "function");
    if (!domain || !bus || !slot || !function || *domain > 0xFFFFFFFF || *bus > 0xFF ||
        *slot > 0x1F || *function > 7) {
      return {};
    }
    const auto hex = [](std::uint64_t value, std::size_t digits) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      std::string out;
      for (; value != 0 || out.size() < digits; value /= 16) out.insert(0, 1, kDigits[value % 16]);
      return out;
    };
    return hex(*domain, 4) + ":" + hex(*bus, 2) + ":" + hex(*slot, 2) + "." + hex(*function, 1);
  }

  Known<std::string> driver(std::uint32_t vendor_id) const {
    const std::string name = text(device_, "driver_name"), info = text(device_, "driver_info");
    if (!name.empty()) {
      return Known<std::string>::of(info.empty() ? name : name + " " + info, source_);
    }
    const auto version = number(device_, "driver_version");
    if (!version || *version > 0xFFFFFFFF) return unsaid<std::string>("the driver does not say");
    const auto v = static_cast<std::uint32_t>(*version);
    const auto part = [&](unsigned shift, std::uint32_t mask) {
      return std::to_string((v >> shift) & mask);
    };
    // NVIDIA packs its version in 10, 8, 8 and 6 bits; the others as Vulkan does.
    return Known<std::string>::of(
        vendor_id == 0x10de ? part(22, 0x3FF) + "." + part(14, 0xFF) + "." + part(6, 0xFF)
                            : part(22, 0x7F) + "." + part(12, 0x3FF) + "." + part(0, 0xFFF),
        source_, KnownBy::reported, Confidence::medium);
  }

  void read_heaps(SeenGpu& seen) const {
    each(member(device_, "heaps"), 16, [&](const json& one) {  // VK_MAX_MEMORY_HEAPS
      RawHeap raw;
      raw.size_bytes = number(one, "size_bytes").value_or(0);
      raw.device_local = (number(one, "flags").value_or(0) & kHeapDeviceLocal) != 0;
      raw.budget_bytes = number(one, "budget_bytes");
      raw.usage_bytes = number(one, "usage_bytes");
      seen.memory.heaps.push_back(raw);

      GpuHeap heap;
      heap.bytes = sane_bytes(raw.size_bytes).value_or(0);
      heap.device_local = raw.device_local;
      const auto budget = clamped_budget(raw);
      heap.budget_bytes = budget ? Known<Bytes>::of(*budget, source_)
                                 : unsaid<Bytes>("the driver has no VK_EXT_memory_budget");
      const auto used = raw.usage_bytes ? sane_bytes(*raw.usage_bytes) : std::nullopt;
      heap.used_bytes = used ? Known<Bytes>::of(*used, source_)
                             : unsaid<Bytes>("the driver does not say a figure that makes sense");
      seen.gpu.heaps.push_back(std::move(heap));
    });
    each(member(device_, "memory_types"), 32, [&](const json& one) {  // VK_MAX_MEMORY_TYPES
      const auto heap = number(one, "heap");
      const bool visible = (number(one, "flags").value_or(0) & kTypeHostVisible) != 0;
      if (visible && heap && *heap < seen.gpu.heaps.size()) {
        seen.gpu.heaps[static_cast<std::size_t>(*heap)].host_visible = true;
      }
    });
    seen.memory.vendor_id = seen.vendor_id;
    seen.memory.driver_id = seen.driver_id;
    seen.memory.driver_name = seen.gpu.driver.value_or("") + " " + seen.gpu.name;
    seen.memory.type = seen.gpu.type;
  }

  Known<Bytes> limit(const char* name) const {
    const auto value = number(limits_, name);
    if (!value) return unsaid<Bytes>("the driver does not say");
    if (*value == 0) return unsaid<Bytes>("the driver says 0", Status::error);
    auto known = Known<Bytes>::of(sane_bytes(*value).value_or(kMostBytes), source_);
    if (!sane_bytes(*value)) known.why = "the driver says more than 1 PiB: no limit";
    return known;
  }

  Known<std::int64_t> count(const json& object, const char* name) const {
    const auto value = number(object, name);
    if (!value) return unsaid<std::int64_t>("the driver does not say");
    if (*value == 0) return unsaid<std::int64_t>("the driver says 0", Status::error);
    return Known<std::int64_t>::of(
        static_cast<std::int64_t>(std::min<std::uint64_t>(*value, 0xFFFFFFFF)), source_);
  }

  bool timestamps() const {
    bool any = flag(limits_, "timestamps");
    each(member(device_, "queues"), kMostEntries, [&](const json& queue) {
      any = any || ((number(queue, "flags").value_or(0) & kQueueCompute) != 0 &&
                    number(queue, "timestamp_bits").value_or(0) > 0);
    });
    return any;
  }

  void read_limits(Gpu& gpu) const {
    gpu.limits.max_memory_allocation_bytes = limit("max_memory_allocation_bytes");
    gpu.limits.max_storage_buffer_bytes = limit("max_storage_buffer_bytes");
    gpu.limits.max_shared_memory_bytes = limit("max_shared_memory_bytes");
    gpu.limits.max_workgroup_invocations = count(limits_, "max_workgroup_invocations");
    gpu.limits.max_allocation_count = count(limits_, "max_allocation_count");
    const json& period = member(limits_, "timestamp_period_nanoseconds");
    // A number that is none (NaN, infinity) is written as null.
    const double value = period.is_number() ? period.get<double>() : -1.0;
    if (!timestamps()) {
      gpu.limits.timestamp_period_nanoseconds = Known<double>::of(0.0, source_);
    } else if (std::isfinite(value) && value > 0.0 && value < 1e9) {
      gpu.limits.timestamp_period_nanoseconds = Known<double>::of(value, source_);
    } else {
      gpu.limits.timestamp_period_nanoseconds =
          unsaid<double>("the driver's figure makes no sense", Status::error);
    }

    std::vector<std::string> features = texts(member(device_, "features"));
    if (gpu.limits.timestamp_period_nanoseconds.value_or(0.0) > 0.0) {
      features.emplace_back("timestamps");
    }
    gpu.features = member(device_, "features").is_array()
                       ? Known<std::vector<std::string>>::of(std::move(features), source_)
                       : unsaid<std::vector<std::string>>("the driver does not say");
  }

  std::vector<std::string> texts(const json& list) const {
    std::vector<std::string> all;
    each(list, kMostEntries, [&](const json& one) {
      if (one.is_string()) all.push_back(clean_text(one.get_ref<const std::string&>(), 64));
    });
    return all;
  }

  void read_subgroup(GpuSubgroup& subgroup) const {
    const json& object = member(device_, "subgroup");
    subgroup.size = count(object, "size");
    subgroup.min_size = count(object, "min_size");
    subgroup.max_size = count(object, "max_size");
    const json& operations = member(object, "operations");
    subgroup.operations =
        operations.is_array()
            ? Known<std::vector<std::string>>::of(texts(operations), source_)
            : unsaid<std::vector<std::string>>("a driver of Vulkan 1.0 does not say");
  }

  void read_matrices(Gpu& gpu) const {
    const json& list = member(device_, "cooperative_matrices");
    if (!list.is_array()) {
      gpu.cooperative_matrices =
          unsaid<std::vector<CooperativeMatrix>>("the driver has no VK_KHR_cooperative_matrix");
      return;
    }
    std::vector<CooperativeMatrix> matrices;
    each(list, kMostEntries, [&](const json& one) {
      const auto m = number(one, "m"), n = number(one, "n"), k = number(one, "k");
      constexpr std::uint64_t kMost = 65536;
      if (!m || !n || !k || *m == 0 || *n == 0 || *k == 0 || *m > kMost || *n > kMost ||
          *k > kMost) {
        return;
      }
      CooperativeMatrix matrix;
      matrix.m = static_cast<std::int64_t>(*m);
      matrix.n = static_cast<std::int64_t>(*n);
      matrix.k = static_cast<std::int64_t>(*k);
      matrix.a = text(one, "a");
      matrix.b = text(one, "b");
      matrix.c = text(one, "c");
      matrix.result = text(one, "result");
      matrices.push_back(std::move(matrix));
    });
    gpu.cooperative_matrices =
        Known<std::vector<CooperativeMatrix>>::of(std::move(matrices), source_);
  }

  const json& device_;
  const json& limits_;
  std::string source_;
};

void read_card_memory(const json& device, SeenCard& card) {
  const json& memory = member(device, "memory");
  const auto total = number(memory, "total_bytes"), free = number(memory, "free_bytes");
  if (total && *total > 0) card.total_bytes = sane_bytes(*total);
  if (card.total_bytes && free) {
    card.free_bytes = static_cast<Bytes>(
        std::min<std::uint64_t>(*free, static_cast<std::uint64_t>(*card.total_bytes)));
  }
  card.memory_why = text(device, "memory_why");
  card.shares_memory = flag(device, "memory_not_supported");
}

// A device of NVML; one that is cut into MIG instances gives a card for each of them, too.
void read_nvml(const json& device, std::vector<SeenCard>& cards) {
  SeenCard card;
  card.interface = "NVML";
  card.name = text(device, "name");
  card.driver = text(device, "driver");
  card.vendor_id = 0x10de;
  card.device_id = number32(device, "device_id");
  card.uuid = uuid_key(text(device, "uuid"));
  card.pci = pci_text(text(device, "pci"));
  card.cut = flag(device, "mig");
  read_card_memory(device, card);
  // A board with MIG may refuse its own figures; that says nothing of shared memory.
  if (card.cut) card.shares_memory = false;
  cards.push_back(card);
  each(member(device, "slices"), 16, [&](const json& one) {
    SeenCard slice = card;
    slice.cut = false;
    slice.slice = true;
    slice.total_bytes = slice.free_bytes = std::nullopt;
    if (!text(one, "name").empty()) slice.name = text(one, "name");
    slice.uuid = uuid_key(text(one, "uuid"));
    read_card_memory(one, slice);
    slice.shares_memory = false;
    cards.push_back(std::move(slice));
  });
}

std::string fault_name(const json& driver) {
  std::string name = text(driver, "driver");
  return name.empty() ? "a driver without a name" : name;
}

}  // namespace

DriverAnswers read_answers(std::string_view document_text) {
  DriverAnswers answers;
  const json document = json::parse(document_text, nullptr, false);
  const json& drivers = member(document, "drivers");
  if (text(document, "schema") != "weighin-gpu-answer/1" || !drivers.is_array()) {
    answers.faults.push_back(
        {"vulkan", Status::error, "the answer of the GPU drivers is not a weighin-gpu-answer/1"});
    return answers;
  }
  std::size_t index = 0;
  each(drivers, kMostDrivers, [&](const json& driver) {
    const std::string name = fault_name(driver), interface = text(driver, "interface");
    const std::string source = (interface == "nvml" ? "NVML" : "Vulkan (" + name + ")");
    each(member(driver, "devices"), kMostDevices, [&](const json& device) {
      if (!device.is_object()) {
        answers.faults.push_back({name, Status::error, "answered rubbish instead of a device"});
      } else if (interface == "nvml") {
        read_nvml(device, answers.cards);
      } else {
        SeenGpu seen = DeviceReader(device, source).read();
        seen.driver = index;
        seen.gpu.seen_through.push_back(name);
        answers.gpus.push_back(std::move(seen));
      }
    });
    ++index;
    const std::string status = text(driver, "status");
    // A driver for another processor that is not asked is no fault.
    if (status == "ok" || (status == "skipped" && text(driver, "why") == kOtherProcessor)) return;
    std::string why = text(driver, "why");
    answers.faults.push_back({name, status_from_text(status).value_or(Status::error),
                              why.empty() ? "the answer does not say what happened" : why});
  });
  // Each driver would say for itself that there is no loader; once is enough.
  const auto no_loader = [](const GpuFault& fault) {
    return fault.why.find(kNoLoader) != std::string::npos;
  };
  const auto first = std::find_if(answers.faults.begin(), answers.faults.end(), no_loader);
  if (first != answers.faults.end()) {
    const GpuFault once{"vulkan", Status::unsupported, first->why};
    std::erase_if(answers.faults, no_loader);
    answers.faults.insert(answers.faults.begin(), once);
  }
  return answers;
}

bool is_software(const std::string& type, std::uint32_t vendor_id, std::uint32_t device_id,
                 std::uint32_t driver_id) {
  constexpr std::uint32_t kMesa = 0x10005;                     // VK_VENDOR_ID_MESA
  constexpr std::uint32_t kSwiftShader = 10, kLlvmpipe = 13;   // VkDriverId
  const bool warp = vendor_id == 0x1414 && device_id == 0x8c;  // Microsoft's rasterizer
  return type == "cpu" || vendor_id == kMesa || driver_id == kSwiftShader ||
         driver_id == kLlvmpipe || warp;
}

}  // namespace weighin
