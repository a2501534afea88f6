// Which machine lives only in a test's memory?
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "weighin/host.hpp"

namespace weighin::test {

/// A host of maps: fill in what the machine shall answer. Folders follow from the paths of files
/// and links. Links are followed at any place of a path.
struct FakeHost final : Host {
  std::map<std::string, std::string> files;       ///< absolute path -> text
  std::map<std::string, std::string> links;       ///< absolute path -> target as written
  std::set<std::string> folders;                  ///< empty folders
  std::map<std::string, std::string> unreadable;  ///< absolute path -> reason
  std::map<std::string, std::string> variables;
  std::map<std::pair<std::uint32_t, std::uint32_t>, CpuidRegisters> cpuids;
  std::optional<std::uint64_t> xcr0_value;
  std::map<std::string, std::string> answers;  ///< question of ask() -> text
  bool is_live = false;  ///< true: ask() calls the producer where `answers` is silent
  std::function<ChildAnswer(const ChildRequest&)> child;  ///< what run_child() does
  mutable double clock_seconds = 0.0;

  bool live() const override { return is_live; }
  std::string name() const override { return "fake"; }

  Result<std::string> read_file(std::string_view path, std::size_t max_bytes) const override {
    const std::string at = follow(std::string(path));
    if (const auto bad = unreadable.find(at); bad != unreadable.end()) {
      return cannot("read", path, bad->second);
    }
    const auto found = files.find(at);
    if (found == files.end()) return cannot("read", path, "No such file or directory");
    if (found->second.size() > max_bytes) return cannot("read", path, "too large");
    return found->second;
  }

  Result<std::vector<std::string>> list_directory(std::string_view path) const override {
    std::string at = follow(std::string(path));
    if (const auto bad = unreadable.find(at); bad != unreadable.end()) {
      return cannot("list", path, bad->second);
    }
    const bool known = folders.count(at) != 0;
    if (at != "/") at += '/';
    std::set<std::string> names;
    const auto take = [&](const std::string& file) {
      if (file.size() <= at.size() || file.compare(0, at.size(), at) != 0) return;
      const std::size_t end = std::min(file.find('/', at.size()), file.size());
      names.insert(file.substr(at.size(), end - at.size()));
    };
    for (const auto& [file, text] : files) take(file);
    for (const auto& [link, target] : links) take(link);
    for (const std::string& folder : folders) take(folder);
    if (names.empty() && !known) return cannot("list", path, "No such file or directory");
    return std::vector<std::string>(names.begin(), names.end());
  }

  Result<std::string> read_link(std::string_view path) const override {
    const std::string whole(path);
    const std::size_t cut = whole.rfind('/');
    const std::string at = follow(whole.substr(0, cut)) + whole.substr(cut);
    const auto found = links.find(at);
    if (found == links.end()) return cannot("follow", path, "Invalid argument");
    return found->second;
  }

  std::optional<std::string> environment(std::string_view name) const override {
    const auto found = variables.find(std::string(name));
    if (found == variables.end()) return std::nullopt;
    return found->second;
  }

  std::optional<CpuidRegisters> cpuid(std::uint32_t leaf, std::uint32_t subleaf) const override {
    const auto found = cpuids.find({leaf, subleaf});
    if (found == cpuids.end()) return std::nullopt;
    return found->second;
  }
  std::optional<std::uint64_t> xcr0() const override { return xcr0_value; }

  Result<std::string> ask(std::string_view question, const Producer& live) const override {
    const auto found = answers.find(std::string(question));
    if (found != answers.end()) return found->second;
    if (is_live && live) return live();
    return cannot("ask", question, "not recorded");
  }

  double now_seconds() const override { return clock_seconds += 0.001; }

  ChildAnswer run_child(const ChildRequest& request) const override {
    if (child) return child(request);
    ChildAnswer answer;
    answer.why = "a fake machine runs no programs";
    return answer;
  }
  std::vector<ChildAnswer> run_children(const std::vector<ChildRequest>& requests) const override {
    std::vector<ChildAnswer> all;
    for (const ChildRequest& request : requests) all.push_back(run_child(request));
    return all;
  }
  std::string root() const override { return {}; }

 private:
  static Error cannot(std::string_view verb, std::string_view path, const std::string& why) {
    return Error{ErrorKind::no_input,
                 "cannot " + std::string(verb) + " " + std::string(path) + ": " + why, "", ""};
  }

  // The path with every link in it followed, "." and ".." taken away.
  std::string follow(const std::string& path) const {
    std::vector<std::string> walked;
    std::string todo = path;
    for (int steps = 0; steps < 400 && !todo.empty(); ++steps) {
      const std::size_t end = std::min(todo.find('/'), todo.size());
      const std::string part = todo.substr(0, end);
      todo = end < todo.size() ? todo.substr(end + 1) : "";
      if (part.empty() || part == ".") continue;
      if (part == "..") {
        if (!walked.empty()) walked.pop_back();
        continue;
      }
      walked.push_back(part);
      const auto link = links.find(joined(walked));
      if (link == links.end()) continue;
      walked.pop_back();
      if (!link->second.empty() && link->second[0] == '/') walked.clear();
      todo = link->second + "/" + todo;
    }
    return joined(walked);
  }
  static std::string joined(const std::vector<std::string>& parts) {
    std::string path;
    for (const std::string& part : parts) path += "/" + part;
    return path.empty() ? "/" : path;
  }
};

}  // namespace weighin::test
