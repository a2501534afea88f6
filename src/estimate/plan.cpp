// Is what the user wants to run possible at all?
#include <fmt/format.h>

#include "estimate/runtimes/runtime.hpp"

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

Result<Done> check_numbers(const Plan& plan) {
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
  return Done{};
}

// `own` is true where the format is the word of a file that the user has.
Result<Done> check_all(const Plan& plan, bool own) {
  const Runtime* runtime = find_runtime(plan.runtime);
  if (runtime == nullptr && own) runtime = &file_runtime();
  if (runtime == nullptr) {
    return wrong(fmt::format("unknown runtime \"{}\"", plan.runtime), "--runtime",
                 "one of " + list_of(runtimes()));
  }
  // An empty word is the runtime's usual format.
  const bool usual = plan.format.empty() && runtime->usual_format != nullptr;
  if (!own && !usual && runtime->find_format(plan.format).empty()) {
    return wrong(fmt::format("unknown format \"{}\"", plan.format), "--format",
                 "one of " + list_of(runtime->formats()));
  }
  const Result<Done> numbers = check_numbers(plan);
  return numbers ? runtime->check(plan) : numbers;
}

}  // namespace

const Runtime* find_runtime(std::string_view name) {
  for (const Runtime* runtime : runtime_table()) {
    if (runtime->name == name) return runtime;
  }
  return nullptr;
}

std::vector<std::string> runtimes() {
  std::vector<std::string> names;
  for (const Runtime* runtime : runtime_table()) names.emplace_back(runtime->name);
  return names;
}

std::vector<std::string> formats_of(const std::string& runtime) {
  const Runtime* found = find_runtime(runtime);
  return found == nullptr ? std::vector<std::string>{} : found->formats();
}

Result<Done> check_plan(const Plan& plan) { return check_all(plan, false); }

Result<Done> check_plan_of(const ModelSpec& model, const Plan& plan) {
  return check_all(plan, is_own_format(model, plan));
}

}  // namespace weighin
