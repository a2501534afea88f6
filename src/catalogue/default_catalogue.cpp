// Where does models.json lie?
#include <fmt/format.h>

#include <string>
#include <vector>

#include "weighin/catalogue.hpp"

namespace weighin {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;
// A build tree lies at most so deep in its checkout: build/dev, or a package's
// obj-x86_64-linux-gnu.
constexpr int kMostLevels = 6;

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string below(const std::string& folder, std::string_view name) {
  return folder + (folder.ends_with('/') ? "" : "/") + std::string(name);
}

Result<Catalogue> read_file(const Host& host, const std::string& path) {
  const Result<std::string> text = host.read_file(path, kMostBytes);
  if (!text) return text.error();
  return read_catalogue(*text, path);
}

}  // namespace

Result<Catalogue> default_catalogue(const Host& host, const std::string& program) {
  const std::optional<std::string> chosen = host.environment("WEIGHIN_CATALOGUE");
  if (chosen && !chosen->empty()) {
    Result<Catalogue> read = read_file(host, *chosen);
    if (!read && read.error().kind != ErrorKind::data) {
      Error error = read.error();
      error.kind = ErrorKind::no_input;
      error.hint =
          "WEIGHIN_CATALOGUE names this file; unset it for the catalogue that came with the "
          "program";
      return error;
    }
    return read;
  }
  const std::string folder = folder_of(program);
  std::vector<std::string> tried{folder, below(folder_of(folder), "share/weighin")};
  // Read, not asked for first: a program's folder may hold thousands of others.
  for (const std::string& place : tried) {
    const std::string path = below(place, "models.json");
    if (const Result<std::string> text = host.read_file(path, kMostBytes)) {
      return read_catalogue(*text, path);
    }
  }
  // In a build tree: the checkout above it, known by its CMakeLists.txt beside models.json.
  std::string above = folder;
  for (int level = 0; level < kMostLevels && above != "/" && above != "."; ++level) {
    above = folder_of(above);
    const std::string path = below(above, "models.json");
    const Result<std::string> text = host.read_file(path, kMostBytes);
    if (text && host.read_file(below(above, "CMakeLists.txt"), kMostBytes)) {
      return read_catalogue(*text, path);
    }
  }
  return Error{
      ErrorKind::no_input, "no catalogue was found",
      fmt::format("{} and {}", below(tried[0], "models.json"), below(tried[1], "models.json")),
      "install models.json with the program, or name one: WEIGHIN_CATALOGUE=FILE or --catalogue "
      "FILE"};
}

}  // namespace weighin
