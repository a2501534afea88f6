// What would a smaller version of a model take, by pruning, quantizing, adapting or sharing?
#include "estimate/shrink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "estimate/footprint.hpp"
#include "estimate/runtimes/runtime.hpp"

namespace weighin {
namespace {

Shrunk row_of(std::string what, const Estimate& estimate, std::string how) {
  return {std::move(what), estimate.download_bytes.value_or(0), estimate.memory.total_bytes,
          estimate.model.parameters.value_or(0), std::move(how)};
}

// Bytes and weights of the matrices within layers: what pruning is done to. Tables and norms stay.
struct Matrices {
  Bytes bytes = 0;
  double bits = 0;  ///< of a weight
};
Matrices matrices_of(const Estimate& estimate) {
  Matrices found;
  std::int64_t weights = 0;
  for (const FormatWork& each : estimate.token.formats) weights += each.weights;
  Bytes bytes = 0;
  for (const FormatWork& each : estimate.token.formats) bytes += each.bytes;
  if (weights > 0) found.bits = 8.0 * static_cast<double>(bytes) / static_cast<double>(weights);
  for (const Part& part : estimate.parts) {
    if (part.what == "weights: attention" || part.what == "weights: feed-forward" ||
        part.what == "weights: experts")
      found.bytes += part.bytes;
  }
  return found;
}

Shrunk scaled(std::string what, const Estimate& estimate, const Matrices& matrices, double factor,
              std::string how) {
  const auto saved = static_cast<Bytes>((1.0 - factor) * static_cast<double>(matrices.bytes));
  Shrunk row = row_of(std::move(what), estimate, std::move(how));
  row.download_bytes = std::max<Bytes>(0, row.download_bytes - saved);
  row.memory_bytes = std::max<Bytes>(0, row.memory_bytes - saved);
  return row;
}

std::int64_t kept(std::int64_t count, double share, std::int64_t block) {
  const auto left = static_cast<std::int64_t>(
      std::llround((1.0 - share) * static_cast<double>(count) / static_cast<double>(block)));
  return std::max<std::int64_t>(1, left) * block;
}

}  // namespace

Result<Pruning> read_pruning(std::string_view word) {
  const auto wrong = [&](std::string hint) {
    return Error{ErrorKind::usage, fmt::format("\"{}\" is no pruning", std::string(word)),
                 "--prune", std::move(hint)};
  };
  const std::size_t comma = std::min(word.find(','), word.size());
  Pruning pruning;
  const std::string_view number = word.substr(0, comma);
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), pruning.share);
  if (error != std::errc{} || end != number.data() + number.size() || !(pruning.share > 0.0) ||
      !(pruning.share < 1.0))
    return wrong("give the share of weights that go, e.g. 0.5, 0.5,2:4 or 0.3,structured");
  if (comma == word.size()) return pruning;
  const std::string_view kind = word.substr(comma + 1);
  if (kind == "structured") {
    pruning.kind = PruningKind::structured;
  } else if (kind == "2:4") {
    if (pruning.share != 0.5) return wrong("2:4 takes away half: --prune 0.5,2:4");
    pruning.kind = PruningKind::two_of_four;
  } else if (kind != "unstructured") {
    return wrong("the kind is 2:4, structured or unstructured");
  }
  return pruning;
}

std::optional<ModelSpec> without_channels(const ModelSpec& model, double share) {
  if (!model.shape || model.shape->ffn < 0) return std::nullopt;
  ModelSpec smaller = model;
  smaller.file = nullptr;
  smaller.variants.clear();
  Shape& shape = *smaller.shape;
  // Channels go in blocks of 256, so that every format's blocks stay whole.
  if (shape.ffn >= 512) shape.ffn = kept(shape.ffn, share, 256);
  if (shape.experts) {
    shape.experts->ffn = kept(shape.experts->ffn, share, 32);
    if (shape.experts->shared_ffn > 0)
      shape.experts->shared_ffn = kept(shape.experts->shared_ffn, share, 32);
  }
  if (shape.heads > 0 && shape.kv_heads > 0 && !shape.latent) {
    // Whole groups of query heads go with their keys; of a single group, query heads alone.
    const std::int64_t group = shape.heads / shape.kv_heads;
    if (shape.kv_heads > 1) {
      shape.kv_heads = kept(shape.kv_heads, share, 1);
      shape.heads = shape.kv_heads * group;
    } else {
      shape.heads = kept(shape.heads, share, 1);
    }
  }
  const auto counted = count_parameters(shape);
  if (!counted || counted->total <= 0) return std::nullopt;
  smaller.parameters = Known<std::int64_t>::of(counted->total, "pruned", KnownBy::computed);
  smaller.active_parameters = Known<std::int64_t>::of(counted->active, "pruned", KnownBy::computed);
  return smaller;
}

Result<std::vector<Shrunk>> pruned(const Estimate& estimate, const Pruning& pruning) {
  const std::string percent = fmt::format("{:.0f} %", 100.0 * pruning.share);
  std::vector<Shrunk> rows{row_of("as it is", estimate, "nothing pruned")};
  const Matrices matrices = matrices_of(estimate);
  switch (pruning.kind) {
    case PruningKind::unstructured: {
      rows.push_back(row_of(fmt::format("{} of the weights zero, stored as they are", percent),
                            estimate, "a zero takes as many bits as any other value"));
      const double bits = matrices.bits * (1.0 - pruning.share) + 1.0;
      rows.push_back(scaled(fmt::format("the same, stored sparsely"), estimate, matrices,
                            std::min(1.0, bits / std::max(matrices.bits, 1.0)),
                            fmt::format("a bit for each weight, {:.1f} for those that are left: "
                                        "no runtime here loads it",
                                        matrices.bits)));
      break;
    }
    case PruningKind::two_of_four: {
      const double bits = matrices.bits / 2.0 + 1.0;
      rows.push_back(scaled("two of four zero, stored 2:4", estimate, matrices,
                            std::min(1.0, bits / std::max(matrices.bits, 1.0)),
                            fmt::format("{:.1f} bits become half of them and 2 for each place: "
                                        "kernels of some GPUs only, no runtime here",
                                        matrices.bits)));
      break;
    }
    case PruningKind::structured: {
      const auto smaller = without_channels(estimate.model, pruning.share);
      if (!smaller) {
        return Error{ErrorKind::usage,
                     fmt::format("{}: its shape is not known", estimate.model.name), "--prune",
                     "structured pruning can be computed from an architecture only"};
      }
      Plan plan = estimate.plan;
      const auto made = weighin::estimate(*smaller, plan);
      if (!made) return made.error();
      const Shape& s = *smaller->shape;
      rows.push_back(row_of(fmt::format("{} of channels and heads gone", percent), *made,
                            fmt::format("feed-forward of {}, {} heads ({} for keys and values); "
                                        "tables stay",
                                        s.ffn, s.heads, s.kv_heads)));
      break;
    }
  }
  return rows;
}

Result<std::vector<Shrunk>> quantized(const Estimate& estimate) {
  std::vector<Shrunk> rows;
  const Runtime* runtime = find_runtime(estimate.plan.runtime);
  Plan plan = estimate.plan;
  for (const char* word : {"BF16", "F16", "fp16", "q0f16"}) {
    if (runtime == nullptr || runtime->find_format(word).empty()) continue;
    plan.format = runtime->find_format(word);
    const auto made = weighin::estimate(estimate.model, plan);
    if (!made) return made.error();
    rows.push_back(
        row_of(fmt::format("16 bits a weight ({})", plan.format), *made, "as its maker stores it"));
    break;
  }
  rows.push_back(row_of(fmt::format("in {}", estimate.plan.format), estimate,
                        fmt::format("{:.2f} bits a weight", estimate.bits_per_weight)));
  return rows;
}

std::optional<Sharing> sharing_of(const Shape& shape, const Plan& plan) {
  const auto counted = count_parameters(shape);
  const auto tensors = tensors_of(shape);
  if (!counted || !tensors) return std::nullopt;
  Sharing sharing;
  sharing.unique = counted->total;
  if (shape.tied_embeddings && shape.kind != "bert" && shape.kind != "nomic" &&
      shape.kind != "modernbert")
    sharing.tied = shape.vocab * shape.hidden;
  if (shape.shared_layers) {
    Shape apart = shape;
    apart.shared_layers = false;
    const auto all = count_parameters(apart);
    if (all) sharing.across_layers = all->total - counted->total;
  }
  for (const Tensor& tensor : *tensors) {
    if (tensor.role == Role::per_layer_embedding) sharing.looked_up += tensor.elements();
  }
  sharing.without_sharing = sharing.unique + sharing.tied + sharing.across_layers;
  // What is shared by layers is multiplied in each of them.
  sharing.effective = sharing.unique + sharing.across_layers - sharing.looked_up;
  if (shape.kv_shared_layers > 0) {
    Shape apart = shape;
    apart.kv_shared_layers = 0;
    const auto with = kv_cache(shape, plan), without = kv_cache(apart, plan);
    sharing.layers_without_cache = shape.kv_shared_layers;
    if (with && without) sharing.cache_saved_bytes = without->total_bytes - with->total_bytes;
  }
  return sharing;
}

std::vector<Student> students_of(const Catalogue& catalogue, const ModelSpec& model) {
  const auto parameters_of = [&](const std::string& id) -> std::int64_t {
    for (const ModelSpec& each : catalogue.models) {
      if (each.id == id) return each.parameters.value_or(0);
    }
    return 0;
  };
  std::vector<Student> students;
  for (const ModelSpec& each : catalogue.models) {
    if (each.teacher.empty() || (each.teacher != model.id && each.id != model.id)) continue;
    students.push_back({each.id, each.name, each.teacher, each.teacher_source,
                        each.parameters.value_or(0), parameters_of(each.teacher)});
  }
  std::stable_sort(students.begin(), students.end(),
                   [](const Student& a, const Student& b) { return a.parameters > b.parameters; });
  return students;
}

}  // namespace weighin
