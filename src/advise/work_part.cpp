// How is a token's work cut up between places?
#include "advise/work_part.hpp"

#include <algorithm>

namespace weighin {

TokenWork part_of(const TokenWork& work, const WorkShare& share) {
  TokenWork part = work;
  const auto cut = [](std::int64_t& value, double by) {
    value = static_cast<std::int64_t>(static_cast<double>(value) * by);
  };
  part.formats.clear();
  for (FormatWork each : work.formats) {
    if (each.output && !share.output) continue;
    if (!each.output) {
      cut(each.bytes, share.weights);
      cut(each.weights, share.weights);
    }
    if (each.bytes > 0 && each.weights > 0) part.formats.push_back(each);
  }
  cut(part.kv_bytes_per_cell, share.full_cells);
  cut(part.attention_products_per_cell, share.full_cells);
  cut(part.kv_bytes_sliding_per_cell, share.sliding_cells);
  cut(part.attention_products_sliding_per_cell, share.sliding_cells);
  cut(part.state_bytes, share.state);
  const double layers =
      work.layers > 0 ? static_cast<double>(share.layers) / static_cast<double>(work.layers) : 1.0;
  cut(part.values, std::min(1.0, layers));
  cut(part.value_bytes, std::min(1.0, layers));
  part.layers = share.layers;
  return part;
}

double over_cells(const TokenWork& work, double cells, std::int64_t full, std::int64_t sliding) {
  const double window =
      work.sliding_window > 0 ? std::min(cells, static_cast<double>(work.sliding_window)) : cells;
  return static_cast<double>(full) * cells + static_cast<double>(sliding) * window;
}

double stored_share(const TokenWork& work, const FormatWork& format) {
  if (!format.experts || work.experts_used <= 0) return 1.0;
  return static_cast<double>(work.expert_count) / static_cast<double>(work.experts_used);
}

}  // namespace weighin
