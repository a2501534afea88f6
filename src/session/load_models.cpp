// Which models do the words of the command line mean: names, sizes, files, folders, URLs?
#include "session/load_models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "session/session.hpp"
#include "weighin/estimate.hpp"
#include "weighin/model_file.hpp"
#include "weighin/remote.hpp"

namespace weighin {
namespace {

// A file that the user named himself, and the folder that it lies in: the file's own link is
// followed wherever it leads, the names that it speaks of only within the folder.
class NamedFile : public Folder {
 public:
  NamedFile(std::string path, std::string name, std::unique_ptr<Folder> beside)
      : path_(std::move(path)), name_(std::move(name)), beside_(std::move(beside)) {}
  const std::string& shown() const override { return beside_->shown(); }
  Result<std::unique_ptr<ByteSource>> open(std::string_view name) override {
    return name == name_ ? local_file(path_) : beside_->open(name);
  }
  bool has(std::string_view name) override { return name == name_ || beside_->has(name); }
  Result<std::vector<std::string>> names() override { return beside_->names(); }
  std::unique_ptr<Folder> above() override { return beside_->above(); }

 private:
  std::string path_, name_;
  std::unique_ptr<Folder> beside_;
};

Result<ModelSpec> read_local(const std::string& word) {
  std::error_code none;
  const std::filesystem::path path(word);
  if (std::filesystem::is_directory(path, none)) {
    Result<std::unique_ptr<Folder>> folder = local_folder(word);
    if (!folder) return folder.error();
    return read_model(**folder, "");
  }
  // What cannot be opened is told by the file itself, before its folder is looked at.
  const Result<std::unique_ptr<ByteSource>> file = local_file(word);
  if (!file) return file.error();
  const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : ".";
  Result<std::unique_ptr<Folder>> folder = local_folder(parent.string());
  if (!folder) return folder.error();
  NamedFile named(word, path.filename().string(), std::move(*folder));
  return read_model(named, path.filename().string());
}

Result<ModelSpec> read_remote(const std::string& word, const Options& options) {
  if (!options.network) {
    return Error{ErrorKind::usage, fmt::format("{} is a URL, and no network may be used", word), "",
                 "allow the network, or name a file or a model of the catalogue"};
  }
  Result<RemotePlace> place = remote_place(word, remote_options_of_environment());
  if (!place) return place.error();
  Result<ModelSpec> model = read_model(*place->folder, place->name);
  const RemoteTraffic traffic = place->folder->traffic();
  if (traffic.bytes > 0 && (!options.quiet || options.verbose)) {
    tell(options, "note",
         fmt::format("fetched {} ({} bytes) in {} requests", text_decimal(traffic.bytes),
                     traffic.bytes, traffic.requests));
  }
  return model;
}

// A part of a model, given alone.
Error not_whole(const ModelSpec& model, const ModelFile& file) {
  if (file.role == FileRole::adapter) {
    return Error{ErrorKind::usage,
                 fmt::format("{} is a LoRA adapter{}, {}, and no model by itself", file.path,
                             file.lora_rank > 0 ? fmt::format(" of rank {}", file.lora_rank) : "",
                             text_decimal(file.total_bytes)),
                 "",
                 fmt::format("name its base model, with --lora {}",
                             file.lora_rank > 0 ? file.lora_rank : 16)};
  }
  return Error{ErrorKind::usage,
               fmt::format("{} is a projector, {}, and no model by itself", file.path,
                           text_decimal(file.total_bytes)),
               "", fmt::format("name the model, with --projector {}", model.file->path)};
}

// A config.json names no weights, but what it says makes every one of them.
void count(ModelSpec& model) {
  const auto counted = model.shape ? count_parameters(*model.shape) : std::nullopt;
  if (!counted || counted->total <= 0) return;
  const std::string source = "counted from the hyperparameters";
  if (!model.parameters && model.file->tensors.empty()) {
    model.parameters =
        Known<std::int64_t>::of(counted->total, source, KnownBy::computed, Confidence::high);
    model.size_class = size_class_of(counted->total).name;
  }
  if (model.parameters && !model.active_parameters && *model.parameters == counted->total) {
    model.active_parameters =
        Known<std::int64_t>::of(counted->active, source, KnownBy::computed, Confidence::high);
  }
}

Result<ModelSpec> read_file(const std::string& word, const Options& options) {
  Result<ModelSpec> model = is_url(word) ? read_remote(word, options) : read_local(word);
  if (!model || !model->file) return model;
  const ModelFile& file = *model->file;
  if (options.verbose) {
    tell(options, "note",
         fmt::format("read {} bytes of {} from {} ({})", file.bytes_read, file.total_bytes,
                     file.path, file.reader));
  }
  if (file.role != FileRole::model) return not_whole(*model, file);
  count(*model);
  return model;
}

}  // namespace

Result<std::vector<ModelSpec>> load_models(const Options& options, const Catalogue& catalogue) {
  std::vector<ModelSpec> models;
  if (options.models.empty()) {
    for (const ModelSpec& model : catalogue.models) {
      if (!model.hosted_only) models.push_back(model);
    }
    return models;
  }
  for (const std::string& word : options.models) {
    if (is_url(word) || looks_like_file(word)) {
      Result<ModelSpec> model = read_file(word, options);
      if (!model) return model.error();
      models.push_back(std::move(*model));
      continue;
    }
    Result<ModelSpec> model = find_model(catalogue, word);
    if (!model) {
      std::error_code none;
      if (std::filesystem::exists(word, none)) {
        model = read_file(word, options);
        if (!model) return model.error();
      } else {
        Error error = model.error();
        if (std::find(options.commands.begin(), options.commands.end(), word) !=
            options.commands.end()) {
          error.hint = fmt::format("\"{}\" is a command: put it first (weighin {} …)", word, word);
        }
        return error;
      }
    }
    models.push_back(std::move(*model));
  }
  return models;
}

Plan plan_for(const ModelSpec& model, const Options& options) {
  Plan plan = options.plan;
  if (!model.file) return plan;
  if (!options.format_given) plan.format.clear();
  if (!options.runtime_given) plan.runtime.clear();
  return plan;
}

}  // namespace weighin
