// Do the tensors that an ONNX file keeps outside lie within the files that it names?
#include "catalogue/readers/onnx_external.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "catalogue/json_reader.hpp"

namespace weighin::onnx {
namespace {

using catalogue::printable;

Error wrong(const std::string& shown, std::string what) {
  return Error{ErrorKind::data, fmt::format("{}: {}", shown, what), "", "download both again"};
}

// The same bytes twice are one matrix used twice; a part of them is a lie about a length.
std::string overlap(std::vector<const Tensor*>& tensors) {
  std::sort(tensors.begin(), tensors.end(), [](const Tensor* a, const Tensor* b) {
    return a->offset != b->offset ? a->offset < b->offset : a->bytes < b->bytes;
  });
  const Tensor* before = nullptr;
  for (const Tensor* tensor : tensors) {
    if (tensor->bytes == 0) continue;
    if (before != nullptr && tensor->offset < before->offset + before->bytes &&
        (tensor->offset != before->offset || tensor->bytes != before->bytes))
      return fmt::format("tensors \"{}\" and \"{}\": external_data: they overlap at offset {}",
                         printable(before->name), printable(tensor->name), tensor->offset);
    before = tensor;
  }
  return {};
}

}  // namespace

Result<std::vector<FilePart>> external_parts(Folder& folder, const Graph& graph,
                                             const std::string& shown) {
  std::vector<std::vector<const Tensor*>> by_place(graph.locations.size());
  for (const Tensor& tensor : graph.tensors) {
    if (tensor.location >= 0)
      by_place[static_cast<std::size_t>(tensor.location)].push_back(&tensor);
  }
  std::vector<FilePart> parts;
  for (std::size_t i = 0; i < graph.locations.size(); ++i) {
    FilePart part;
    part.name = graph.locations[i];
    if (!folder.has(part.name)) {
      part.missing = true;
    } else {
      const Result<std::unique_ptr<ByteSource>> source = folder.open(part.name);
      if (!source) return source.error();
      part.bytes = (*source)->size();
    }
    for (const Tensor* tensor : by_place[i]) {
      constexpr Bytes kMostOffset = Bytes{1} << 62;
      const bool beyond = tensor->offset > kMostOffset ||
                          (!part.missing && tensor->offset + tensor->bytes > part.bytes);
      if (beyond)
        return wrong(shown, fmt::format("tensor \"{}\": external_data: offset {} and {} bytes lead "
                                        "beyond the {} bytes of {}",
                                        printable(tensor->name), tensor->offset, tensor->bytes,
                                        part.bytes, part.name));
    }
    if (const std::string fault = overlap(by_place[i]); !fault.empty()) return wrong(shown, fault);
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace weighin::onnx
