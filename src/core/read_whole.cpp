// How is a whole file read that may report no size, never end or be no file at all?
#include "core/read_whole.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <system_error>

namespace weighin {
namespace {

// More names than any folder of /proc or /sys has on the largest machines; a bound on what a
// made-up recording can cost.
constexpr std::size_t kMaxNames = 1u << 17;

// Closes a file descriptor at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  int release() {
    const int number = number_;
    number_ = -1;
    return number;
  }

 private:
  int number_;
};

}  // namespace

Error cannot(std::string_view verb, std::string_view path, std::string_view reason) {
  return Error{ErrorKind::no_input, fmt::format("cannot {} {}: {}", verb, path, reason), "", ""};
}

Error cannot(std::string_view verb, std::string_view path, int error_number) {
  return cannot(verb, path, std::generic_category().message(error_number));
}

Result<std::string> read_whole(int folder, const std::string& relative, std::string_view shown,
                               std::size_t max_bytes, bool follow_last_link) {
  const int links = follow_last_link ? 0 : O_NOFOLLOW;
  const Descriptor file(
      openat(folder, relative.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | links));
  if (file.get() < 0) return cannot("read", shown, errno);
  struct stat state {};
  if (fstat(file.get(), &state) != 0) return cannot("read", shown, errno);
  if (!S_ISREG(state.st_mode)) return cannot("read", shown, "not a regular file");
  std::string text;
  std::array<char, 16384> part;
  for (;;) {
    const ssize_t got = read(file.get(), part.data(), part.size());
    if (got < 0) {
      if (errno == EINTR) continue;
      return cannot("read", shown, errno);
    }
    if (got == 0) return text;
    if (static_cast<std::size_t>(got) > max_bytes - text.size()) {
      return cannot("read", shown, fmt::format("larger than {} bytes", max_bytes));
    }
    text.append(part.data(), static_cast<std::size_t>(got));
  }
}

Result<std::vector<std::string>> list_whole(int folder, const std::string& relative,
                                            std::string_view shown, bool follow_last_link) {
  const int links = follow_last_link ? 0 : O_NOFOLLOW;
  Descriptor file(openat(folder, relative.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | links));
  if (file.get() < 0) return cannot("list", shown, errno);
  DIR* stream = fdopendir(file.get());
  if (stream == nullptr) return cannot("list", shown, errno);
  file.release();  // closedir closes it
  std::vector<std::string> names;
  int failure = 0;
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(stream);  // NOLINT(concurrency-mt-unsafe): a stream of our own
    if (entry == nullptr) {
      failure = errno;
      break;
    }
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (names.size() == kMaxNames) {
      closedir(stream);
      return cannot("list", shown, fmt::format("more than {} names", kMaxNames));
    }
    names.emplace_back(name);
  }
  closedir(stream);
  if (failure != 0) return cannot("list", shown, failure);
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::string> link_target(int folder, const std::string& relative, std::string_view shown) {
  std::string target(PATH_MAX, '\0');
  const ssize_t size = readlinkat(folder, relative.c_str(), target.data(), target.size());
  if (size < 0) return cannot("follow", shown, errno);
  target.resize(static_cast<std::size_t>(size));
  return target;
}

}  // namespace weighin
