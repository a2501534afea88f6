// Which file holds which tensor of a sharded checkpoint?
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/bytes.hpp"
#include "weighin/model_file.hpp"

namespace weighin::catalogue {

// As for split GGUF files; the largest checkpoint known has 163 shards (DeepSeek-V3).
inline constexpr std::size_t kMostShards = 9999;

/// model.safetensors.index.json, read.
struct SafetensorsIndex {
  /// Plain names, sorted, each once.
  std::vector<std::string> shards;
  /// Of each tensor that the map names: a hash of its name, and its shard. Sorted.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> places;

  /// How many tensors the map puts into a shard.
  std::size_t count_in(std::uint32_t shard) const;
  /// True where the map puts a tensor of that name into that shard.
  bool holds(std::string_view tensor, std::uint32_t shard) const;
};

/// Most bytes of an index.
inline constexpr Bytes kMostIndexBytes = Bytes{64} << 20;

Result<SafetensorsIndex> read_safetensors_index(ByteSource& source);

/// "model-00002-of-00005.safetensors" -> all five names; empty where the name is no part of a
/// whole.
std::vector<std::string> shards_by_name(std::string_view name);

}  // namespace weighin::catalogue
