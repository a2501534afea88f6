// Which files does a model have that is split into several GGUF files?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/readers/gguf_header.hpp"

namespace weighin::gguf {

/// Most parts of one model: names have five digits, llama.cpp's own splits far fewer.
inline constexpr std::int64_t kMostParts = 9'999;

/// A part's name taken apart: "m-00002-of-00005.gguf".
struct PartName {
  std::string_view stem;  ///< "m"
  std::int64_t number = 0, count = 0;
};
/// Nothing where it is no part's name, or the numbers cannot be (part 6 of 5, 0 of 0).
std::optional<PartName> parse_part_name(std::string_view name);
std::string part_name(std::string_view stem, std::int64_t number, std::int64_t count);

/// All files of a model, put together.
struct Whole {
  Header header;  ///< of the first part, with the tensors of all
  std::vector<FilePart> parts;
  Bytes header_bytes = 0;
  Bytes bytes_read = 0;
  std::int64_t missing = 0;  ///< parts that are not there
};

/// Reads the file `name` and, where it is a part of several, the others beside it. The first part,
/// which holds the keys, must be there; others that are missing are named in `parts`.
Result<Whole> read_whole_model(Folder& folder, std::string_view name, ByteSource& source);

}  // namespace weighin::gguf
