// Can any bytes as a .litertlm crash, stall or mislead the reader?
#include <cstdint>
#include <cstdlib>
#include <string>

#include "weighin/model_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto folder = weighin::folder_in_memory(
      "f", {{"m.litertlm", std::string(reinterpret_cast<const char*>(data), size)}});
  const auto spec = weighin::read_model(*folder, "m.litertlm");
  if (!spec) {
    if (spec.error().kind != weighin::ErrorKind::data || spec.error().what.empty()) std::abort();
    return 0;
  }
  if (spec->file == nullptr || spec->file->parameters < 0 || spec->file->header_bytes < 0)
    std::abort();
  for (const weighin::FileTensor& tensor : spec->file->tensors) {
    if (tensor.bytes < 0 || tensor.bytes > static_cast<weighin::Bytes>(size) || tensor.weights < 0)
      if (spec->file->reader == "litert") std::abort();
  }
  return 0;
}
