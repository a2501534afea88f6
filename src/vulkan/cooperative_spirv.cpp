// How does a shader with NVIDIA's cooperative matrices become one with Khronos's?
#include "vulkan/cooperative_spirv.hpp"

#include <cstring>
#include <map>
#include <optional>
#include <string_view>

namespace weighin::vulkan {
namespace {

using Words = std::vector<std::uint32_t>;
using Instruction = std::span<const std::uint32_t>;

// Opcodes and numbers of the SPIR-V specification, unified1.
constexpr std::uint32_t kMagic = 0x07230203, kHeaderWords = 5, kBoundAt = 3;
constexpr std::uint32_t kExtension = 10, kCapability = 17, kTypeInt = 21, kConstantTrue = 41,
                        kConstantFalse = 42, kConstant = 43, kDecorate = 71, kSpecId = 1;
constexpr std::uint32_t kTypeMatrixNv = 5358, kLoadNv = 5359, kStoreNv = 5360, kMulAddNv = 5361,
                        kLengthNv = 5362, kCapabilityNv = 5357;
constexpr std::uint32_t kTypeMatrix = 4456, kLoad = 4457, kStore = 4458, kMulAdd = 4459,
                        kLength = 4460, kCapabilityKhr = 6022;
constexpr std::string_view kExtensionNv = "SPV_NV_cooperative_matrix";
constexpr std::string_view kExtensionKhr = "SPV_KHR_cooperative_matrix";

std::uint32_t opcode(Instruction one) { return one[0] & 0xffffu; }

Error damaged(const char* why) { return {ErrorKind::internal, why, "SPIR-V", ""}; }

std::string_view text_of(Instruction one) {
  const auto* const bytes = reinterpret_cast<const char*>(one.data() + 1);
  return {bytes, ::strnlen(bytes, 4 * (one.size() - 1))};
}

class Rewriter {
 public:
  Rewriter(Instruction module, const MatrixConstants& constants)
      : module_(module), constants_(constants) {}

  Result<Words> run() {
    if (module_.size() < kHeaderWords || module_[0] != kMagic) return damaged("no SPIR-V module");
    next_id_ = module_[kBoundAt];
    made_.assign(module_.begin(), module_.begin() + kHeaderWords);
    for (std::size_t at = kHeaderWords; at < module_.size();) {
      const std::size_t words = module_[at] >> 16;
      if (words == 0 || at + words > module_.size()) return damaged("an instruction is cut short");
      if (const auto fault = take(module_.subspan(at, words))) return *fault;
      at += words;
    }
    made_[kBoundAt] = next_id_;
    return made_;
  }

 private:
  void put(std::uint32_t code, std::initializer_list<std::uint32_t> operands,
           Instruction more = {}) {
    made_.push_back(static_cast<std::uint32_t>(1 + operands.size() + more.size()) << 16 | code);
    made_.insert(made_.end(), operands.begin(), operands.end());
    made_.insert(made_.end(), more.begin(), more.end());
  }

  // The numbers 0, 1 and 2: left, right, sums; and 0 and 1: row by row, column by column.
  void put_numbers(std::uint32_t type) {
    for (std::uint32_t value = 0; value < 3; ++value) {
      numbers_[value] = next_id_++;
      put(kConstant, {type, numbers_[value], value});
    }
  }

  std::optional<std::uint32_t> use_of(std::uint32_t rows, std::uint32_t columns) const {
    const auto is = [&](std::uint32_t id, std::uint32_t constant) {
      const auto found = spec_ids_.find(id);
      return found != spec_ids_.end() && found->second == constant;
    };
    if (is(rows, constants_.rows) && is(columns, constants_.depth)) return numbers_[0];
    if (is(rows, constants_.depth) && is(columns, constants_.columns)) return numbers_[1];
    if (is(rows, constants_.rows) && is(columns, constants_.columns)) return numbers_[2];
    return std::nullopt;
  }

  std::optional<std::uint32_t> layout_of(std::uint32_t by_column) const {
    if (by_column == true_) return numbers_[1];
    if (by_column == false_) return numbers_[0];
    return std::nullopt;
  }

  void put_extension() {
    Words text((kExtensionKhr.size() + 4) / 4, 0);
    std::memcpy(text.data(), kExtensionKhr.data(), kExtensionKhr.size());
    put(kExtension, {}, text);
  }

  std::optional<Error> take(Instruction one) {
    const std::size_t words = one.size();
    switch (opcode(one)) {
      case kCapability:
        if (words != 2 || one[1] != kCapabilityNv) break;
        put(kCapability, {kCapabilityKhr});
        return std::nullopt;
      case kExtension:
        if (text_of(one) != kExtensionNv) break;
        put_extension();
        return std::nullopt;
      case kDecorate:
        if (words == 4 && one[2] == kSpecId) spec_ids_[one[1]] = one[3];
        break;
      case kConstantTrue:
        if (words == 3) true_ = one[2];
        break;
      case kConstantFalse:
        if (words == 3) false_ = one[2];
        break;
      case kTypeInt:
        made_.insert(made_.end(), one.begin(), one.end());
        if (words == 4 && one[2] == 32 && one[3] == 0 && numbers_[0] == 0) put_numbers(one[1]);
        return std::nullopt;
      case kTypeMatrixNv: {
        if (words != 6 || numbers_[0] == 0) return damaged("a type of matrices is damaged");
        const auto use = use_of(one[4], one[5]);
        if (!use) return damaged("a matrix's size is none that is known");
        put(kTypeMatrix, {one[1], one[2], one[3], one[4], one[5], *use});
        return std::nullopt;
      }
      case kLoadNv: {
        if (words < 6) return damaged("a load is damaged");
        const auto layout = layout_of(one[5]);
        if (!layout) return damaged("a matrix's layout is no constant");
        put(kLoad, {one[1], one[2], one[3], *layout, one[4]}, one.subspan(6));
        return std::nullopt;
      }
      case kStoreNv: {
        if (words < 5) return damaged("a store is damaged");
        const auto layout = layout_of(one[4]);
        if (!layout) return damaged("a matrix's layout is no constant");
        put(kStore, {one[1], one[2], *layout, one[3]}, one.subspan(5));
        return std::nullopt;
      }
      case kMulAddNv:
        if (words != 6) return damaged("a product is damaged");
        put(kMulAdd, {}, one.subspan(1));
        return std::nullopt;
      case kLengthNv:
        put(kLength, {}, one.subspan(1));
        return std::nullopt;
      default:
        break;
    }
    made_.insert(made_.end(), one.begin(), one.end());
    return std::nullopt;
  }

  Instruction module_;
  MatrixConstants constants_;
  Words made_;
  std::uint32_t next_id_ = 0, true_ = 0, false_ = 0;
  std::uint32_t numbers_[3] = {0, 0, 0};
  std::map<std::uint32_t, std::uint32_t> spec_ids_;  // id -> SpecId
};

}  // namespace

Result<std::vector<std::uint32_t>> khronos_matrices(std::span<const std::uint32_t> module,
                                                    const MatrixConstants& constants) {
  return Rewriter(module, constants).run();
}

}  // namespace weighin::vulkan
