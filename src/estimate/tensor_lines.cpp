// Which lines explain a model's tensors, one for each name, size and type?
#include "estimate/tensor_lines.hpp"

#include <fmt/format.h>

#include <map>
#include <tuple>

namespace weighin {
namespace {

std::string size_text(const Tensor& tensor) {
  std::string text = fmt::format("{}", tensor.size[0]);
  if (tensor.dimensions > 1) text += fmt::format(" x {}", tensor.size[1]);
  if (tensor.dimensions > 2) text += fmt::format(" x {}", tensor.size[2]);
  return text;
}

}  // namespace

std::vector<TensorLine> tensor_lines(const Shape& shape, const std::vector<StoredTensor>& stored,
                                     const Plan& plan) {
  const CpuLayout layout = cpu_layout(plan.repack);
  const TableUse use = table_use(shape, stored);
  std::vector<TensorLine> lines;
  std::map<std::tuple<std::string, std::string, std::string_view>, std::size_t> known;
  for (const StoredTensor& each : stored) {
    const Tensor& tensor = each.tensor;
    const LoadedTensor place = placed(each, layout, use);
    std::string name(tensor.name);
    if (tensor.layer >= 0) name = "blk.*." + name;
    const auto [at, is_new] = known.try_emplace({name, size_text(tensor), each.type}, lines.size());
    if (is_new) lines.push_back({name, 0, size_text(tensor), std::string(each.type), 0, 0, false});
    TensorLine& line = lines[at->second];
    line.count += 1;
    line.file_bytes += each.bytes;
    line.memory_bytes += place.plain_bytes + place.repacked_bytes;
    line.repacked = line.repacked || place.repacked_bytes > 0;
  }
  return lines;
}

}  // namespace weighin
