// How does the machine that we run on answer?
#include <fcntl.h>

#include <chrono>
#include <cstdlib>

#include "core/child.hpp"
#include "core/cpuid.hpp"
#include "core/read_whole.hpp"
#include "weighin/host.hpp"

namespace weighin {
namespace {

class LiveHost final : public Host {
 public:
  bool live() const override { return true; }
  std::string name() const override { return "this machine"; }

  Result<std::string> read_file(std::string_view path, std::size_t max_bytes) const override {
    return read_whole(AT_FDCWD, std::string(path), path, max_bytes, true);
  }
  Result<std::vector<std::string>> list_directory(std::string_view path) const override {
    return list_whole(AT_FDCWD, std::string(path), path, true);
  }
  Result<std::string> read_link(std::string_view path) const override {
    return link_target(AT_FDCWD, std::string(path), path);
  }

  std::optional<std::string> environment(std::string_view name) const override {
    const char* value = std::getenv(std::string(name).c_str());  // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  }

  std::optional<CpuidRegisters> cpuid(std::uint32_t leaf, std::uint32_t subleaf) const override {
    return native_cpuid(leaf, subleaf);
  }
  std::optional<std::uint64_t> xcr0() const override { return native_xcr0(); }

  Result<std::string> ask(std::string_view question, const Producer& live) const override {
    if (!live) return cannot("ask", question, "nobody to ask");
    return live();
  }

  double now_seconds() const override {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }

  ChildAnswer run_child(const ChildRequest& request) const override {
    return run_child_processes({request}).front();
  }
  std::vector<ChildAnswer> run_children(const std::vector<ChildRequest>& requests) const override {
    return run_child_processes(requests);
  }

  std::string root() const override { return {}; }
};

}  // namespace

std::unique_ptr<Host> live_host() { return std::make_unique<LiveHost>(); }

}  // namespace weighin
