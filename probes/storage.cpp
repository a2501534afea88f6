// Where would a model be stored, and how much room is there?
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <map>
#include <system_error>

#include "probes/probe.hpp"
#include "probes/read/small_files.hpp"

namespace weighin {
namespace {

const char* const kMounts = "/proc/self/mountinfo";

constexpr std::array<const char*, 14> kNetworkFilesystems{
    "nfs",  "nfs4",      "cifs",   "smb3",       "smbfs",       "9p",       "afs",
    "ceph", "glusterfs", "lustre", "fuse.sshfs", "fuse.rclone", "virtiofs", "davfs"};

// One line of mountinfo (proc(5)) as far as it matters here.
struct Mount {
  std::string device;  // "8:1"
  std::string point;
  std::string filesystem;
};

// The kernel writes blanks, tabs, line ends and backslashes in octal.
std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      int value = 0;
      bool octal = true;
      for (std::size_t digit = i + 1; digit <= i + 3; ++digit) {
        octal = octal && text[digit] >= '0' && text[digit] <= '7';
        value = value * 8 + (text[digit] - '0');
      }
      if (octal && value < 256) {
        out += static_cast<char>(value);
        i += 3;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::size_t from = 0;
  while ((from = line.find_first_not_of(' ', from)) != std::string::npos) {
    const std::size_t end = std::min(line.find(' ', from), line.size());
    words.push_back(line.substr(from, end - from));
    from = end;
  }
  return words;
}

std::vector<Mount> read_mounts(const std::string& text) {
  std::vector<Mount> mounts;
  std::size_t from = 0;
  while (from < text.size() && mounts.size() < 10'000) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const std::vector<std::string> words = words_of(text.substr(from, end - from));
    from = end + 1;
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 7 || dash == words.end() || dash + 1 == words.end()) continue;
    mounts.push_back({words[2], unescaped(words[4]), unescaped(*(dash + 1))});
  }
  return mounts;
}

bool below(const std::string& path, const std::string& folder) {
  if (folder == "/") return true;
  return path.compare(0, folder.size(), folder) == 0 &&
         (path.size() == folder.size() || path[folder.size()] == '/');
}

// The mount that a path lies on: the longest mount point above it, the latest of equals (it hides
// the others).
const Mount* mount_of(const std::vector<Mount>& mounts, const std::string& path) {
  const Mount* best = nullptr;
  for (const Mount& mount : mounts) {
    if (below(path, mount.point) && (best == nullptr || mount.point.size() >= best->point.size()))
      best = &mount;
  }
  return best;
}

// The user's choice, else where llama.cpp keeps its downloads (common/arg.cpp: LLAMA_CACHE, then
// the XDG cache folder).
std::string models_folder(const Host& host, const ProbeOptions& options) {
  if (!options.models_dir.empty()) return options.models_dir;
  for (const char* name : {"WEIGHIN_MODELS_DIR", "LLAMA_CACHE"}) {
    if (const auto folder = host.environment(name); folder && !folder->empty()) return *folder;
  }
  if (const auto cache = host.environment("XDG_CACHE_HOME"); cache && !cache->empty())
    return *cache + "/llama.cpp";
  if (const auto home = host.environment("HOME"); home && !home->empty())
    return *home + "/.cache/llama.cpp";
  return "/var/tmp";
}

std::string with_tilde(const Host& host, const std::string& path) {
  const auto home = host.environment("HOME");
  if (home && home->size() > 1 && below(path, *home)) return "~" + path.substr(home->size());
  return path;
}

// The live answer: figures of the nearest folder that exists, as lines "word value".
Result<std::string> ask_filesystem(const std::string& wanted) {
  std::error_code error;
  std::filesystem::path path = std::filesystem::absolute(wanted, error).lexically_normal();
  while (!std::filesystem::exists(path, error) && path.has_parent_path() &&
         path != path.parent_path())
    path = path.parent_path();
  path = std::filesystem::canonical(path, error);
  if (error)
    return Error{ErrorKind::no_input,
                 fmt::format("{} cannot be resolved: {}", wanted, error.message()), "", ""};
  struct statvfs figures {};
  struct stat status {};
  if (statvfs(path.c_str(), &figures) != 0 || stat(path.c_str(), &status) != 0) {
    return Error{
        ErrorKind::no_input,
        fmt::format("statvfs {}: {}", path.string(), std::generic_category().message(errno)), "",
        ""};
  }
  const auto size = [&](fsblkcnt_t blocks) {
    return static_cast<unsigned long long>(blocks) * figures.f_frsize;
  };
  return fmt::format("path {}\ntotal_bytes {}\nfree_bytes {}\nread_only {}\ndevice {}:{}\n",
                     path.string(), size(figures.f_blocks), size(figures.f_bavail),
                     (figures.f_flag & ST_RDONLY) != 0 ? 1 : 0, major(status.st_dev),
                     minor(status.st_dev));
}

std::map<std::string, std::string> read_answer(const std::string& text) {
  std::map<std::string, std::string> answer;
  std::size_t from = 0;
  while (from < text.size() && answer.size() < 32) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const std::string line = text.substr(from, end - from);
    const std::size_t blank = line.find(' ');
    if (blank != std::string::npos) answer[line.substr(0, blank)] = trimmed(line.substr(blank + 1));
    from = end + 1;
  }
  return answer;
}

// queue/rotational of the disk: a partition's is its parent's.
Known<bool> find_rotational(const Host& host, const std::string& device) {
  const std::string link = "/sys/dev/block/" + device;
  const Result<std::string> target = host.read_link(link);
  if (!target)
    return Known<bool>::unknown(Status::unsupported, "it lies on no disk of its own", link);
  const std::filesystem::path folder =
      (std::filesystem::path("/sys/dev/block") / *target).lexically_normal();
  for (const std::filesystem::path& each : {folder, folder.parent_path()}) {
    const std::string file = (each / "queue/rotational").string();
    if (const auto spins = read_number(host, file)) return Known<bool>::of(*spins != 0, file);
  }
  return Known<bool>::unknown(Status::unsupported, "the disk does not tell", link);
}

Known<Bytes> size_of(const std::map<std::string, std::string>& answer, const char* word) {
  const auto found = answer.find(word);
  const auto number = found == answer.end() ? std::nullopt : to_number(found->second);
  if (!number || *number < 0)
    return Known<Bytes>::unknown(Status::error, "the file system gave no sensible size", "statvfs");
  return Known<Bytes>::of(*number, "statvfs");
}

void run(const Host& host, const ProbeOptions& options, DeviceProfile& profile) {
  const std::string wanted = models_folder(host, options);
  Volume volume;
  volume.path = with_tilde(host, wanted);
  const Result<std::string> text =
      host.ask("statfs/models", [&] { return ask_filesystem(wanted); });
  if (!text) {
    const std::string why = text.error().what;
    volume.free_bytes = Known<Bytes>::unknown(Status::error, why, "statvfs");
    volume.total_bytes = Known<Bytes>::unknown(Status::error, why, "statvfs");
    volume.read_only = Known<bool>::unknown(Status::error, why, "statvfs");
    volume.filesystem = Known<std::string>::unknown(Status::error, why, kMounts);
    volume.network = Known<bool>::unknown(Status::error, why, kMounts);
    volume.rotational = Known<bool>::unknown(Status::error, why, "/sys/dev/block");
    profile.storage.push_back(volume);
    return;
  }
  std::map<std::string, std::string> answer = read_answer(*text);
  volume.free_bytes = size_of(answer, "free_bytes");
  volume.total_bytes = size_of(answer, "total_bytes");
  const auto read_only = to_number(answer["read_only"]);
  volume.read_only = read_only ? Known<bool>::of(*read_only != 0, "statvfs")
                               : Known<bool>::unknown(Status::error, "not told", "statvfs");
  const Result<std::string> mounts_text = host.read_file(kMounts, 8u << 20);
  const std::vector<Mount> mounts = mounts_text ? read_mounts(*mounts_text) : std::vector<Mount>{};
  if (const Mount* mount = mount_of(mounts, answer["path"])) {
    volume.filesystem = Known<std::string>::of(mount->filesystem, kMounts);
    const bool network = std::find(kNetworkFilesystems.begin(), kNetworkFilesystems.end(),
                                   mount->filesystem) != kNetworkFilesystems.end();
    volume.network = Known<bool>::of(network, kMounts, KnownBy::computed);
    // An overlay or btrfs has a device number of its own: the mount's stands for the disk.
    volume.rotational = find_rotational(host, answer["device"]);
    if (!volume.rotational) volume.rotational = find_rotational(host, mount->device);
  } else {
    const std::string why = mounts_text ? "no mount holds the folder" : mounts_text.error().what;
    volume.filesystem = Known<std::string>::unknown(Status::error, why, kMounts);
    volume.network = Known<bool>::unknown(Status::error, why, kMounts);
    volume.rotational = find_rotational(host, answer["device"]);
  }
  profile.storage.push_back(volume);
}

}  // namespace

extern const Probe storage_probe;
const Probe storage_probe{"storage", "where would a model be stored, and how much room is there?",
                          run};

}  // namespace weighin
