// Which Vulkan drivers are installed?
#include "probes/gpu/driver_manifests.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

namespace weighin {
namespace {

using nlohmann::json;

constexpr std::size_t kMostManifestBytes = 1u << 20;
constexpr int kMostDepth = 64;
constexpr std::size_t kMostLibraryBytes = 4096;  // PATH_MAX

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= list.size()) {
    const std::size_t end = std::min(list.find(':', begin), list.size());
    if (end > begin) parts.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::string environment(const Host& host, const char* name) {
  return host.environment(name).value_or("");
}

std::string joined(std::string folder, std::string_view name) {
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  return folder + "/" + std::string(name);
}

std::string absolute(const Host& host, const std::string& path) {
  return path.starts_with('/') ? path : joined(environment(host, "PWD"), path);
}

// The loader's folders for "icd.d" or "implicit_layer.d", in its order. SYSCONFDIR is /etc on
// distributions and /usr/local/etc by default.
std::vector<std::string> folders(const Host& host, std::string_view leaf) {
  const std::string home = environment(host, "HOME");
  std::vector<std::string> bases;
  const auto add_home = [&](const char* variable, const char* below_home) {
    const std::string value = environment(host, variable);
    if (!value.empty()) {
      for (const std::string& base : split(value)) bases.push_back(base);
    } else if (!home.empty()) {
      bases.push_back(joined(home, below_home));
    }
  };
  const auto add_list = [&](const char* variable, const char* usual) {
    const std::string value = environment(host, variable);
    for (const std::string& base : split(value.empty() ? usual : value)) bases.push_back(base);
  };
  add_home("XDG_CONFIG_HOME", ".config");
  add_list("XDG_CONFIG_DIRS", "/etc/xdg");
  bases.emplace_back("/usr/local/etc");
  bases.emplace_back("/etc");
  add_home("XDG_DATA_HOME", ".local/share");
  add_list("XDG_DATA_DIRS", "/usr/local/share:/usr/share");
  std::vector<std::string> all;
  for (const std::string& base : bases) {
    if (!base.starts_with('/')) continue;
    std::string folder = joined(base, "vulkan/" + std::string(leaf));
    if (std::find(all.begin(), all.end(), folder) == all.end()) all.push_back(std::move(folder));
  }
  return all;
}

void add_folder(const Host& host, const std::string& folder, std::vector<std::string>& files) {
  const auto names = host.list_directory(folder);
  if (!names) return;
  for (const std::string& name : *names) {
    if (name.ends_with(".json")) files.push_back(joined(folder, name));
  }
}

// Entries of VK_DRIVER_FILES and its like are manifests or folders of manifests.
void add_listed(const Host& host, const std::string& list, DriverSearch& search,
                std::vector<std::string>& files) {
  for (const std::string& entry : split(list)) {
    const std::string path = absolute(host, entry);
    search.searched.push_back(path);
    if (path.ends_with(".json")) {
      files.push_back(path);
    } else {
      add_folder(host, path, files);
    }
  }
}

// The deepest nesting of brackets outside of strings.
int depth_of(const std::string& text) {
  int depth = 0, deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == '{' || c == '[')) {
      deepest = std::max(deepest, ++depth);
    } else if (!in_string && (c == '}' || c == ']')) {
      --depth;
    }
  }
  return deepest;
}

// As tolerant as the loader's own reader: a byte order mark before and text after the document do
// not matter. Deep nesting, which ends the loader's reader, is an error here.
json parse_tolerant(const std::string& text) {
  json document(json::value_t::discarded);
  if (depth_of(text) > kMostDepth) return document;
  try {
    std::istringstream stream(text);
    stream >> document;
  } catch (const json::exception&) {
    return json(json::value_t::discarded);
  }
  return document;
}

const json* member(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

DriverManifest read_manifest(const std::string& path, const Result<std::string>& text) {
  DriverManifest manifest{path, {}, {}, false};
  const auto fault = [&](std::string why) {
    manifest.fault = std::move(why);
    return manifest;
  };
  if (!text) return fault("its manifest cannot be read: " + text.error().what);
  if (text->empty()) return fault("its manifest is empty");
  const json document = parse_tolerant(*text);
  if (document.is_discarded()) return fault("its manifest is not JSON, or nested too deep");
  const json* const icd = member(document, "ICD");
  if (icd == nullptr) return fault("its manifest has no \"ICD\"");
  const json* const library = member(*icd, "library_path");
  if (library == nullptr || !library->is_string()) {
    return fault("its manifest names no library (\"library_path\")");
  }
  manifest.library = library->get<std::string>();
  if (manifest.library.empty() || manifest.library.size() > kMostLibraryBytes ||
      manifest.library.find('\0') != std::string::npos) {
    return fault("its manifest's \"library_path\" is no path");
  }
  // A path with a slash that is not absolute is relative to the manifest; a bare name is searched
  // for.
  if (manifest.library.find('/') != std::string::npos && !manifest.library.starts_with('/')) {
    manifest.library = joined(path.substr(0, path.rfind('/')), manifest.library);
  }
  const json* const bits = member(*icd, "library_arch");
  const char* const ours = sizeof(void*) == 8 ? "64" : "32";
  manifest.skipped = bits != nullptr && bits->is_string() && *bits != ours;
  return manifest;
}

// Variables that turn an implicit layer off; loaders before 1.3.234 know no other way.
void add_layer_switches(const Host& host, DriverSearch& search) {
  std::vector<std::string> files;
  for (const std::string& folder : folders(host, "implicit_layer.d")) {
    add_folder(host, folder, files);
  }
  for (std::size_t i = 0; i < std::min(files.size(), kMostManifests); ++i) {
    const auto text = host.read_file(files[i], kMostManifestBytes);
    if (!text) continue;
    const json document = parse_tolerant(*text);
    std::vector<const json*> layers;
    if (const json* one = member(document, "layer")) layers.push_back(one);
    if (const json* many = member(document, "layers"); many != nullptr && many->is_array()) {
      for (const json& one : *many) layers.push_back(&one);
    }
    for (const json* layer : layers) {
      const json* const off = member(*layer, "disable_environment");
      if (off == nullptr || !off->is_object()) continue;
      for (const auto& [name, value] : off->items()) {
        const bool plain = !name.empty() && name.size() < 128 && !name.starts_with("LD_") &&
                           std::all_of(name.begin(), name.end(), [](char c) {
                             return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                                    (c >= '0' && c <= '9');
                           });
        if (plain && name != "PATH" && name != "HOME") search.layer_switches.push_back(name);
      }
    }
  }
}

}  // namespace

std::string file_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

DriverSearch find_drivers(const Host& host) {
  DriverSearch search;
  std::vector<std::string> files;
  std::string only = environment(host, "VK_DRIVER_FILES");
  if (only.empty()) only = environment(host, "VK_ICD_FILENAMES");
  if (!only.empty()) {
    add_listed(host, only, search, files);
  } else {
    add_listed(host, environment(host, "VK_ADD_DRIVER_FILES"), search, files);
    for (const std::string& folder : folders(host, "icd.d")) {
      search.searched.push_back(folder);
      add_folder(host, folder, files);
    }
  }
  std::size_t asked = 0;
  std::vector<std::string> seen_paths, seen_libraries;
  const auto first_time = [](std::vector<std::string>& seen, const std::string& one) {
    if (std::find(seen.begin(), seen.end(), one) != seen.end()) return false;
    seen.push_back(one);
    return true;
  };
  for (const std::string& path : files) {
    if (!first_time(seen_paths, path)) continue;
    // Broken manifests must not crowd out a good one.
    if (asked == kMostManifests || search.manifests.size() == kMostFiles) {
      ++search.left_out;
      continue;
    }
    DriverManifest manifest = read_manifest(path, host.read_file(path, kMostManifestBytes));
    // The same library through a second manifest would give the same devices again.
    if (manifest.fault.empty() && !manifest.skipped &&
        !first_time(seen_libraries, manifest.library)) {
      continue;
    }
    if (manifest.fault.empty() && !manifest.skipped) ++asked;
    search.manifests.push_back(std::move(manifest));
  }
  if (!search.manifests.empty()) add_layer_switches(host, search);
  return search;
}

}  // namespace weighin
