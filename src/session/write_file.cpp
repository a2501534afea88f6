// How is a file written as a whole or not at all?
#include "session/write_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace weighin {
namespace {

std::string reason() { return std::strerror(errno); }  // NOLINT(concurrency-mt-unsafe)

}  // namespace

Error cannot_write(const std::string& path, const std::string& why) {
  return Error{ErrorKind::io, fmt::format("cannot write {}: {}", path, why), "",
               "give another file with -o, or make room on the disk"};
}

Result<Done> write_file(const std::string& path, const std::string& text) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path target(path);
  // A device (/dev/stdout, /dev/full) or a pipe is written straight: there is nothing to rename
  // over.
  const fs::file_status status = fs::status(target, error);
  const bool plain = !fs::exists(status) || fs::is_regular_file(status);
  if (fs::is_directory(status)) return cannot_write(path, "it is a folder");
  std::string temporary = path;
  int file = -1;
  if (plain) {
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    temporary =
        (folder / fmt::format(".weighin-{}-XXXXXX", target.filename().string().substr(0, 64)))
            .string();
    file = mkostemp(temporary.data(), O_CLOEXEC);
  } else {
    file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  }
  if (file < 0) return cannot_write(path, reason());
  std::size_t at = 0;
  std::string why;
  while (at < text.size() && why.empty()) {
    const ssize_t count = write(file, text.data() + at, text.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      why = reason();
    else
      at += static_cast<std::size_t>(count);
  }
  if (plain && why.empty()) {
    // mkostemp makes files that only we may read; a report is an ordinary file.
    const mode_t mask = umask(0);
    umask(mask);
    if (fchmod(file, 0666 & ~mask) != 0 || fsync(file) != 0) why = reason();
  }
  if (close(file) != 0 && why.empty()) why = reason();
  if (plain && why.empty() && rename(temporary.c_str(), path.c_str()) != 0) why = reason();
  if (!why.empty()) {
    if (plain) unlink(temporary.c_str());
    return cannot_write(path, why);
  }
  return Done{};
}

}  // namespace weighin
