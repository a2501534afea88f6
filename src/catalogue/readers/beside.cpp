// How is a spec made of a weight file and the config.json beside it?
#include "catalogue/readers/beside.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weighin {
namespace {

constexpr const char* kConfig = "config.json";

std::string lower(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return made;
}

}  // namespace

ModelSpec spec_beside(Folder& folder, ModelFile& file) {
  if (!folder.has(kConfig)) {
    if (const std::unique_ptr<Folder> above = folder.above(); above && above->has(kConfig))
      return spec_beside(*above, file);
    file.notes.emplace_back("there is no config.json beside it: the model's shape is not known");
    return {};
  }
  Result<ModelSpec> spec = read_model(folder, kConfig);
  if (!spec) {
    file.notes.push_back("config.json beside it is of no help: " + to_text(spec.error()));
    return {};
  }
  if (spec->file) {
    file.bytes_read += spec->file->bytes_read;
    for (const FilePart& part : spec->file->parts) file.parts.push_back(part);
  }
  return std::move(*spec);
}

void finish_spec(ModelSpec& spec, std::string_view title, ModelFile file) {
  file.total_bytes = 0;
  for (const FilePart& part : file.parts) file.total_bytes += part.bytes;
  if (spec.name.empty()) spec.name = std::string(title);
  if (spec.id.empty()) spec.id = lower(spec.name);
  if (spec.modality.empty()) spec.modality = "text";
  if (spec.source.empty()) spec.source = file.path;
  spec.known_by = KnownBy::reported;
  if (file.parameters > 0) {
    spec.parameters = Known<std::int64_t>::of(file.parameters, file.path, KnownBy::reported);
    spec.size_class = size_class_of(file.parameters).name;
    if (!spec.shape || !spec.shape->experts) spec.active_parameters = spec.parameters;
  } else if (!spec.parameters) {
    spec.parameters = Known<std::int64_t>::unknown(
        Status::error, "no tensor in the file is known to be a weight", file.path);
  }
  spec.file = std::make_shared<ModelFile>(std::move(file));
}

}  // namespace weighin
