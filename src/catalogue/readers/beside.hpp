// What does a config.json beside a model's file add to what the file says?
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "weighin/model_file.hpp"

namespace weighin {

/// A spec that begins with what config.json in `folder` (or above a folder "onnx") says of the
/// model (shape, family, context), or with nothing where there is none or it cannot be read; that
/// is said in `file.notes`.
ModelSpec spec_beside(Folder& folder, ModelFile& file);

/// Fills in what every file says: name by `title`, parameters, sizes' sums, and the file itself.
/// `known` is false where parts that hold the counts are missing.
void finish_spec(ModelSpec& spec, std::string_view title, ModelFile file);

}  // namespace weighin
