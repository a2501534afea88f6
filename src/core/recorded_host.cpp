// How does a machine answer that was written down in a folder?
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>

#include "core/cpuid.hpp"
#include "core/read_whole.hpp"
#include "core/recording.hpp"
#include "weighin/host.hpp"

namespace weighin {
namespace {

class RecordedHost final : public Host {
 public:
  RecordedHost(std::string name, std::string root, int root_folder, int answers_folder,
               CpuidTable cpuid, std::map<std::string, std::string> environment,
               std::map<std::string, std::string> failures)
      : name_(std::move(name)),
        root_(std::move(root)),
        root_folder_(root_folder),
        answers_folder_(answers_folder),
        cpuid_(std::move(cpuid)),
        environment_(std::move(environment)),
        failures_(std::move(failures)) {}
  ~RecordedHost() override {
    if (root_folder_ >= 0) close(root_folder_);
    if (answers_folder_ >= 0) close(answers_folder_);
  }
  RecordedHost(const RecordedHost&) = delete;
  RecordedHost& operator=(const RecordedHost&) = delete;

  bool live() const override { return false; }
  std::string name() const override { return name_; }

  Result<std::string> read_file(std::string_view path, std::size_t max_bytes) const override {
    if (const auto* why = failure("read", path)) return cannot("read", path, *why);
    if (root_folder_ < 0) return cannot("read", path, "not recorded");
    const auto at = resolve_within(root_folder_, path, true);
    if (!at) return at.error();
    return read_whole(root_folder_, *at, path, max_bytes, false);
  }
  Result<std::vector<std::string>> list_directory(std::string_view path) const override {
    if (const auto* why = failure("list", path)) return cannot("list", path, *why);
    if (root_folder_ < 0) return cannot("list", path, "not recorded");
    const auto at = resolve_within(root_folder_, path, true);
    if (!at) return at.error();
    return list_whole(root_folder_, *at, path, false);
  }
  Result<std::string> read_link(std::string_view path) const override {
    if (const auto* why = failure("follow", path)) return cannot("follow", path, *why);
    if (root_folder_ < 0) return cannot("follow", path, "not recorded");
    const auto at = resolve_within(root_folder_, path, false);
    if (!at) return at.error();
    return link_target(root_folder_, *at, path);
  }

  std::optional<std::string> environment(std::string_view name) const override {
    const auto found = environment_.find(std::string(name));
    if (found == environment_.end()) return std::nullopt;
    return found->second;
  }

  std::optional<CpuidRegisters> cpuid(std::uint32_t leaf, std::uint32_t subleaf) const override {
    const auto found = cpuid_.leaves.find({leaf, subleaf});
    if (found == cpuid_.leaves.end()) return std::nullopt;
    return found->second;
  }
  std::optional<std::uint64_t> xcr0() const override { return cpuid_.xcr0; }

  Result<std::string> ask(std::string_view question, const Producer&) const override {
    if (const auto* why = failure("ask", question)) {
      return Error{ErrorKind::no_input, *why, "", ""};
    }
    if (answers_folder_ < 0) return cannot("ask", question, "not recorded");
    const auto at = resolve_within(answers_folder_, answer_file(question), true);
    if (!at) return at.error();
    auto answer = read_whole(answers_folder_, *at, question, kMaxRecordBytes, false);
    if (!answer) return cannot("ask", question, "not recorded");
    return answer;
  }

  double now_seconds() const override {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }

  ChildAnswer run_child(const ChildRequest&) const override {
    ChildAnswer answer;
    answer.why = "a recorded machine runs no programs";
    return answer;
  }
  std::vector<ChildAnswer> run_children(const std::vector<ChildRequest>& requests) const override {
    std::vector<ChildAnswer> answers;
    for (const ChildRequest& request : requests) answers.push_back(run_child(request));
    return answers;
  }

  std::string root() const override { return root_; }

 private:
  const std::string* failure(std::string_view verb, std::string_view about) const {
    if (failures_.empty()) return nullptr;
    const auto found = failures_.find(fmt::format("{} {}", verb, about));
    return found == failures_.end() ? nullptr : &found->second;
  }

  std::string name_, root_;
  int root_folder_, answers_folder_;
  CpuidTable cpuid_;
  std::map<std::string, std::string> environment_, failures_;
};

// A real folder: a link in its place could lead anywhere.
bool is_folder(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(std::filesystem::symlink_status(path, ignored));
}

// A small file of the recording; empty where there is none.
Result<std::string> part(const std::filesystem::path& folder, std::string_view name) {
  const std::string path = (folder / name).string();
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::string();
  return read_whole(AT_FDCWD, path, path, kMaxRecordBytes, false);
}

// CPUID as our own recordings keep it, or as hwloc's dumps do.
Result<CpuidTable> cpuid_of(const std::filesystem::path& folder) {
  const auto own = part(folder, kCpuidFile);
  if (!own) return own.error();
  if (!own->empty()) return read_cpuid_table(*own, (folder / kCpuidFile).string());
  for (const char* dump : {"pu0", "cpuid/pu0"}) {
    const auto text = part(folder, dump);
    if (!text) return text.error();
    if (!text->empty()) return read_hwloc_cpuid(*text, (folder / dump).string());
  }
  return CpuidTable{};
}

}  // namespace

Result<std::unique_ptr<Host>> recorded_host(const std::string& folder) {
  std::error_code problem;
  const std::filesystem::path top = std::filesystem::canonical(folder, problem);
  if (problem || !is_folder(top)) {
    return Error{ErrorKind::no_input, fmt::format("\"{}\" is no folder that can be read", folder),
                 "", "name a folder that `weighin doctor --save` has written"};
  }
  // Ours, a bare root, hwloc's pair of root and CPUID dump, or a CPUID dump alone.
  std::filesystem::path root = top / kRootFolder;
  if (!is_folder(root) && (is_folder(top / "proc") || is_folder(top / "sys"))) root = top;
  if (!is_folder(root) && is_folder(top / "fsroot")) root = top / "fsroot";
  const auto cpuid = cpuid_of(top);
  if (!cpuid) return cpuid.error();
  if (!is_folder(root) && cpuid->leaves.empty() && !is_folder(top / kAnswersFolder)) {
    return Error{ErrorKind::data,
                 "not a recorded machine: no root, proc, sys, answers or cpuid.txt", top.string(),
                 "name a folder that `weighin doctor --save` has written"};
  }
  const auto environment = part(top, kEnvironmentFile);
  if (!environment) return environment.error();
  const auto failures = part(top, kFailuresFile);
  if (!failures) return failures.error();
  const auto open_folder = [](const std::filesystem::path& path) {  // -1 where there is none
    return open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  };
  const int root_folder = open_folder(root);
  const int answers_folder = open_folder(top / kAnswersFolder);
  return std::unique_ptr<Host>(std::make_unique<RecordedHost>(
      top.filename().string(), is_folder(root) ? root.string() : std::string(), root_folder,
      answers_folder, *cpuid, read_assignments(*environment), read_failures(*failures)));
}

}  // namespace weighin
