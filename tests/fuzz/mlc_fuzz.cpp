// Can any bytes as MLC's list of shards, or as its config, crash, stall or mislead the reader?
#include <cstdint>
#include <cstdlib>
#include <string>

#include "weighin/model_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::string list = R"({"records":[]})";
  const std::string config = R"({"model_type":"llama","quantization":"q4f16_1","model_config":{}})";
  const auto check = [](weighin::Folder& folder, const char* name) {
    const auto spec = weighin::read_model(folder, name);
    if (!spec) {
      if (spec.error().kind != weighin::ErrorKind::data || spec.error().what.empty()) std::abort();
      return;
    }
    if (spec->file == nullptr || spec->file->parameters < 0) std::abort();
    for (const weighin::FileTensor& tensor : spec->file->tensors) {
      if (tensor.bytes < 0 || tensor.weights < 0) std::abort();
    }
  };
  const auto as_list = weighin::folder_in_memory("f", {{"mlc-chat-config.json", config},
                                                       {"ndarray-cache.json", bytes},
                                                       {"s", std::string(64, '\0')}});
  check(*as_list, "ndarray-cache.json");
  const auto as_config = weighin::folder_in_memory(
      "f", {{"mlc-chat-config.json", bytes}, {"tensor-cache.json", list}});
  check(*as_config, "mlc-chat-config.json");
  return 0;
}
