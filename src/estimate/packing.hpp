// How does a runtime's own converter pack a model's tensors?
//
// The same list of tensors as for llama.cpp, each stored by a rule of the runtime's: so many bits a
// value, and a scale for each group of values of a row.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "estimate/runtimes/runtime.hpp"
#include "estimate/weights.hpp"

namespace weighin {

/// How one tensor's values are stored.
struct Packing {
  std::string_view type;   ///< word for the list of tensors: "int4/32"
  int bits = 0;            ///< of one value
  std::int64_t group = 0;  ///< values that share a scale; 0 = none, -1 = a whole row
  int scale_bytes = 0;
  int word_values = 0;  ///< values in each word of 32 bits; 0 = the bits follow one another
  /// The weight format of weighin/formats.hpp whose kernel does the same work: speeds are measured
  /// by it.
  std::string_view kin;
};
inline constexpr Packing kFloat32{"fp32", 32, 0, 0, 0, "F32"};
inline constexpr Packing kFloat16{"fp16", 16, 0, 0, 0, "F16"};

/// Bytes of a tensor so stored: rows are padded to whole groups and whole bytes. Nothing where it
/// overflows.
std::optional<Bytes> packed_bytes(const Packing& packing, const Tensor& tensor);

/// A model's tensors as a runtime stores them, and their sums.
struct PackedModel {
  std::vector<StoredTensor> tensors;
  Weights weights;  ///< the work of a token by the kin of each type
};
/// By the architecture, each tensor by `rule`; or as they stand in the model's own file, where the
/// plan takes that. ErrorKind::usage where the architecture is not known or sizes overflow.
Result<PackedModel> pack(const Estimate& estimate,
                         const std::function<Packing(const Tensor&)>& rule);

/// Weights, largest tensor, bits a weight, parts and the work of a token; the download where it is
/// a file of the user's. `besides_bytes` stands in the files too and is no weight (tables, graph).
void fill_weights(const PackedModel& model, Bytes besides_bytes, Estimate& estimate);

/// The cache where every attention layer keeps all of the context, without windows: `value_bytes`
/// is 2 or 4. `every_layer`: recurrent layers have a place in it too. Fills memory, parts and the
/// work of a token. Nothing known of the shape: no cache.
Result<Done> fill_full_cache(int value_bytes, bool every_layer, Estimate& estimate);

/// Sets the range of the total from the memory as filled so far; a bare size widens it further.
void set_range(double low, double high, Estimate& estimate);

/// The tensors of a filled estimate, and the parts of its download.
Explanation explanation_of(const PackedModel& model, const Estimate& estimate,
                           std::vector<Part> download);

/// Bytes of the Hugging Face tokenizer (tokenizer.json) that a browser fetches beside a model.
Part tokenizer_part(const Shape& shape);

/// The format of the smallest file that is published of the model for that runtime and is of
/// `formats`; empty where the catalogue knows none.
std::string published_format(const ModelSpec& model, std::string_view runtime);
/// A note where a published file of that runtime and format is known, and how far it is from ours.
void note_published(Estimate& estimate);

}  // namespace weighin
