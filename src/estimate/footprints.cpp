// How are a million footprints of one model asked for in a second?
#include "estimate/footprints.hpp"

#include <algorithm>

#include "estimate/batch.hpp"
#include "estimate/file_size.hpp"
#include "estimate/mix.hpp"
#include "estimate/weights.hpp"

namespace weighin {

std::optional<Footprints> Footprints::of(const ModelSpec& model, const Plan& plan) {
  if (!model.shape) return std::nullopt;
  Footprints all;
  all.shape_ = *model.shape;
  if (all.shape_.file_vocab > 0) all.shape_.vocab = all.shape_.file_vocab;
  all.plan_ = plan;
  auto tensors = tensors_of(all.shape_);
  if (!tensors) return std::nullopt;
  all.tensors_ = std::move(*tensors);
  all.weights_.resize(mixes().size());
  const auto cache = kv_cache(all.shape_, plan);
  const auto state = recurrent_state_bytes(all.shape_, plan.parallel);
  if (!cache || !state) return std::nullopt;
  all.cell_bytes_ = cache->bytes_per_cell;
  all.sliding_cell_bytes_ = cache->bytes_per_sliding_cell;
  const auto fixed =
      checked_add(*state, output_buffer_bytes(all.shape_, plan) + process_bytes(all.shape_));
  const auto with_projector = fixed ? checked_add(*fixed, plan.projector_bytes) : std::nullopt;
  if (!with_projector) return std::nullopt;
  all.fixed_bytes_ = *with_projector;
  return all;
}

// The part of weigh() that a footprint asks for.
bool Footprints::sum_up(const std::vector<StoredTensor>& stored, FormatWeights& kept) const {
  const CpuLayout layout = cpu_layout(plan_.repack);
  const TableUse use = table_use(shape_, stored);
  for (const StoredTensor& each : stored) {
    const LoadedTensor place = placed(each, layout, use);
    const auto adapter = adapter_bytes(each.tensor, plan_);
    const auto in_memory = checked_add(place.plain_bytes, place.repacked_bytes);
    const auto sum = in_memory ? checked_add(kept.loaded_bytes, *in_memory) : std::nullopt;
    const auto adapters = adapter ? checked_add(kept.adapter_bytes, *adapter) : std::nullopt;
    if (!sum || !adapters || !checked_add(*sum, *adapters)) return false;
    kept.loaded_bytes = *sum;
    kept.adapter_bytes = *adapters;
  }
  return true;
}

std::optional<Bytes> Footprints::weights_bytes(std::size_t format) {
  if (format >= weights_.size()) return std::nullopt;
  FormatWeights& kept = weights_[format];
  if (!kept.asked) {
    kept.asked = true;
    const auto stored = stored_tensors(
        tensors_, types_of(shape_, tensors_, mixes()[format], plan_.importance_matrix));
    kept.known = stored && sum_up(*stored, kept);
  }
  if (!kept.known) return std::nullopt;
  return kept.loaded_bytes;
}

std::optional<Bytes> Footprints::scratch_bytes(std::int64_t context) {
  Plan plan = plan_;
  plan.context = context;
  const std::int64_t cells = cache_cells(shape_, plan).of_stream;
  const auto holds = [&](const ReservedPiece& piece) {
    return cells >= piece.from && cells <= piece.to;
  };
  if (last_piece_ >= pieces_.size() || !holds(pieces_[last_piece_])) {
    const auto found = std::find_if(pieces_.begin(), pieces_.end(), holds);
    last_piece_ = static_cast<std::size_t>(found - pieces_.begin());
    if (found == pieces_.end()) {
      auto piece = reserve_compute(shape_, plan);
      if (!piece) return std::nullopt;
      // No graph: nothing is reserved, whatever the context.
      if (piece->to == 0) *piece = {{0, 0}, 0, std::int64_t{1} << 62, "", 0, 0};
      pieces_.push_back(*piece);
    }
  }
  return pieces_[last_piece_].bytes.at(cells);
}

std::optional<Bytes> Footprints::total_bytes(std::size_t format, std::int64_t context) {
  const auto weights = weights_bytes(format);
  const auto scratch = weights ? scratch_bytes(context) : std::nullopt;
  if (!scratch) return std::nullopt;
  Plan plan;
  plan.context = context;
  plan.parallel = plan_.parallel;
  plan.kv_unified = plan_.kv_unified;
  plan.ubatch = plan_.ubatch;
  const CacheCells cells = cache_cells(shape_, plan);
  const auto cache = checked_multiply(cell_bytes_, cells.all);
  const auto sliding = checked_multiply(sliding_cell_bytes_, cells.sliding * cells.streams);
  if (!cache || !sliding) return std::nullopt;
  Bytes sum = weights_[format].adapter_bytes;
  for (const Bytes part : {*weights, *scratch, *cache, *sliding, fixed_bytes_}) {
    const auto more = checked_add(sum, part);
    if (!more) return std::nullopt;
    sum = *more;
  }
  return sum;
}

}  // namespace weighin
