// How are a model's files on this machine opened without being led astray?
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <system_error>

#include "weighin/bytes.hpp"

namespace weighin {
namespace {

std::string reason(int number) { return std::generic_category().message(number); }

Error missing(const std::string& path, int number) {
  return Error{ErrorKind::no_input, fmt::format("cannot read {}: {}", path, reason(number)), "",
               "check the path and its permissions"};
}

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "no regular file";
}

class LocalSource final : public ByteSource {
 public:
  LocalSource(std::string shown, int file, Bytes size)
      : shown_(std::move(shown)), file_(file), size_(size) {}
  ~LocalSource() override { close(file_); }
  const std::string& shown() const override { return shown_; }
  Bytes size() const override { return size_; }
  Bytes bytes_read() const override { return read_; }

  Result<std::size_t> read(Bytes offset, std::span<char> into) override {
    if (offset < 0 || offset >= size_) return std::size_t{0};
    const std::size_t wanted =
        static_cast<std::size_t>(std::min<Bytes>(size_ - offset, static_cast<Bytes>(into.size())));
    std::size_t done = 0;
    while (done < wanted) {
      const ssize_t count = pread(file_, into.data() + done, wanted - done,
                                  static_cast<off_t>(offset) + static_cast<off_t>(done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return missing(shown_, errno);
      if (count == 0) {
        return Error{ErrorKind::no_input,
                     fmt::format("{} became shorter while it was read", shown_), "",
                     "wait until the download has ended"};
      }
      done += static_cast<std::size_t>(count);
    }
    read_ += static_cast<Bytes>(done);
    return done;
  }

 private:
  std::string shown_;
  int file_;
  Bytes size_;
  Bytes read_ = 0;
};

// A pipe would block at open and a device may do anything on reading: the kind is asked first.
Result<std::unique_ptr<ByteSource>> open_regular(const std::string& path,
                                                 const std::string& shown) {
  struct stat state {};
  if (stat(path.c_str(), &state) != 0) return missing(shown, errno);
  if (S_ISREG(state.st_mode)) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) return missing(shown, errno);
    if (fstat(file, &state) == 0 && S_ISREG(state.st_mode))
      return std::unique_ptr<ByteSource>(
          std::make_unique<LocalSource>(shown, file, static_cast<Bytes>(state.st_size)));
    close(file);
  }
  return Error{ErrorKind::data, fmt::format("{} is {}", shown, kind_of(state.st_mode)), "",
               "give a file, or a folder that holds a model's files"};
}

std::string real_path(const std::string& path) {
  char* resolved = realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return {};
  std::string text(resolved);
  std::free(resolved);
  return text;
}

bool lies_within(const std::string& path, const std::string& folder) {
  return folder == "/" ||
         (path.size() > folder.size() && path.compare(0, folder.size(), folder) == 0 &&
          path[folder.size()] == '/');
}

// ".../snapshots/REVISION" -> ".../blobs", where Hugging Face's cache keeps what its links lead to.
std::string blobs_of(const std::string& folder) {
  const std::size_t revision = folder.rfind('/');
  if (revision == std::string::npos || revision == 0) return {};
  const std::string_view above = std::string_view(folder).substr(0, revision);
  constexpr std::string_view kSnapshots = "/snapshots";
  if (above.size() <= kSnapshots.size() ||
      above.substr(above.size() - kSnapshots.size()) != kSnapshots)
    return {};
  return std::string(above.substr(0, above.size() - kSnapshots.size())) + "/blobs";
}

class LocalFolder final : public Folder {
 public:
  LocalFolder(std::string shown, std::string real)
      : shown_(std::move(shown)), real_(std::move(real)), blobs_(blobs_of(real_)) {}
  const std::string& shown() const override { return shown_; }

  Result<std::unique_ptr<ByteSource>> open(std::string_view name) override {
    if (!is_plain_name(name)) {
      return Error{ErrorKind::data, fmt::format("{}: a file's name that leads elsewhere", shown_),
                   "", "the files of one model lie beside each other in one folder"};
    }
    const std::string path = fmt::format("{}/{}", real_, name);
    const std::string shown = fmt::format("{}/{}", shown_, name);
    const std::string target = real_path(path);
    if (target.empty()) return missing(shown, errno);
    if (!lies_within(target, real_) && (blobs_.empty() || !lies_within(target, blobs_))) {
      return Error{ErrorKind::data, fmt::format("{} is a link that leaves its folder", shown), "",
                   "name the file itself that it leads to"};
    }
    return open_regular(target, shown);
  }

  bool has(std::string_view name) override {
    struct stat state {};
    return is_plain_name(name) && stat(fmt::format("{}/{}", real_, name).c_str(), &state) == 0;
  }

  Result<std::vector<std::string>> names() override {
    DIR* folder = opendir(real_.c_str());
    if (folder == nullptr) return missing(shown_, errno);
    std::vector<std::string> names;
    bool too_many = false;
    while (const dirent* entry = readdir(folder)) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (names.size() == kMostFolderNames) {
        too_many = true;
        break;
      }
      names.emplace_back(name);
    }
    closedir(folder);
    if (too_many) {
      return Error{ErrorKind::data,
                   fmt::format("{} holds more than {} names", shown_, kMostFolderNames), "",
                   "name the model's own file"};
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  std::unique_ptr<Folder> above() override {
    constexpr std::string_view kName = "/onnx";
    if (real_.size() <= kName.size() || !real_.ends_with(kName)) return nullptr;
    return std::make_unique<LocalFolder>(shown_ + "/..",
                                         real_.substr(0, real_.size() - kName.size()));
  }

 private:
  std::string shown_, real_, blobs_;
};

}  // namespace

Result<std::unique_ptr<Folder>> local_folder(const std::string& path) {
  const std::string real = real_path(path.empty() ? "." : path);
  if (real.empty()) return missing(path, errno);
  struct stat state {};
  if (stat(real.c_str(), &state) != 0) return missing(path, errno);
  if (!S_ISDIR(state.st_mode))
    return Error{ErrorKind::data, fmt::format("{} is {}", path, kind_of(state.st_mode)), "", ""};
  return std::unique_ptr<Folder>(std::make_unique<LocalFolder>(path, real));
}

Result<std::unique_ptr<ByteSource>> local_file(const std::string& path) {
  return open_regular(path, path);
}

}  // namespace weighin
