// Are containers, hypervisors and WSL recognised, and a bare machine as such?
#include <gtest/gtest.h>

#include <cstring>

#include "probes/probe.hpp"
#include "support/fake_host.hpp"

namespace weighin {
extern const Probe system_probe;
namespace {

System system_of(const test::FakeHost& host) {
  DeviceProfile profile;
  system_probe.run(host, {}, profile);
  return profile.system;
}

CpuidRegisters signature(const char* text) {
  char padded[12] = {};
  std::memcpy(padded, text, std::min<std::size_t>(12, std::strlen(text)));
  CpuidRegisters registers;
  std::memcpy(&registers.ebx, padded, 4);
  std::memcpy(&registers.ecx, padded + 4, 4);
  std::memcpy(&registers.edx, padded + 8, 4);
  return registers;
}

test::FakeHost plain_system() {
  test::FakeHost host;
  host.files["/proc/sys/kernel/osrelease"] = "6.1.0-18-amd64\n";
  host.files["/proc/self/cgroup"] = "0::/user.slice/session-2.scope\n";
  host.files["/etc/os-release"] = "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n";
  host.cpuids[{1, 0}] = {};
  return host;
}

TEST(System, ABareMachine) {
  const System system = system_of(plain_system());
  EXPECT_EQ(*system.os, "linux");
  EXPECT_EQ(*system.kernel, "6.1.0-18-amd64");
  EXPECT_EQ(*system.distribution, "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(*system.container, "none");
  EXPECT_EQ(*system.hypervisor, "none");
}

TEST(System, HypervisorsByTheirSignature) {
  for (const auto& [text, name] : std::map<std::string, std::string>{{"KVMKVMKVM", "kvm"},
                                                                     {"Microsoft Hv", "hyper-v"},
                                                                     {"VMwareVMware", "vmware"},
                                                                     {"XenVMMXenVMM", "xen"},
                                                                     {" lrpepyh  vr", "parallels"},
                                                                     {"bhyve bhyve ", "bhyve"}}) {
    test::FakeHost host = plain_system();
    host.cpuids[{1, 0}].ecx = 1u << 31;
    host.cpuids[{0x40000000u, 0}] = signature(text.c_str());
    EXPECT_EQ(*system_of(host).hypervisor, name);
  }
  test::FakeHost host = plain_system();
  host.cpuids.clear();
  host.files["/proc/cpuinfo"] = "processor : 0\nflags : fpu hypervisor sse\n";
  EXPECT_EQ(*system_of(host).hypervisor, "unnamed");
  host.files["/sys/class/dmi/id/sys_vendor"] = "QEMU\n";
  EXPECT_EQ(*system_of(host).hypervisor, "qemu");
}

TEST(System, ContainersByWhatTheyLeave) {
  const auto container = [](const std::function<void(test::FakeHost&)>& change) {
    test::FakeHost host = plain_system();
    change(host);
    return *system_of(host).container;
  };
  EXPECT_EQ(container([](auto& h) { h.files["/.dockerenv"] = ""; }), "docker");
  EXPECT_EQ(container([](auto& h) { h.files["/run/.containerenv"] = "engine=\"podman\"\n"; }),
            "podman");
  EXPECT_EQ(container([](auto& h) { h.files["/run/systemd/container"] = "systemd-nspawn\n"; }),
            "systemd-nspawn");
  EXPECT_EQ(container([](auto& h) { h.variables["KUBERNETES_SERVICE_HOST"] = "10.0.0.1"; }),
            "kubernetes");
  EXPECT_EQ(container([](auto& h) { h.variables["container"] = "lxc"; }), "lxc");
  EXPECT_EQ(container([](auto& h) {
              h.files["/proc/self/cgroup"] = "5:memory:/kubepods/burstable/pod1/abc\n";
            }),
            "kubernetes");
  EXPECT_EQ(
      container([](auto& h) { h.files["/proc/self/cgroup"] = "5:memory:/docker/0123456789ab\n"; }),
      "docker");
}

TEST(System, ContainersByTheirMounts) {
  test::FakeHost host = plain_system();
  host.files["/proc/self/mountinfo"] =
      "1 0 0:99 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/ABC\n";
  EXPECT_EQ(*system_of(host).container, "docker");
  host.files["/proc/self/mountinfo"] =
      "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:60 /proc/meminfo /proc/meminfo rw - fuse.lxcfs "
      "lxcfs rw\n";
  EXPECT_EQ(*system_of(host).container, "lxc");
  host.files["/proc/self/mountinfo"] = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n";
  host.files["/proc/self/cgroup"] = "0::/system.slice/docker.service\n";
  EXPECT_EQ(*system_of(host).container, "none") << "the engine's own service runs on the host";
}

TEST(System, OtherProcessorsTellInOtherPlaces) {
  test::FakeHost host = plain_system();
  host.cpuids.clear();
  EXPECT_FALSE(system_of(host).hypervisor);
  host.files["/proc/device-tree/hypervisor/compatible"] = std::string("linux,kvm\0", 10);
  EXPECT_EQ(*system_of(host).hypervisor, "kvm");
  host.files.erase("/proc/device-tree/hypervisor/compatible");
  host.files["/proc/sysinfo"] = "VM00 Name: LINUX\nVM00 Control Program: z/VM    6.4.0\n";
  EXPECT_EQ(*system_of(host).hypervisor, "z/vm");
  host.files["/proc/sysinfo"] = "LPAR Name: A\n";
  EXPECT_FALSE(system_of(host).hypervisor);
}

TEST(System, TheKernelFromItsVersionLine) {
  test::FakeHost host = plain_system();
  host.files.erase("/proc/sys/kernel/osrelease");
  host.files["/proc/version"] = "Linux version 4.18.0-80.el8.ppc64le (mockbuild@x) #1 SMP\n";
  EXPECT_EQ(*system_of(host).kernel, "4.18.0-80.el8.ppc64le");
}

TEST(System, WindowsSubsystemForLinux) {
  test::FakeHost host = plain_system();
  host.files["/proc/sys/kernel/osrelease"] = "5.15.167.4-microsoft-standard-WSL2\n";
  EXPECT_EQ(*system_of(host).container, "wsl");
  EXPECT_EQ(*system_of(host).hypervisor, "hyper-v");
}

TEST(System, AndroidAndNothingAtAll) {
  test::FakeHost host = plain_system();
  host.files["/system/build.prop"] = "ro.product.model=Pixel 8\n";
  EXPECT_EQ(*system_of(host).os, "android");
  host.files["/system/build.prop"] = "ro.build.version.release=14\n";
  EXPECT_EQ(*system_of(host).distribution, "Android 14");
  const System nothing = system_of(test::FakeHost{});
  EXPECT_FALSE(nothing.os);
  EXPECT_FALSE(nothing.kernel);
  EXPECT_FALSE(nothing.hypervisor);
  EXPECT_FALSE(nothing.hypervisor.why.empty());
}

}  // namespace
}  // namespace weighin
