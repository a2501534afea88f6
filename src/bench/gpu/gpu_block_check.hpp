// What should a transformer block make of a token?  Plain code in double precision.
#pragma once

#include <cstdint>
#include <vector>

#include "weighin/bench.hpp"

namespace weighin {

/// Rows of plain blocks; a matrix of more rows repeats them.
struct PatternMatrix {
  std::int64_t rows = 0, columns = 0;
  std::vector<unsigned char> plain;
};

/// What a block is made of. Keys and values are 16-bit floats, [cell][head][value]; those of the last
/// cell are what the block itself writes there.
struct BlockParts {
  BlockShape shape;
  std::int64_t pattern_rows = 0;
  PatternMatrix query, key, value, output, gate, up, down;
  std::vector<float> norm;    ///< of both norms
  std::vector<float> turns;   ///< cosine and sine for each pair of a head
  std::vector<std::uint16_t> keys, values;  ///< of the first cells; more cells repeat them
  std::int64_t pattern_cells = 0;
};

/// The token after attention was added, and what the last matrix would add to it.
struct BlockResult {
  std::vector<double> token, added;
};
BlockResult expected_block(const BlockParts& parts, const std::vector<float>& token);

/// Whether each value is as near as single precision brings it, by the vector's own size.
bool near(const std::vector<float>& values, const std::vector<double>& expected);

}  // namespace weighin
