// Does any config.json crash its reader, or give a shape that cannot be?
#include <cstdint>
#include <cstdlib>
#include <string>

#include "estimate/tensors.hpp"
#include "weighin/model_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weighin;
  const std::unique_ptr<Folder> folder = folder_in_memory(
      "f", {{"config.json", std::string(reinterpret_cast<const char*>(data), size)}});
  const Result<ModelSpec> model = read_model(*folder, "config.json");
  if (!model) {
    if (model.error().kind != ErrorKind::data || model.error().what.empty()) std::abort();
    return 0;
  }
  if (!model->file) std::abort();
  // What a foreign file says goes on into the estimator, which must stand it.
  if (model->shape) {
    const auto tensors = tensors_of(*model->shape);
    if (tensors && tensors->size() > 1'000'000) std::abort();
  }
  return 0;
}
