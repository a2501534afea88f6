// What is a reader of one file format?
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "weighin/model_file.hpp"

namespace weighin {

/// The first bytes of a file, by which readers know their own.
struct Sniff {
  std::string_view name;  ///< of the file, without folder
  std::string_view head;  ///< up to kSniffBytes
  Bytes size = 0;
};
inline constexpr std::size_t kSniffBytes = 4096;

/// One row of the table that the build makes from this folder: `const Reader x_reader{…}` in x.cpp.
struct Reader {
  const char* name;
  /// File names that it reads from a folder given whole: the lower the rank the rather (0 = not at
  /// all). Where a folder holds GGUF files and safetensors, both are found; the lowest rank wins.
  int (*rank_in_folder)(std::string_view file_name);
  /// True where the bytes are its own. Content decides; the name only where content cannot
  /// (two kinds of JSON: config.json and mlc-chat-config.json).
  bool (*recognises)(const Sniff& sniff);
  Result<ModelSpec> (*read)(Folder& folder, std::string_view name, ByteSource& source);
};

std::span<const Reader* const> reader_table();

}  // namespace weighin
