// Is what the user wants to run possible at all?
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "estimate/footprint.hpp"
#include "estimate/mix.hpp"
#include "weighin/estimate.hpp"

namespace weighin {
namespace {

std::string list_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

Error wrong(std::string what, const char* where, std::string hint) {
  return Error{ErrorKind::usage, std::move(what), where, std::move(hint)};
}

// More than any engine takes; beyond lies arithmetic that says nothing.
constexpr std::int64_t kMostContext = std::int64_t{1} << 30;
constexpr std::int64_t kMostParallel = 4096;
constexpr std::int64_t kMostUbatch = 1 << 20;

}  // namespace

std::vector<std::string> runtimes() { return {"llama.cpp"}; }

std::vector<std::string> formats_of(const std::string& runtime) {
  std::vector<std::string> names;
  if (runtime != "llama.cpp") return names;
  for (const Mix& mix : mixes()) names.emplace_back(mix.name);
  return names;
}

Result<Done> check_plan(const Plan& plan) {
  const std::vector<std::string> known = runtimes();
  if (std::find(known.begin(), known.end(), plan.runtime) == known.end()) {
    return wrong(fmt::format("unknown runtime \"{}\"", plan.runtime), "--runtime",
                 "one of " + list_of(known));
  }
  if (find_mix(plan.format) == nullptr) {
    return wrong(fmt::format("unknown format \"{}\"", plan.format), "--format",
                 "one of " + list_of(formats_of(plan.runtime)));
  }
  if (plan.context < 1 || plan.context > kMostContext) {
    return wrong(fmt::format("a context of {} tokens cannot be", plan.context), "--context",
                 fmt::format("give a number from 1 to {}", kMostContext));
  }
  if (plan.parallel < 1 || plan.parallel > kMostParallel) {
    return wrong(fmt::format("{} sequences at once cannot be", plan.parallel), "--parallel",
                 fmt::format("give a number from 1 to {}", kMostParallel));
  }
  if (plan.ubatch < 1 || plan.ubatch > kMostUbatch) {
    return wrong(fmt::format("a ubatch of {} tokens cannot be", plan.ubatch), "--ubatch",
                 fmt::format("give a number from 1 to {}", kMostUbatch));
  }
  if (plan.lora_rank < 0 || plan.lora_rank > 65536) {
    return wrong(fmt::format("a LoRA rank of {} cannot be", plan.lora_rank), "--lora",
                 "give a number from 0 to 65536");
  }
  if (plan.flash_attn != "on" && plan.flash_attn != "off" && plan.flash_attn != "auto") {
    return wrong(fmt::format("flash attention \"{}\" is none", plan.flash_attn), "--flash-attn",
                 "on, off or auto");
  }
  std::string type = plan.kv_type;
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (std::find(kv_types().begin(), kv_types().end(), type) == kv_types().end()) {
    return wrong(fmt::format("unknown type of KV cache \"{}\"", plan.kv_type), "--kv-type",
                 "one of " + list_of(kv_types()));
  }
  const bool quantized = type != "f32" && type != "f16" && type != "bf16";
  if (quantized && plan.flash_attn == "off") {
    // llama.cpp refuses to load so: "V cache quantization requires flash_attn".
    return wrong(fmt::format("a V cache of {} needs flash attention", type),
                 "--kv-type with --flash-attn off", "use --flash-attn auto, or --kv-type f16");
  }
  return Done{};
}

}  // namespace weighin
