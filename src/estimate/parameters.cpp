// How many weights does a model have, and how many does one token go through?
#include "estimate/tensors.hpp"
#include "weighin/estimate.hpp"

namespace weighin {

std::optional<ParameterCount> count_parameters(const Shape& shape) {
  const auto tensors = tensors_of(shape);
  if (!tensors) return std::nullopt;
  ParameterCount count;
  for (const Tensor& tensor : *tensors) {
    if (!tensor.counted) continue;
    const auto elements = checked_multiply(tensor.size[0] * tensor.size[1], tensor.size[2]);
    if (!elements) return std::nullopt;
    const std::int64_t active = tensor.expert && shape.experts
                                    ? *elements / shape.experts->count * shape.experts->used
                                    : *elements;
    const auto total = checked_add(count.total, *elements);
    if (!total) return std::nullopt;
    count.total = *total;
    count.active += active;
    if (tensor.role == Role::token_embedding || tensor.role == Role::per_layer_embedding)
      count.embedding += *elements;
  }
  return count;
}

}  // namespace weighin
