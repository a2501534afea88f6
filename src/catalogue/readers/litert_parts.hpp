// Which models lie within a .task or a .litertlm?
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/bytes.hpp"

namespace weighin::litert {

inline constexpr Bytes kMostDirectory = Bytes{1} << 20;  ///< bytes read of a zip's directory
inline constexpr std::size_t kMostEntries = 1024;
inline constexpr std::uint32_t kMostSections = 256;
inline constexpr Bytes kMostLmHeader = Bytes{1} << 20;

/// A part of a bundle that may be a model.
struct Part {
  std::string name;
  Bytes bytes = 0;
  std::unique_ptr<ByteSource> source;  ///< null where it is no model
};

/// What a bundle holds, and what keeps it open.
struct Bundle {
  std::shared_ptr<void> owner;  ///< outlives the parts' sources
  std::vector<Part> parts;
};

/// The entries of a zip whose directory libzip reads. Entries are stored: nothing is ever inflated,
/// and a compressed model is ErrorKind::data, as are entries that take more than the file has.
Result<Bundle> open_task(ByteSource& source);

bool is_litertlm(std::string_view head);
/// The sections of a .litertlm by its header.
Result<Bundle> open_litertlm(ByteSource& source);

}  // namespace weighin::litert
