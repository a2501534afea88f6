// What do MLC's shards hold, by the list beside them?
#pragma once

#include <string>
#include <vector>

#include "weighin/model_file.hpp"

namespace weighin::mlc {

inline constexpr Bytes kMostCacheBytes = Bytes{8} << 20;  ///< that of a model of 70B is below 1 MiB
inline constexpr std::size_t kMostValues = 150'000;       ///< of its JSON: about 30 MB of memory
inline constexpr std::size_t kMostShards = 4096;
inline constexpr std::size_t kMostRecords = 65'536;

/// The shards and their records.
struct Cache {
  std::vector<FilePart> parts;
  std::vector<FileTensor> tensors;
  std::int64_t parameters = 0;
};

/// Reads ndarray-cache.json or tensor-cache.json and looks after each shard in `folder`. `bits` are
/// those of one packed weight.
Result<Cache> read_cache(Folder& folder, ByteSource& source, int bits);

}  // namespace weighin::mlc
