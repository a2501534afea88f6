// Which files make up a checkpoint, and what do their headers say together?
#pragma once

#include <string>
#include <string_view>

#include "catalogue/readers/safetensors_header.hpp"
#include "weighin/bytes.hpp"
#include "weighin/model_file.hpp"

namespace weighin::catalogue {

/// A checkpoint's files, read by their headers.
struct SafetensorsParts {
  ModelFile file;  ///< parts, tensors, sizes and bytes read; `weights` as stored
  bool mlx = false;
  std::size_t missing = 0;
};

/// Reads `name` in `folder`: one file, an index with its shards, or one shard with its siblings.
/// `source` is that file, already open.
Result<SafetensorsParts> read_safetensors_parts(Folder& folder, std::string_view name,
                                                ByteSource& source);

}  // namespace weighin::catalogue
