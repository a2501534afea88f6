// What shape has a model of which only the tensors are known?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "weighin/catalogue.hpp"
#include "weighin/model_file.hpp"

namespace weighin::catalogue {

/// A decoder with Llama's names of tensors, from names and sizes alone. What cannot be told is
/// assumed and said in `notes`. Nothing where the names are others.
std::optional<Shape> shape_from_tensors(const std::vector<FileTensor>& tensors,
                                        std::vector<std::string>& notes);

/// Corrects what a config leaves open by what is stored: an own output matrix, a pooler.
void settle_by_tensors(Shape& shape, bool output_matrix, bool pooler, bool all_there,
                       std::vector<std::string>& notes);

}  // namespace weighin::catalogue
