// What would a smaller version of a model take, by pruning, quantizing, adapting or sharing?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/estimate.hpp"

namespace weighin {

/// One version of a model, and what it takes.
struct Shrunk {
  std::string what;  ///< "half of the weights zero, stored as they are"
  Bytes download_bytes = 0;
  Bytes memory_bytes = 0;
  std::int64_t parameters = 0;  ///< that are stored; 0 = as before
  std::string how;              ///< the arithmetic, or what it rests on
};

enum class PruningKind {
  unstructured,  ///< single weights are zero, wherever
  two_of_four,   ///< two of each four are zero, which some GPUs skip
  structured,    ///< whole channels and heads are gone
};
struct Pruning {
  double share = 0.5;  ///< of the weights of attention and feed-forward that go
  PruningKind kind = PruningKind::unstructured;
};
/// "0.5", "0.5,2:4", "0.3,structured". ErrorKind::usage.
Result<Pruning> read_pruning(std::string_view word);

/// The model without that share of each layer's feed-forward channels and attention heads; nothing
/// where its shape is not known or nothing would be left.
std::optional<ModelSpec> without_channels(const ModelSpec& model, double share);

/// What pruning changes of an estimate: one row a way in which the result could be stored.
Result<std::vector<Shrunk>> pruned(const Estimate& estimate, const Pruning& pruning);

/// The model as its maker stores it (16 bits), and in the estimate's format.
Result<std::vector<Shrunk>> quantized(const Estimate& estimate);

/// Which weights serve more than once.
struct Sharing {
  std::int64_t unique = 0;           ///< stored
  std::int64_t without_sharing = 0;  ///< if every use had weights of its own
  std::int64_t tied = 0;             ///< of the difference: one table for input and output
  std::int64_t across_layers = 0;    ///< of it: one layer's weights serve all layers (ALBERT)
  std::int64_t looked_up = 0;        ///< of `unique`: read a row at a time, never multiplied
  /// Multiplied for a token: unique less those ("E2B" of Gemma 3n), what layers share counted in
  /// each.
  std::int64_t effective = 0;
  std::int64_t layers_without_cache = 0;  ///< that use an earlier layer's keys and values
  Bytes cache_saved_bytes = 0;            ///< by that, at the plan's context
};
/// Nothing where the tensors of the shape are not known.
std::optional<Sharing> sharing_of(const Shape& shape, const Plan& plan);

/// A smaller model that learned from a larger one.
struct Student {
  std::string id, name, teacher, source;
  std::int64_t parameters = 0, teacher_parameters = 0;
};
/// Students of the model; and the model itself where it is one.
std::vector<Student> students_of(const Catalogue& catalogue, const ModelSpec& model);

/// All that was asked about making one model smaller.
struct Shrinking {
  std::vector<Shrunk> ways;
  std::optional<Sharing> sharing;
  std::vector<Student> students;
  bool students_asked = false;
};

}  // namespace weighin
