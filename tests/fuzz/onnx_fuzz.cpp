// Can any bytes as an ONNX file crash, stall or mislead the reader?
#include <cstdint>
#include <cstdlib>
#include <string>

#include "weighin/model_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto folder = weighin::folder_in_memory(
      "f", {{"m.onnx", bytes}, {"data", std::string(64, '\0')}, {"encoder_model.onnx", bytes}});
  for (const char* name : {"m.onnx", "encoder_model.onnx"}) {
    const auto spec = weighin::read_model(*folder, name);
    if (!spec) {
      if (spec.error().kind != weighin::ErrorKind::data || spec.error().what.empty()) std::abort();
      continue;
    }
    if (spec->file == nullptr || spec->file->parameters < 0 || spec->file->header_bytes < 0)
      std::abort();
    std::int64_t weights = 0;
    for (const weighin::FileTensor& tensor : spec->file->tensors) {
      if (tensor.bytes < 0 || tensor.weights < 0) std::abort();
      weights += tensor.weights;
    }
    if (spec->file->reader == "onnx" && weights != spec->file->parameters) std::abort();
  }
  return 0;
}
