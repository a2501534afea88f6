// How is a model called that lies in a folder, and what else does its config say of it?
#include <fmt/format.h>

#include <algorithm>

#include "catalogue/readers/hf_config.hpp"
#include "catalogue/readers/hf_families.hpp"

namespace weighin::catalogue {
namespace {

constexpr std::size_t kLongestName = 96;  // of a catalogue's id

// Lower case, and a hyphen for whatever an id may not hold.
std::string id_of(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  std::string id;
  for (const char c : name.substr(0, kLongestName)) {
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    const bool fits = (small >= 'a' && small <= 'z') || (small >= '0' && small <= '9') ||
                      small == '.' || small == '-' || small == '_';
    id += fits ? small : '-';
  }
  return id.empty() ? "model" : id;
}

std::string last_part(std::string_view path) {
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

const char* modality_of(const Shape& shape) {
  if (shape.kind == "whisper") return "speech";
  if (shape.kind == "t5") return "text-to-text";
  if (shape.kind == "bert" || shape.kind == "nomic" || shape.kind == "modernbert") return "encoder";
  return shape.architecture == "gemma-embedding" ? "embedding" : "text";
}

}  // namespace

std::string name_from_place(std::string_view folder, std::string_view file) {
  constexpr std::string_view kModels = "models--";
  const std::size_t cached = folder.rfind(kModels);
  if (cached != std::string_view::npos) {
    std::string_view name = folder.substr(cached + kModels.size());
    name = name.substr(0, name.find('/'));
    const std::size_t owner = name.find("--");
    if (owner != std::string_view::npos && owner > 0 && owner + 2 < name.size())
      return printable(fmt::format("{}/{}", name.substr(0, owner), name.substr(owner + 2)),
                       kLongestName);
  }
  // A file's own name says more than "model" or "config".
  std::string_view stem = file.substr(0, file.rfind('.'));
  for (const std::string_view plain : {"model", "config", "adapter", "consolidated", "pytorch"}) {
    if (stem.starts_with(plain)) stem = {};
  }
  if (!stem.empty()) return printable(stem, kLongestName);
  const std::string last = last_part(folder);
  return last.empty() || last == "." || last == ".." ? "model" : printable(last, kLongestName);
}

ModelSpec spec_of(const HfConfig& config, const Folder& folder, std::string_view name,
                  const std::string& path) {
  ModelSpec model;
  model.name = config.name.empty() ? name_from_place(folder.shown(), name) : config.name;
  model.id = id_of(model.name);
  if (std::count(model.name.begin(), model.name.end(), '/') == 1) model.repository = model.name;
  model.modality = "text";
  model.source = path;
  model.known_by = config.assumed ? KnownBy::assumed : KnownBy::reported;
  model.license = Known<std::string>::unknown(Status::unsupported, "the file does not say", path);
  model.release = model.license;
  if (const HfFamily* family = find_hf_family(config.model_type)) {
    model.family = family->model_type;
  } else {
    model.family = printable(config.model_type, 40);
  }
  model.native_dtype =
      config.native_dtype.empty()
          ? Known<std::string>::unknown(Status::unsupported, "the file does not say", path)
          : Known<std::string>::of(printable(config.native_dtype, 40), path);
  model.parameters =
      Known<std::int64_t>::unknown(Status::unsupported, "the file holds no weights to count", path);
  model.active_parameters = model.parameters;
  model.context_max =
      Known<std::int64_t>::unknown(Status::unsupported, "the file does not say", path);
  if (config.shape) {
    model.shape = config.shape;
    model.modality = modality_of(*config.shape);
    if (config.shape->context_max > 0)
      model.context_max = Known<std::int64_t>::of(config.shape->context_max, path);
  }
  for (const std::string& note : config.notes)
    model.note += (model.note.empty() ? "" : "; ") + note;
  return model;
}

}  // namespace weighin::catalogue
