// Where do a gate's policy, models, device and measurements come from, and within which time?
#include "session/gate_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "session/bench_cache.hpp"
#include "session/calibration.hpp"

namespace weighin {
namespace {

constexpr std::size_t kMostPolicyBytes = std::size_t{1} << 20;

// Kept for the decision itself and for writing it, of the time that was given.
constexpr double kReserveSeconds = 0.15;
// What GPUs may take beside half of the CPU's time: a driver that needs longer to load and to
// compile leaves figures out.
constexpr double kGpuStartSeconds = 1.0;
// The times that a benchmark is given; the first that fits is taken. Fixed steps, so that what was
// kept of an earlier run is found again.
constexpr double kBenchSteps[] = {2.0, 1.0, 0.5, 0.25};

// The file, by the one name that it has whatever the way to it.
Result<PolicyText> policy_text(const std::string& name, const std::string& from) {
  namespace fs = std::filesystem;
  const fs::path beside = fs::path(from).parent_path();
  const fs::path path = fs::path(name).is_absolute() ? fs::path(name) : beside / name;
  Result<std::string> text = read_input(path.string(), kMostPolicyBytes);
  if (!text) return text.error();
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(path, error);
  return PolicyText{error ? path.string() : whole.string(), std::move(*text)};
}

// A value of the command line as the policy writes it.
nlohmann::json value_of(const ConditionInfo& info, const std::string& text) {
  switch (info.kind) {
    case ConditionKind::all_of:
    case ConditionKind::any_of: {
      nlohmann::json list = nlohmann::json::array();
      std::size_t from = 0;
      while (from <= text.size()) {
        const std::size_t end = std::min(text.find(',', from), text.size());
        list.push_back(text.substr(from, end - from));
        from = end + 1;
      }
      return list;
    }
    case ConditionKind::flag:
      return text == "true" || text == "yes"   ? nlohmann::json(true)
             : text == "false" || text == "no" ? nlohmann::json(false)
                                               : nlohmann::json(text);
    case ConditionKind::least_number:
    case ConditionKind::most_number:
    case ConditionKind::setting: {
      nlohmann::json number = nlohmann::json::parse(text, nullptr, false);
      return number.is_number() ? number : nlohmann::json(text);
    }
    default:
      return text;
  }
}

Result<Policy> policy_of_options(const GateOptions& options) {
  nlohmann::json conditions = nlohmann::json::object();
  for (const auto& [key, text] : options.conditions) {
    const ConditionInfo* info = find_condition(key);
    if (info != nullptr) conditions[key] = value_of(*info, text);
  }
  const Demands& demands = options.demands;
  if (demands.min_decode_tokens_per_second > 0)
    conditions["min_decode"] = demands.min_decode_tokens_per_second;
  if (demands.max_first_token_seconds > 0)
    conditions["max_first_token"] = demands.max_first_token_seconds;
  if (demands.max_download_bytes > 0) conditions["max_download"] = demands.max_download_bytes;
  nlohmann::json choice{{"conditions", conditions}};
  if (conditions.empty()) choice.erase("conditions");
  if (!options.models.empty()) choice["model"] = options.models.front();
  const nlohmann::json document{{"schema", "weighin/policy/1"},
                                {"name", "options"},
                                {"choices", nlohmann::json::array({choice})}};
  Result<Policy> policy = read_policy(
      document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), "options");
  if (!policy) {
    Error error = policy.error();
    error.kind = ErrorKind::usage;
    error.where = "options of gate";
    return error;
  }
  for (Choice& each : policy->choices) {
    each.line = each.column = 0;
    for (Condition& condition : each.conditions) condition.line = condition.column = 0;
  }
  return policy;
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  return fmt::format("{:04d}-{:02d}-{:02d}", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday);
}

/// With GPUs half as long again, and what their drivers take to begin; 0 where there are none.
double gpus_take_seconds(const DeviceProfile& profile, double seconds) {
  double takes = 0.0;
  for (const Gpu& gpu : profile.gpus) {
    if (!gpu.software) takes += kGpuStartSeconds;
  }
  return takes > 0.0 ? takes + 0.5 * seconds : 0.0;
}

Result<Measurements> measured(const GateOptions& options, const Policy& policy,
                              const DeviceProfile& profile, const Invocation& invocation,
                              double left_seconds) {
  if (measured_given(options)) return read_measured(options);
  // Nothing is measured for a question that no measurement can answer.
  if (!asks_for_speed(policy) || options.no_bench) return Measurements{};
  GateOptions chosen = options;
  if (profile.live && !options.fresh) {
    const std::string folder = cache_of(options);
    for (const bool lasting : {true, false}) {
      for (const double seconds : kBenchSteps) {
        BenchOptions bench_options;
        bench_options.seconds = std::min(seconds, options.bench_seconds);
        const std::string fingerprint = bench_fingerprint(profile, bench_options);
        auto kept = lasting ? kept_measurements(folder, fingerprint)
                            : brief_measurements(folder, fingerprint, profile);
        if (!kept) continue;
        kept->calibrations = kept_calibrations(folder, device_fingerprint(profile));
        return std::move(*kept);
      }
    }
  }
  for (const double seconds : kBenchSteps) {
    chosen.bench_seconds = std::min(seconds, options.bench_seconds);
    chosen.gpu_seconds = gpus_take_seconds(profile, chosen.bench_seconds);
    if (chosen.bench_seconds + chosen.gpu_seconds + kReserveSeconds <= left_seconds)
      return measure(profile, chosen, invocation);
  }
  if (!profile.live) return measure(profile, chosen, invocation);
  Measurements none;
  none.warnings.push_back(fmt::format("nothing was measured: the {:g} ms given were too short",
                                      options.budget_milliseconds));
  return none;
}

/// What follows the policy and the catalogue; `start` is when the question came.
Result<GateOutcome> answered(const GateOptions& options, const Invocation& invocation,
                             const Policy& policy, const Catalogue& catalogue, double start) {
  const std::unique_ptr<Host> clock = live_host();
  const Result<PolicyModels> models = load_policy_models(policy, options, catalogue);
  if (!models) return models.error();
  DecideOptions asked;
  asked.advise = advise_options(options);
  asked.date = options.date.empty() ? today() : options.date;
  asked.flip = !options.no_flip;
  const Result<Done> possible = check_policy_models(policy, *models, asked.advise);
  if (!possible) return possible.error();
  const double budget = options.budget_milliseconds / 1000.0;
  GateOptions probing = options;
  probing.keep_gpus = !options.fresh;
  probing.driver_deadline_seconds =
      std::min(options.driver_deadline_seconds, std::max(0.05, budget * 0.5));
  Result<DeviceProfile> profile = load_device(probing, invocation);
  if (!profile) return profile.error();
  const double left = budget - (clock->now_seconds() - start) - kReserveSeconds;
  const Result<Measurements> measurements = measured(options, policy, *profile, invocation, left);
  if (!measurements) return measurements.error();
  const bool live = profile->live;
  if (!options.what_if.empty()) {
    profile = what_if(*profile, options.what_if);
    if (!profile) return profile.error();
  }
  GateOutcome outcome;
  outcome.answer = decide(policy, *models, *profile, *measurements, asked);
  const int unknown = options.on_unknown == "allow" ? 0 : options.on_unknown == "deny" ? 1 : 2;
  outcome.exit_code = gate_exit_code(outcome.answer.decision, options.strict, unknown);
  if (live) outcome.elapsed_seconds = clock->now_seconds() - start;
  if (!options.quiet) {
    for (const std::string& warning : measurements->warnings) tell(options, "warning", warning);
  }
  return outcome;
}

}  // namespace

Result<Policy> load_policy(const GateOptions& options) {
  if (!options.policy_text.empty()) return read_policy(options.policy_text, "policy");
  if (options.policy_file.empty()) return policy_of_options(options);
  constexpr std::string_view kPreset = "preset:";
  if (options.policy_file.starts_with(kPreset)) {
    const auto name = std::string_view(options.policy_file).substr(kPreset.size());
    const std::string_view text = preset_text(name);
    if (!text.empty()) return read_policy(text, options.policy_file);
    std::string names;
    for (const std::string_view each : preset_names())
      names += fmt::format("{}{}", names.empty() ? "" : ", ", each);
    return Error{ErrorKind::usage, fmt::format("there is no preset \"{}\"", name), "--preset",
                 "one of " + names};
  }
  // "-" is standard input, as of a script that holds its own policy.
  const bool standard_input = options.policy_file == "-";
  Result<PolicyText> text = policy_text(standard_input ? "/dev/stdin" : options.policy_file, "");
  if (!text) return text.error();
  // Errors name the file as the user did; a cycle is told by the name that it really has.
  Result<Policy> policy =
      read_policy(text->text, options.policy_file,
                  [&](const std::string& name, const std::string& from) -> Result<PolicyText> {
                    Result<PolicyText> other = policy_text(name, from);
                    if (other && other->name == text->name) other->name = options.policy_file;
                    return other;
                  });
  if (policy) policy->source = options.policy_file;
  return policy;
}

Result<PolicyModels> load_policy_models(const Policy& policy, const Options& options,
                                        const Catalogue& catalogue) {
  PolicyModels models;
  std::vector<const Choice*> choices;
  for (const Choice& each : policy.choices) choices.push_back(&each);
  if (policy.fallback.kind == FallbackKind::model) choices.push_back(&policy.fallback.choice);
  for (const Choice* choice : choices) {
    const auto refused = [&](Error error) {
      if (choice->line == 0) return error;
      // A name that nobody knows is a mistake of the policy's author, not of the command line.
      if (error.kind == ErrorKind::usage) error.kind = ErrorKind::data;
      error.where = fmt::format("{}:{}:{}", policy.source, choice->line, choice->column);
      return error;
    };
    models.emplace_back();
    if (choice->stated) {
      Result<ModelSpec> model = stated_model(*choice->stated, catalogue);
      if (!model) return refused(model.error());
      models.back() = std::move(*model);
    } else if (!choice->model.empty()) {
      Options one = options;
      one.models = {choice->model};
      Result<std::vector<ModelSpec>> found = load_models(one, catalogue);
      if (!found) return refused(found.error());
      models.back() = std::move(found->front());
    }
  }
  return models;
}

Result<GateOutcome> run_gate(const GateOptions& options, const Invocation& invocation) {
  const std::unique_ptr<Host> clock = live_host();
  const double start = clock->now_seconds();
  const Result<Policy> policy = load_policy(options);
  if (!policy) return policy.error();
  const Result<Catalogue> catalogue = load_catalogue(options, invocation);
  if (!catalogue) return catalogue.error();
  return answered(options, invocation, *policy, *catalogue, start);
}

Result<GateOutcome> run_gate(const GateOptions& options, const Invocation& invocation,
                             const Catalogue& catalogue) {
  const double start = live_host()->now_seconds();
  const Result<Policy> policy = load_policy(options);
  if (!policy) return policy.error();
  return answered(options, invocation, *policy, catalogue, start);
}

}  // namespace weighin
