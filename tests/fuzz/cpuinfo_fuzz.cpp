// Can any bytes as /proc/cpuinfo make the processor's probes crash, or say what cannot be?
#include <cstdint>
#include <cstdlib>
#include <string>

#include "probes/cpu/arm_cores.hpp"
#include "probes/cpu/cpuinfo.hpp"
#include "probes/probe.hpp"
#include "support/fake_host.hpp"

namespace weighin {
extern const Probe cpu_probe, simd_probe, topology_probe;
}

namespace {

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
  weighin::test::FakeHost host;
  std::string& text = host.files["/proc/cpuinfo"];
  text.assign(reinterpret_cast<const char*>(data), size);
  weighin::DeviceProfile profile;
  for (const weighin::Probe* probe :
       {&weighin::cpu_probe, &weighin::simd_probe, &weighin::topology_probe}) {
    probe->run(host, {}, profile);
  }
  const weighin::Cpu& cpu = profile.cpu;
  sound(cpu.vendor);
  sound(cpu.model);
  sound(cpu.architecture);
  sound(cpu.microarchitecture);
  sound(cpu.base_hertz);
  sound(cpu.simd);
  sound(cpu.sockets);
  sound(cpu.physical_cores);
  sound(cpu.logical_cores);
  if (cpu.vendor) require(!cpu.vendor->empty());
  if (cpu.model) require(!cpu.model->empty());
  if (cpu.base_hertz) require(*cpu.base_hertz > 0 && *cpu.base_hertz < 1e11);
  if (cpu.logical_cores) {
    require(*cpu.logical_cores >= 1 && *cpu.physical_cores >= 1 && *cpu.sockets >= 1);
    std::int64_t threads = 0;
    for (const weighin::CoreKind& kind : cpu.core_kinds) threads += kind.threads;
    require(threads == *cpu.logical_cores);
  }
  for (const weighin::ArmProcessor& core : weighin::arm_cores(text)) {
    require(core.processor >= 0 && !weighin::arm_core_name(core).empty());
  }
  return 0;
}
