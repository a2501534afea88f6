// Where do an ONNX file's external tensors lie, and are the files there?
#pragma once

#include <vector>

#include "catalogue/readers/onnx_graph.hpp"
#include "weighin/model_file.hpp"

namespace weighin::onnx {

/// The files beside `shown` that hold its tensors, with their sizes; those that are not there are
/// marked. A tensor beyond its file's end, or one that lies partly over another, is
/// ErrorKind::data.
Result<std::vector<FilePart>> external_parts(Folder& folder, const Graph& graph,
                                             const std::string& shown);

}  // namespace weighin::onnx
