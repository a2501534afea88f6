// Which system is this, and does it run in a container or on a hypervisor?
#include <algorithm>
#include <array>
#include <cctype>

#include "probes/probe.hpp"
#include "probes/read/mounts.hpp"
#include "probes/read/small_files.hpp"

namespace weighin {
namespace {

struct Word {
  const char* sign;
  const char* name;
};

// Signatures of CPUID leaf 0x40000000 (each hypervisor's own documentation; systemd-detect-virt and
// virt-what know the same list).
constexpr std::array<Word, 12> kHypervisorSignatures{{{"KVMKVMKVM", "kvm"},
                                                      {"Linux KVM Hv", "kvm"},
                                                      {"Microsoft Hv", "hyper-v"},
                                                      {"VMwareVMware", "vmware"},
                                                      {"XenVMMXenVMM", "xen"},
                                                      {"TCGTCGTCGTCG", "qemu"},
                                                      {"VBoxVBoxVBox", "virtualbox"},
                                                      {" lrpepyh  vr", "parallels"},
                                                      {"bhyve bhyve ", "bhyve"},
                                                      {"ACRNACRNACRN", "acrn"},
                                                      {"QNXQVMBSQG", "qnx"},
                                                      {"Jailhouse", "jailhouse"}}};

// Vendors in the firmware's tables, where CPUID says nothing (Arm, old hypervisors).
constexpr std::array<Word, 10> kFirmwareVendors{{{"QEMU", "qemu"},
                                                 {"KVM", "kvm"},
                                                 {"Amazon EC2", "amazon"},
                                                 {"VMware", "vmware"},
                                                 {"VirtualBox", "virtualbox"},
                                                 {"innotek GmbH", "virtualbox"},
                                                 {"Xen", "xen"},
                                                 {"Parallels", "parallels"},
                                                 {"Google Compute Engine", "kvm"},
                                                 {"Virtual Machine", "hyper-v"}}};

// Parts of a control group's path, or of the root mount's options, by which container engines are
// known.
// ("docker" alone would also find /system.slice/docker.service on the host.)
constexpr std::array<Word, 13> kContainerSigns{{{"kubepods", "kubernetes"},
                                                {"libpod", "podman"},
                                                {"containers/storage/overlay", "podman"},
                                                {"/docker/", "docker"},
                                                {"/docker-", "docker"},
                                                {"/var/lib/docker", "docker"},
                                                {"io.containerd", "containerd"},
                                                {"/lxc/", "lxc"},
                                                {"lxc.payload", "lxc"},
                                                {"/ecs/", "ecs"},
                                                {"/garden/", "garden"},
                                                {"/actions_job/", "docker"},
                                                {"systemd-nspawn", "systemd-nspawn"}}};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// NAME=value, without its quotes, of os-release(5) and of Android's build.prop.
std::optional<std::string> setting(const std::string& os_release, const std::string& key) {
  std::size_t from = 0;
  while (from < os_release.size()) {
    const std::size_t end = std::min(os_release.find('\n', from), os_release.size());
    const std::string line = os_release.substr(from, end - from);
    if (line.rfind(key + "=", 0) == 0) {
      std::string name = trimmed(line.substr(key.size() + 1));
      if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'') &&
          name.back() == name.front()) {
        name = name.substr(1, name.size() - 2);
      }
      if (!name.empty()) return name;
    }
    from = end + 1;
  }
  return std::nullopt;
}

Known<std::string> find_container(const Host& host, const std::string& kernel) {
  if (lower(kernel).find("microsoft") != std::string::npos) {
    return Known<std::string>::of("wsl", "/proc/sys/kernel/osrelease", KnownBy::computed);
  }
  if (host.environment("KUBERNETES_SERVICE_HOST")) {
    return Known<std::string>::of("kubernetes", "environment: KUBERNETES_SERVICE_HOST",
                                  KnownBy::computed);
  }
  if (const auto word = read_line(host, "/run/systemd/container"); word && !word->empty()) {
    return Known<std::string>::of(*word, "/run/systemd/container");
  }
  if (const auto word = host.environment("container"); word && !word->empty()) {
    return Known<std::string>::of(*word, "environment: container");
  }
  if (exists(host, "/run/.containerenv"))
    return Known<std::string>::of("podman", "/run/.containerenv", KnownBy::computed);
  if (exists(host, "/.dockerenv"))
    return Known<std::string>::of("docker", "/.dockerenv", KnownBy::computed);
  const Result<std::string> group = host.read_file("/proc/self/cgroup", 1u << 20);
  if (!group) {
    return Known<std::string>::unknown(
        Status::unsupported, "no sign of a container, and /proc/self/cgroup cannot be read",
        "/proc/self/cgroup");
  }
  for (const Word& each : kContainerSigns) {
    if (group->find(each.sign) != std::string::npos) {
      return Known<std::string>::of(each.name, "/proc/self/cgroup", KnownBy::computed,
                                    Confidence::medium);
    }
  }
  if (const auto mounts = mounts_of(host)) {
    const Mount* root = mount_at(*mounts, "/");
    for (const Word& each : kContainerSigns) {
      if (root != nullptr && root->super_options.find(each.sign) != std::string::npos) {
        return Known<std::string>::of(each.name, "the mount of /", KnownBy::computed,
                                      Confidence::medium);
      }
    }
    // lxcfs lays files of its own over those of /proc in LXC and Incus.
    for (const Mount& mount : *mounts) {
      if (mount.type == "fuse.lxcfs" && mount.point.rfind("/proc/", 0) == 0)
        return Known<std::string>::of("lxc", "the mount of " + mount.point, KnownBy::computed);
    }
  }
  return Known<std::string>::of("none", "/proc/self/cgroup, /run, environment", KnownBy::computed,
                                Confidence::medium);
}

std::string letters(std::uint32_t word) {
  std::string text;
  for (int byte = 0; byte < 4; ++byte) text += static_cast<char>((word >> (8 * byte)) & 0xff);
  return text;
}

Known<std::string> find_hypervisor(const Host& host, const std::string& kernel) {
  if (lower(kernel).find("microsoft") != std::string::npos &&
      lower(kernel).find("wsl2") != std::string::npos) {
    return Known<std::string>::of("hyper-v", "/proc/sys/kernel/osrelease (WSL 2)",
                                  KnownBy::computed);
  }
  // Bit 31 of ECX of leaf 1 is set by every hypervisor that does not hide (Intel SDM leaves it to
  // them).
  if (const auto features = host.cpuid(1, 0)) {
    if ((features->ecx & (1u << 31)) == 0)
      return Known<std::string>::of("none", "cpuid 1: no hypervisor bit");
    if (const auto leaf = host.cpuid(0x40000000u, 0)) {
      const std::string signature =
          trimmed(letters(leaf->ebx) + letters(leaf->ecx) + letters(leaf->edx));
      for (const Word& each : kHypervisorSignatures) {
        if (!signature.empty() && signature.find(trimmed(each.sign)) == 0) {
          return Known<std::string>::of(each.name, "cpuid 0x40000000");
        }
      }
    }
  }
  if (const auto type = read_line(host, "/sys/hypervisor/type"); type && !type->empty()) {
    return Known<std::string>::of(*type, "/sys/hypervisor/type");
  }
  if (const auto tree = read_line(host, "/proc/device-tree/hypervisor/compatible");
      tree && !tree->empty()) {
    return Known<std::string>::of(tree->find("kvm") != std::string::npos   ? "kvm"
                                  : tree->find("xen") != std::string::npos ? "xen"
                                                                           : *tree,
                                  "/proc/device-tree/hypervisor/compatible");
  }
  // s390: the levels above the own partition.
  const Result<std::string> sysinfo = host.read_file("/proc/sysinfo", 64u << 10);
  if (sysinfo && sysinfo->find("VM00 Control Program:") != std::string::npos) {
    const bool kvm = sysinfo->find("KVM/Linux") != std::string::npos;
    return Known<std::string>::of(kvm ? "kvm" : "z/vm", "/proc/sysinfo");
  }
  for (const char* file : {"/sys/class/dmi/id/product_name", "/sys/class/dmi/id/sys_vendor",
                           "/sys/class/dmi/id/bios_vendor"}) {
    const std::string text = read_line(host, file).value_or("");
    for (const Word& each : kFirmwareVendors) {
      if (text.find(each.sign) != std::string::npos) {
        return Known<std::string>::of(each.name, file, KnownBy::computed, Confidence::medium);
      }
    }
  }
  const Result<std::string> cpuinfo = host.read_file("/proc/cpuinfo", 4u << 20);
  if (cpuinfo && cpuinfo->find(" hypervisor") != std::string::npos) {
    return Known<std::string>::of("unnamed", "/proc/cpuinfo: flag hypervisor", KnownBy::computed);
  }
  if (cpuinfo && cpuinfo->find("\nflags") != std::string::npos) {
    return Known<std::string>::of("none", "/proc/cpuinfo: no flag hypervisor", KnownBy::computed);
  }
  return Known<std::string>::unknown(Status::unsupported, "this processor does not tell",
                                     "cpuid, /sys/hypervisor, /sys/class/dmi");
}

void run(const Host& host, const ProbeOptions&, DeviceProfile& profile) {
  System& system = profile.system;
  std::string kernel_file = "/proc/sys/kernel/osrelease";
  std::string kernel = read_line(host, kernel_file).value_or("");
  if (kernel.empty()) {
    // "Linux version 6.1.0-18-amd64 (…"
    const std::string version = read_line(host, "/proc/version").value_or("");
    constexpr std::string_view kBefore = "Linux version ";
    if (version.rfind(kBefore, 0) == 0) {
      kernel = version.substr(kBefore.size(), version.find(' ', kBefore.size()) - kBefore.size());
      kernel_file = "/proc/version";
    }
  }
  system.kernel = kernel.empty()
                      ? Known<std::string>::unknown(Status::error,
                                                    "cannot read the kernel's release", kernel_file)
                      : Known<std::string>::of(kernel, kernel_file);
  const Result<std::string> build_properties = host.read_file("/system/build.prop", 1u << 20);
  const bool android = build_properties.ok() || host.environment("ANDROID_ROOT").has_value();
  if (android) {
    system.os =
        Known<std::string>::of("android", "/system/build.prop or ANDROID_ROOT", KnownBy::computed);
  } else if (!kernel.empty() || exists(host, "/proc/meminfo") || exists(host, "/proc/cpuinfo")) {
    system.os = Known<std::string>::of("linux", "/proc", KnownBy::computed);
  } else {
    system.os = Known<std::string>::unknown(Status::error, "there is no /proc", "/proc");
  }
  system.distribution =
      Known<std::string>::unknown(Status::unsupported, "no os-release file", "/etc/os-release");
  for (const char* file : {"/etc/os-release", "/usr/lib/os-release"}) {
    const Result<std::string> text = host.read_file(file, 64u << 10);
    auto name = text ? setting(*text, "PRETTY_NAME") : std::nullopt;
    if (text && !name) name = setting(*text, "NAME");
    if (name) {
      system.distribution = Known<std::string>::of(*name, file);
      break;
    }
  }
  if (android && build_properties) {
    if (const auto number = setting(*build_properties, "ro.build.version.release"))
      system.distribution = Known<std::string>::of("Android " + *number, "/system/build.prop");
  }
  system.container = find_container(host, kernel);
  system.hypervisor = find_hypervisor(host, kernel);
}

}  // namespace

extern const Probe system_probe;
const Probe system_probe{
    "system", "which system is this, and does it run in a container or on a hypervisor?", run};

}  // namespace weighin
