// Can the small files of a recorded machine, or a text that is made nameless, do harm?
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/anonymise.hpp"
#include "core/cpuid.hpp"
#include "core/recording.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto table = weighin::read_cpuid_table(text, "cpuid.txt")) {
    const auto again = weighin::read_cpuid_table(weighin::write_cpuid_table(*table), "cpuid.txt");
    if (!again || again->leaves != table->leaves || again->xcr0 != table->xcr0) std::abort();
  }
  static_cast<void>(weighin::read_hwloc_cpuid(text, "pu0"));
  static_cast<void>(weighin::read_assignments(text));
  static_cast<void>(weighin::read_failures(text));
  const std::string file = weighin::answer_file(text);
  if (file.find("..") == 0 || file.find("/..") != std::string::npos || file.starts_with('/'))
    std::abort();
  const weighin::Identity who{{"secret-host", "secretuser"}, "/home/secretuser"};
  for (const char* path : {"/proc/self/mountinfo", "/proc/cpuinfo", "hwloc.xml", "/proc/cmdline"}) {
    const std::string out = weighin::anonymise_text(who, path, text);
    if (out.find(" secretuser ") != std::string::npos) std::abort();
  }
  static_cast<void>(weighin::anonymise_path(who, text));
  static const int root = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (const auto at = weighin::resolve_within(root, text, true)) {
    if (at->starts_with('/') || at->starts_with("../") || *at == ".." ||
        at->find("/../") != std::string::npos) {
      std::abort();
    }
  }
  return 0;
}
