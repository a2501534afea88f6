// How is everything kept that a machine was asked and answered?
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "core/anonymise.hpp"
#include "core/cpuid.hpp"
#include "core/read_whole.hpp"
#include "core/recording.hpp"
#include "weighin/host.hpp"

namespace weighin {
namespace fs = std::filesystem;

// Evidence in words is kept for the reader, the values beside it for the folder.
struct RecordingHost::Log {
  std::mutex lock;
  std::vector<Evidence> evidence;
  std::map<std::string, std::string> files, links, answers, environment;
  std::map<std::string, std::vector<std::string>> folders;
  std::map<std::string, std::string> failures;  // "read PATH" -> why
  CpuidTable cpuid;

  void note(std::string question, bool answered, std::string answer, double seconds) {
    evidence.push_back({std::move(question), answered, std::move(answer), seconds});
  }
};

namespace {

// "cannot read PATH: REASON" is what a replay puts around the reason again.
std::string reason_of(const Error& error, std::string_view verb, std::string_view path) {
  const std::string before = fmt::format("cannot {} {}: ", verb, path);
  return error.what.starts_with(before) ? error.what.substr(before.size()) : error.what;
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::replace(text.begin(), text.end(), '\0', ' ');
  return text;
}

Result<Done> write_text(const fs::path& file, std::string_view text) {
  std::error_code problem;
  fs::create_directories(file.parent_path(), problem);
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out) {
    return Error{ErrorKind::io, fmt::format("cannot write {}", file.string()), "",
                 "name a folder on a disk with room that you may write to"};
  }
  return Done{};
}

std::string ask_reason(const Error& error) { return error.what; }

}  // namespace

RecordingHost::RecordingHost(const Host& inner) : inner_(inner), log_(std::make_unique<Log>()) {}
RecordingHost::~RecordingHost() = default;

bool RecordingHost::live() const { return inner_.live(); }
std::string RecordingHost::name() const { return inner_.name(); }
double RecordingHost::now_seconds() const { return inner_.now_seconds(); }
std::string RecordingHost::root() const { return inner_.root(); }

Result<std::string> RecordingHost::read_file(std::string_view path, std::size_t max_bytes) const {
  const double from = now_seconds();
  auto answer = inner_.read_file(path, max_bytes);
  const double seconds = now_seconds() - from;
  const std::string question = fmt::format("read {}", path);
  const std::scoped_lock guard(log_->lock);
  log_->note(question, answer.ok(), answer ? *answer : answer.error().what, seconds);
  // The first answer is what the first asker saw; a replay gives it to all.
  if (answer)
    log_->files.emplace(path, *answer);
  else
    log_->failures.emplace(question, reason_of(answer.error(), "read", path));
  return answer;
}

Result<std::vector<std::string>> RecordingHost::list_directory(std::string_view path) const {
  const double from = now_seconds();
  auto answer = inner_.list_directory(path);
  const double seconds = now_seconds() - from;
  const std::string question = fmt::format("list {}", path);
  const std::scoped_lock guard(log_->lock);
  log_->note(question, answer.ok(),
             answer ? fmt::format("{}", fmt::join(*answer, " ")) : answer.error().what, seconds);
  if (answer)
    log_->folders.emplace(path, *answer);
  else
    log_->failures.emplace(question, reason_of(answer.error(), "list", path));
  return answer;
}

Result<std::string> RecordingHost::read_link(std::string_view path) const {
  const double from = now_seconds();
  auto answer = inner_.read_link(path);
  const double seconds = now_seconds() - from;
  const std::string question = fmt::format("follow {}", path);
  const std::scoped_lock guard(log_->lock);
  log_->note(question, answer.ok(), answer ? *answer : answer.error().what, seconds);
  if (answer)
    log_->links.emplace(path, *answer);
  else
    log_->failures.emplace(question, reason_of(answer.error(), "follow", path));
  return answer;
}

std::optional<std::string> RecordingHost::environment(std::string_view name) const {
  auto answer = inner_.environment(name);
  const std::scoped_lock guard(log_->lock);
  log_->note(fmt::format("environment {}", name), answer.has_value(), answer.value_or("not set"),
             0);
  if (answer) log_->environment.emplace(name, *answer);
  return answer;
}

std::optional<CpuidRegisters> RecordingHost::cpuid(std::uint32_t leaf,
                                                   std::uint32_t subleaf) const {
  const auto answer = inner_.cpuid(leaf, subleaf);
  const std::scoped_lock guard(log_->lock);
  log_->note(fmt::format("cpuid {:x}.{:x}", leaf, subleaf), answer.has_value(),
             answer ? fmt::format("{:08x} {:08x} {:08x} {:08x}", answer->eax, answer->ebx,
                                  answer->ecx, answer->edx)
                    : "no such leaf",
             0);
  if (answer) log_->cpuid.leaves[{leaf, subleaf}] = *answer;
  return answer;
}

std::optional<std::uint64_t> RecordingHost::xcr0() const {
  const auto answer = inner_.xcr0();
  const std::scoped_lock guard(log_->lock);
  log_->note("xcr0", answer.has_value(), answer ? fmt::format("{:x}", *answer) : "not there", 0);
  if (answer) log_->cpuid.xcr0 = answer;
  return answer;
}

Result<std::string> RecordingHost::ask(std::string_view question, const Producer& live) const {
  const double from = now_seconds();
  auto answer = inner_.ask(question, live);
  const double seconds = now_seconds() - from;
  const std::string words = fmt::format("ask {}", question);
  const std::scoped_lock guard(log_->lock);
  log_->note(words, answer.ok(), answer ? *answer : answer.error().what, seconds);
  if (answer)
    log_->answers.emplace(question, *answer);
  else
    log_->failures.emplace(words, ask_reason(answer.error()));
  return answer;
}

ChildAnswer RecordingHost::run_child(const ChildRequest& request) const {
  return run_children({request}).front();
}

std::vector<ChildAnswer> RecordingHost::run_children(
    const std::vector<ChildRequest>& requests) const {
  auto answers = inner_.run_children(requests);
  const std::scoped_lock guard(log_->lock);
  for (std::size_t i = 0; i < requests.size() && i < answers.size(); ++i) {
    const std::string words =
        fmt::format("run {} {}", requests[i].program, fmt::join(requests[i].arguments, " "));
    log_->note(
        words, answers[i].why.empty(),
        answers[i].why.empty() ? fmt::format("{} bytes", answers[i].output.size()) : answers[i].why,
        answers[i].seconds);
  }
  return answers;
}

std::vector<Evidence> RecordingHost::evidence() const {
  const std::scoped_lock guard(log_->lock);
  return log_->evidence;
}

Result<Done> RecordingHost::save(const std::string& folder) const {
  std::error_code problem;
  const fs::path top = folder;
  if (fs::exists(top, problem) &&
      (!fs::is_directory(top, problem) || !fs::is_empty(top, problem))) {
    return Error{ErrorKind::io, fmt::format("\"{}\" exists and is not empty", folder), "",
                 "name a folder that does not exist yet"};
  }
  fs::create_directories(top / kRootFolder, problem);
  if (problem) {
    return Error{ErrorKind::io,
                 fmt::format("cannot make the folder \"{}\": {}", folder, problem.message()), "",
                 "name a folder on a disk with room that you may write to"};
  }
  const Identity who = identity_of(inner_);
  const std::scoped_lock guard(log_->lock);
  const fs::path root = top / kRootFolder;
  const int root_folder = open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  struct Closer {
    int file;
    ~Closer() {
      if (file >= 0) close(file);
    }
  } const closer{root_folder};
  // Where a path lies in the copy: links that were recorded are followed inside it.
  const auto place = [&](const std::string& path, bool follow_last) -> Result<fs::path> {
    const auto at = resolve_within(root_folder, anonymise_path(who, path), follow_last);
    if (!at) return at.error();
    return root / *at;
  };
  // Shorter paths first: a link stands before anything is written through it.
  std::vector<std::pair<std::string, std::string>> links(log_->links.begin(), log_->links.end());
  std::stable_sort(links.begin(), links.end(),
                   [](const auto& a, const auto& b) { return a.first.size() < b.first.size(); });
  for (const auto& [path, target] : links) {
    const auto at = place(path, false);
    if (!at) return at.error();
    fs::create_directories(at->parent_path(), problem);
    fs::create_symlink(anonymise_path(who, target), *at, problem);
  }
  for (const auto& [path, text] : log_->files) {
    const auto at = place(path, true);
    if (!at) return at.error();
    if (auto written = write_text(*at, anonymise_text(who, path, text)); !written) return written;
  }
  for (const auto& [path, names] : log_->folders) {
    const auto at = place(path, true);
    if (!at) return at.error();
    fs::create_directories(*at, problem);
    for (const std::string& name : names) {
      // Names that nobody looked into are kept as empty folders: reading one says that it cannot be
      // read.
      const fs::path entry = *at / anonymise_path(who, name);
      if (!fs::exists(fs::symlink_status(entry, problem))) fs::create_directory(entry, problem);
    }
  }
  for (const auto& [question, answer] : log_->answers) {
    auto written = write_text(top / kAnswersFolder / answer_file(question),
                              anonymise_text(who, question, answer));
    if (!written) return written;
  }
  std::string variables;
  for (const auto& [name, value] : log_->environment) {
    variables += fmt::format("{}={}\n", name, one_line(anonymise_path(who, value)));
  }
  std::string failures;
  for (const auto& [question, why] : log_->failures) {
    const std::string path = question.substr(question.find(' ') + 1);
    failures += fmt::format("{}{}\t{}\n", question.substr(0, question.find(' ') + 1),
                            anonymise_path(who, path), one_line(anonymise_path(who, why)));
  }
  for (const auto& [name, text] :
       {std::pair{kCpuidFile, write_cpuid_table(log_->cpuid)},
        std::pair{kEnvironmentFile, variables}, std::pair{kFailuresFile, failures}}) {
    if (auto written = write_text(top / name, text); !written) return written;
  }
  return Done{};
}

}  // namespace weighin
