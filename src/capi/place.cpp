// Where does this library lie, and with it our program and its catalogue?
#include "capi/place.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

namespace weighin::capi {
namespace fs = std::filesystem;

std::string own_folder() {
  std::error_code error;
  Dl_info info{};
  fs::path file;
  if (dladdr(reinterpret_cast<const void*>(&own_folder), &info) != 0 && info.dli_fname != nullptr)
    file = info.dli_fname;
  // Of a program itself the linker knows only the word that it was started with.
  if (!file.is_absolute() || !fs::exists(file, error))
    file = fs::read_symlink("/proc/self/exe", error);
  const fs::path whole = fs::canonical(file, error);
  return (error ? file : whole).parent_path().string();
}

std::string program_from(const std::string& folder) {
  if (folder.empty()) return {};
  const fs::path here(folder);
  const std::vector<fs::path> places{here, here.parent_path() / "bin",
                                     here.parent_path().parent_path() / "bin"};
  std::error_code error;
  for (const fs::path& place : places) {
    const fs::path program = place / "weighin";
    if (fs::is_regular_file(program, error) && access(program.c_str(), X_OK) == 0)
      return program.string();
  }
  for (const fs::path& place : {places[1], places[2]}) {
    if (fs::is_regular_file(place.parent_path() / "share/weighin/models.json", error))
      return (place / "weighin").string();
  }
  return (here / "weighin").string();
}

}  // namespace weighin::capi
