// Does any safetensors file crash its reader, or make it say what cannot be?
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "fuzz/safetensors_grammar.hpp"
#include "weighin/model_file.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most)
    __attribute__((weak));

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  std::mt19937_64 random(seed);
  // Now and then bytes as they come, so that what is no JSON is tried too.
  if (random() % 4 == 0 && LLVMFuzzerMutate != nullptr) return LLVMFuzzerMutate(data, size, most);
  std::string bytes(reinterpret_cast<const char*>(data), size);
  for (std::size_t steps = 1 + random() % 3; steps > 0; --steps)
    bytes = weighin::fuzz::mutate_safetensors(bytes, random);
  if (random() % 8 == 0 && !bytes.empty())
    bytes[random() % bytes.size()] = static_cast<char>(random());
  const std::size_t kept = std::min(bytes.size(), most);
  std::memcpy(data, bytes.data(), kept);
  return kept;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weighin;
  const std::unique_ptr<Folder> folder = folder_in_memory(
      "f", {{"model.safetensors", std::string(reinterpret_cast<const char*>(data), size)}});
  const Result<ModelSpec> model = read_model(*folder, "model.safetensors");
  if (!model) {
    if (model.error().what.empty() || model.error().what.find('\n') != std::string::npos)
      std::abort();
    return 0;
  }
  const ModelFile& file = *model->file;
  Bytes sum = 0;
  for (const FileTensor& tensor : file.tensors) {
    if (tensor.bytes < 0 || tensor.weights < 0 || tensor.name.empty()) std::abort();
    sum += tensor.bytes;
  }
  if (sum > static_cast<Bytes>(size) || file.parameters < 0) std::abort();
  return 0;
}
