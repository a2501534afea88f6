// Can any text in /proc and /sys make a probe crash, or say what cannot be?
//
// The input is a whole small machine: lines "@/path" start a file, "@/path -> target" make a link,
// other lines are the file's text.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "probes/probe.hpp"
#include "support/fake_host.hpp"

namespace {

weighin::test::FakeHost machine(std::string_view text) {
  weighin::test::FakeHost host;
  std::string* file = nullptr;
  std::size_t files = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.size() > 1 && line[0] == '@' && line[1] == '/' && files < 500) {
      ++files;
      const std::size_t arrow = line.find(" -> ");
      if (arrow != std::string_view::npos) {
        host.links[std::string(line.substr(1, arrow - 1))] = line.substr(arrow + 4);
        file = nullptr;
      } else {
        file = &host.files[std::string(line.substr(1))];
      }
    } else if (line.starts_with("@ask ")) {
      file = &host.answers[std::string(line.substr(5))];
    } else if (file != nullptr) {
      file->append(line);
      file->push_back('\n');
    }
  }
  host.variables["HOME"] = "/home/u";
  return host;
}

void require(bool truth) {
  if (!truth) std::abort();
}

template <class T>
void sound(const weighin::Known<T>& fact) {
  require(fact.value.has_value() == (fact.status == weighin::Status::ok));
  require(fact.value.has_value() || !fact.why.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto host = machine({reinterpret_cast<const char*>(data), size});
  weighin::ProbeOptions options;
  options.gpu = false;
  const weighin::DeviceProfile profile = weighin::probe(host, options);
  const weighin::Memory& memory = profile.memory;
  for (const auto* fact :
       {&memory.total_bytes, &memory.available_bytes, &memory.usable_bytes, &memory.capacity_bytes,
        &memory.swap_bytes, &memory.swap_free_bytes, &memory.zram_bytes, &memory.hugepages_bytes,
        &memory.reclaimable_cache_bytes}) {
    sound(*fact);
    require(!*fact || **fact >= 0);
  }
  if (memory.usable_bytes) require(*memory.usable_bytes <= *memory.available_bytes);
  if (memory.available_bytes) require(*memory.available_bytes <= *memory.total_bytes);
  if (memory.capacity_bytes) require(*memory.capacity_bytes <= *memory.total_bytes);
  if (memory.usable_bytes) require(static_cast<bool>(memory.bound_by));
  for (const weighin::MemoryLimit& limit : profile.limits.memory) {
    require(limit.limit_bytes >= 0);
    sound(limit.room_bytes);
    if (limit.room_bytes) require(*limit.room_bytes >= 0 && *limit.room_bytes <= limit.limit_bytes);
  }
  sound(profile.limits.cpu_quota_cores);
  if (profile.limits.cpu_quota_cores) require(*profile.limits.cpu_quota_cores > 0);
  if (profile.cpu.usable_threads) require(*profile.cpu.usable_threads >= 1);
  if (profile.power.charge) require(*profile.power.charge >= 0 && *profile.power.charge <= 1);
  for (const weighin::Volume& volume : profile.storage) {
    sound(volume.free_bytes);
    require(!volume.free_bytes || *volume.free_bytes >= 0);
  }
  return 0;
}
