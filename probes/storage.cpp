// Where would a model be stored, and how much room is there?
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "probes/probe.hpp"
#include "probes/read/mounts.hpp"
#include "probes/read/small_files.hpp"

namespace weighin {
namespace {

const char* const kMounts = "/proc/self/mountinfo";

constexpr std::array<const char*, 18> kNetworkFilesystems{
    "fuse.s3fs", "fuse.glusterfs", "gpfs",       "beegfs",      "nfs",      "nfs4",
    "cifs",      "smb3",           "smbfs",      "9p",          "afs",      "ceph",
    "glusterfs", "lustre",         "fuse.sshfs", "fuse.rclone", "virtiofs", "davfs"};

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
  std::string_view rest;
  if (home && home->size() > 1 && below(path, *home, rest)) return "~" + std::string(rest);
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
  if (path.native().find('\n') != std::string::npos)
    return Error{ErrorKind::no_input, fmt::format("{} lies in a folder with a line end", wanted),
                 "", ""};
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
  return fmt::format(
      "asked {}\npath {}\ntotal_bytes {}\nfree_bytes {}\nread_only {}\ndevice {}:{}\n", wanted,
      path.string(), size(figures.f_blocks), size(figures.f_bavail),
      (figures.f_flag & ST_RDONLY) != 0 ? 1 : 0, major(status.st_dev), minor(status.st_dev));
}

// A dead network server blocks these calls for ever; then the answer is that there is none. The
// thread that hangs in the kernel is left behind with what it holds; it ends with the process.
constexpr std::chrono::milliseconds kPatience{1000};

Result<std::string> ask_patiently(const std::string& wanted) {
  struct Shared {
    std::mutex lock;
    std::condition_variable news;
    std::optional<Result<std::string>> answer;
  };
  const auto shared = std::make_shared<Shared>();
  try {
    std::thread([shared, wanted] {
      Result<std::string> answer = ask_filesystem(wanted);
      const std::scoped_lock guard(shared->lock);
      shared->answer = std::move(answer);
      shared->news.notify_all();
    }).detach();
  } catch (const std::system_error&) {
    return ask_filesystem(wanted);  // no thread to be had
  }
  std::unique_lock guard(shared->lock);
  if (!shared->news.wait_for(guard, kPatience, [&] { return shared->answer.has_value(); })) {
    return Error{
        ErrorKind::no_input,
        fmt::format("the server of {} did not answer within {} ms", wanted, kPatience.count()), "",
        ""};
  }
  return *shared->answer;
}

bool is_network(const std::string& filesystem) {
  return std::find(kNetworkFilesystems.begin(), kNetworkFilesystems.end(), filesystem) !=
         kNetworkFilesystems.end();
}

// File systems behind which a server or a program may be that does not answer.
bool may_hang(const Mount* mount) {
  return mount != nullptr &&
         (is_network(mount->type) || mount->type == "autofs" || mount->type.rfind("fuse", 0) == 0);
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
Known<bool> find_rotational(const Host& host, const std::string& link) {
  const Result<std::string> target = host.read_link(link);
  if (!target)
    return Known<bool>::unknown(Status::unsupported, "it lies on no disk of its own", link);
  const std::filesystem::path folder =
      (std::filesystem::path(link).parent_path() / *target).lexically_normal();
  for (const std::filesystem::path& each : {folder, folder.parent_path()}) {
    const std::string file = (each / "queue/rotational").string();
    const auto spins = read_number(host, file);
    if (!spins) continue;
    auto known = Known<bool>::of(*spins != 0, file);
    // A hypervisor's disk says what its driver chose: virtio mostly says that it turns.
    if (file.find("/virtio") != std::string::npos || file.find("/vbd-") != std::string::npos) {
      known.confidence = Confidence::low;
      known.why = "a virtual disk does not tell what it lies on";
    }
    return known;
  }
  return Known<bool>::unknown(Status::unsupported, "the disk does not tell", link);
}

// By the device number, or where the file system has one of its own (btrfs, ZFS) by the disk that
// its mount names.
Known<bool> find_rotational(const Host& host, const std::string& device, const Mount* mount) {
  Known<bool> found = find_rotational(host, "/sys/dev/block/" + device);
  if (found || mount == nullptr) return found;
  Known<bool> other = found;
  if (mount->source.rfind("/dev/", 0) == 0) {
    const std::string name = mount->source.substr(mount->source.rfind('/') + 1);
    other = find_rotational(host, "/sys/class/block/" + name);
  }
  return other ? other : found;
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
  const Result<std::vector<Mount>> table = mounts_of(host);
  const std::vector<Mount> mounts = table ? *table : std::vector<Mount>{};
  const bool patiently = may_hang(mount_at(mounts, wanted));
  Result<std::string> text = host.ask(
      "statfs/models", [&] { return patiently ? ask_patiently(wanted) : ask_filesystem(wanted); });
  // A recording answers for the folder that it was made with, and for no other.
  if (text && !host.live()) {
    const std::string asked = read_answer(*text)["asked"];
    if (options.models_dir.empty() && !asked.empty()) {
      volume.path = with_tilde(host, asked);
    } else if (!asked.empty() && asked != wanted) {
      text =
          Error{ErrorKind::no_input, "another folder was asked for when this was recorded", "", ""};
    }
  }
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
  if (const Mount* mount = mount_at(mounts, answer["path"])) {
    volume.filesystem = Known<std::string>::of(mount->type, kMounts);
    volume.network = Known<bool>::of(is_network(mount->type), kMounts, KnownBy::computed);
    volume.rotational = find_rotational(host, answer["device"], mount);
  } else {
    const std::string why = table ? "no mount holds the folder" : table.error().what;
    volume.filesystem = Known<std::string>::unknown(Status::error, why, kMounts);
    volume.network = Known<bool>::unknown(Status::error, why, kMounts);
    volume.rotational = find_rotational(host, answer["device"], nullptr);
  }
  profile.storage.push_back(volume);
}

}  // namespace

extern const Probe storage_probe;
const Probe storage_probe{"storage", "where would a model be stored, and how much room is there?",
                          run};

}  // namespace weighin
