// Can a policy pass anywhere, and do its models exist?
#include "advise/policy_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "advise/policy.hpp"
#include "catalogue/fields.hpp"

namespace weighin {
namespace {

// Beyond any machine that is sold; a larger number is a slip of the pen.
constexpr double kMostBytes = 1e15;
constexpr double kMostRate = 1e6;

const Condition* find(const std::vector<Condition>& conditions, std::string_view key) {
  for (const Condition& each : conditions) {
    if (each.key == key) return &each;
  }
  return nullptr;
}

// x86, arm or riscv; empty for what several have.
std::string_view family_of_set(std::string_view id) {
  for (const std::string_view start : {"avx", "sse", "amx", "fma", "f16c", "bmi", "popcnt"}) {
    if (id.starts_with(start)) return "x86";
  }
  for (const std::string_view start : {"neon", "asimd", "dotprod", "i8mm", "sve", "sme"}) {
    if (id.starts_with(start)) return "arm";
  }
  if (id.starts_with("rvv")) return "riscv";
  return {};
}

std::string_view family_of_architecture(std::string_view name) {
  if (name.starts_with("x86") || name.starts_with("i")) return "x86";
  if (name.starts_with("aarch") || name.starts_with("arm")) return "arm";
  if (name.starts_with("riscv")) return "riscv";
  return name;
}

std::optional<Impossible> wrong_set(const Condition& sets) {
  std::vector<std::string_view> ids;
  const std::vector<SimdInfo> known = simd_list();
  for (const SimdInfo& info : known) ids.push_back(info.id);
  for (const std::string& word : sets.words) {
    if (std::find(ids.begin(), ids.end(), word) != ids.end()) continue;
    const std::string near = catalogue::nearest_name(word, ids);
    return Impossible{
        "instruction_sets", fmt::format("there is no instruction set \"{}\"", word),
        near.empty() ? "`weighin probe` lists them" : fmt::format("\"{}\" is meant?", near)};
  }
  std::string_view family;
  for (const std::string& word : sets.words) {
    const std::string_view own = family_of_set(word);
    if (own.empty()) continue;
    if (!family.empty() && own != family) {
      return Impossible{
          "instruction_sets",
          fmt::format("no processor has all of them: \"{}\" is not of {}", word, family),
          "make one choice for each architecture"};
    }
    family = own;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Impossible> impossible_condition(const std::vector<Condition>& conditions) {
  for (const Condition& each : conditions) {
    const ConditionInfo* info = find_condition(each.key);
    if (info == nullptr) continue;
    const bool least =
        info->kind == ConditionKind::least_bytes || info->kind == ConditionKind::least_number;
    const double most = info->kind == ConditionKind::least_bytes ? kMostBytes : kMostRate;
    if (least && each.number > most) {
      return Impossible{each.key,
                        fmt::format("no device has {:g} of \"{}\"", each.number, each.key),
                        "is the unit right?"};
    }
    if ((info->kind == ConditionKind::most_bytes || info->kind == ConditionKind::most_number) &&
        each.number == 0.0) {
      return Impossible{each.key, fmt::format("nothing is at most 0 of \"{}\"", each.key),
                        "leave the condition out where it asks for nothing"};
    }
    if (each.key == "instruction_sets") {
      if (auto found = wrong_set(each)) return found;
    }
    if (each.key == "integrated_vram_share" && each.number > 1.0)
      return Impossible{each.key, "a share is at most 1", "as in 0.5"};
  }
  const Condition* seconds = find(conditions, "max_download_seconds");
  if (seconds != nullptr) {
    const Condition* rate = find(conditions, "line_rate");
    if (rate == nullptr || rate->number <= 0) {
      return Impossible{"max_download_seconds",
                        "a time of the download cannot be known without the line's speed",
                        "add \"line_rate\": \"50 Mbit/s\""};
    }
  }
  const Condition* gpu = find(conditions, "gpu");
  for (const char* key : {"min_vram", "gpu_features", "gpu_vendors", "gpu_names", "min_vulkan"}) {
    if (gpu != nullptr && gpu->number == 0.0 && find(conditions, key) != nullptr)
      return Impossible{key, fmt::format("\"{}\" without a GPU", key), "take \"gpu\": false out"};
  }
  // Two lists of one key exclude each other where they share no word.
  for (const char* key : {"os", "architectures"}) {
    const Condition* first = nullptr;
    for (const Condition& each : conditions) {
      if (each.key != key) continue;
      if (first == nullptr) {
        first = &each;
        continue;
      }
      const bool shared = std::any_of(each.words.begin(), each.words.end(), [&](const auto& word) {
        return std::find(first->words.begin(), first->words.end(), word) != first->words.end();
      });
      if (!shared)
        return Impossible{key, fmt::format("the policy and the choice share no \"{}\"", key),
                          "leave one of the two out"};
    }
  }
  const Condition* sets = find(conditions, "instruction_sets");
  const Condition* architectures = find(conditions, "architectures");
  if (sets != nullptr && architectures != nullptr) {
    for (const std::string& set : sets->words) {
      const std::string_view family = family_of_set(set);
      const bool possible =
          family.empty() ||
          std::any_of(architectures->words.begin(), architectures->words.end(),
                      [&](const auto& name) { return family_of_architecture(name) == family; });
      if (!possible)
        return Impossible{"instruction_sets",
                          fmt::format("\"{}\" is found on none of the architectures", set),
                          "leave one of the two conditions out"};
    }
  }
  return std::nullopt;
}

Result<ModelSpec> stated_model(const StatedModel& stated, const Catalogue& catalogue) {
  // The shape is that of the model it is built like, or of its size class: the sizes scale.
  std::string spec = stated.architecture;
  if (spec.empty()) {
    spec = stated.parameters > 0
               ? fmt::format("{}M", std::max<std::int64_t>(1, stated.parameters / 1'000'000))
               : std::string("1B");
  }
  Result<ModelSpec> model = find_model(catalogue, spec);
  if (!model) {
    return Error{ErrorKind::data,
                 fmt::format("the stated model \"{}\": {}", stated.name, model.error().what), "",
                 model.error().hint};
  }
  model->id.clear();
  model->name = stated.name;
  model->hosted_only = false;
  model->known_by = KnownBy::assumed;
  return model;
}

Result<Done> check_policy_models(const Policy& policy, const PolicyModels& models,
                                 const AdviseOptions& options) {
  for (std::size_t i = 0; i < policy.choices.size() && i < models.size(); ++i) {
    if (!models[i]) continue;
    const Choice& choice = policy.choices[i];
    const std::string where =
        choice.line > 0 ? fmt::format("{}:{}:{}", policy.source, choice.line, choice.column)
                        : std::string("--model");
    if (models[i]->hosted_only) {
      if (choice.line == 0) continue;  // on the command line that is a question with an answer
      return Error{ErrorKind::data,
                   fmt::format("the choice \"{}\" can never pass: {} is only offered as a service",
                               choice.name, models[i]->name),
                   where, "make it the fallback: {\"hosted\": NAME}"};
    }
    std::vector<Condition> all = choice.conditions;
    all.insert(all.end(), policy.conditions.begin(), policy.conditions.end());
    const AdviseOptions made = options_of(choice, options);
    if (choice.line == 0 || choice.stated) continue;
    const Result<Estimate> estimated = estimate(*models[i], made.plan);
    if (!estimated || !estimated->download_bytes) continue;
    for (const Condition& each : all) {
      if (each.key == "max_download" &&
          static_cast<double>(*estimated->download_bytes) > each.number) {
        return Error{ErrorKind::data,
                     fmt::format("the choice \"{}\" can never pass: its download is {}, and "
                                 "max_download is {}",
                                 choice.name, text_decimal(*estimated->download_bytes),
                                 text_decimal(static_cast<Bytes>(each.number))),
                     where, "allow a larger download, or choose a smaller model or format"};
      }
    }
  }
  return Done{};
}

}  // namespace weighin
