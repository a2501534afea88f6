// May an app be installed here, by its author's own policy?
//
// A policy is data (weighin/policy/1, docs/gating.md): an ordered list of choices, each with
// conditions. The decision is pure: same device facts, same policy, same date, same answer.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/advise.hpp"

namespace weighin {

/// How a condition compares what there is with what is needed.
enum class ConditionKind {
  least_bytes,   ///< have >= need, a size
  least_number,  ///< have >= need
  most_bytes,    ///< have <= need, a size
  most_number,   ///< have <= need
  all_of,        ///< every word is among those that there are
  any_of,        ///< what there is equals (or, for names of GPUs, holds) one of the words
  version,       ///< have >= need, as "1.2.131"
  flag,          ///< true or false
  setting,       ///< no condition: a number that other conditions are counted with
};

/// A row of the closed list of conditions.
struct ConditionInfo {
  std::string_view key;  ///< "min_memory"
  ConditionKind kind;
  std::string_view unit;    ///< as in Reason::unit
  std::string_view reason;  ///< the code given where it fails
  std::string_view cls;     ///< its class, where nothing more is known
  std::string_view meaning;
  bool of_model;  ///< it can be decided for a choice with a model only
};
const std::vector<ConditionInfo>& condition_list();
const ConditionInfo* find_condition(std::string_view key);

/// One condition of a policy.
struct Condition {
  std::string key;
  double number = 0.0;             ///< of the kinds that compare numbers; 0 or 1 of a flag
  std::vector<std::string> words;  ///< of all_of, any_of, version
  int line = 0, column = 0;        ///< where it stands in the policy; 0 = it was an option
  bool operator==(const Condition&) const = default;
};

/// A model that no catalogue knows, by what its author knows of it.
struct StatedModel {
  std::string name;
  std::int64_t parameters = 0;  ///< 0 = not said: then `memory_bytes` is
  std::string architecture;     ///< id of the model of the catalogue that it is built like
  Bytes download_bytes = 0;     ///< 0 = not said
  Bytes memory_bytes = 0;       ///< needed when it runs; 0 = not said: estimated
};

/// One way in which the app could work here.
struct Choice {
  std::string name;
  std::string
      model;  ///< as a SPEC of the command line; empty where `stated` or about the device alone
  std::optional<StatedModel> stated;
  std::string format, runtime, kv_type;  ///< empty = as asked on the command line
  std::optional<std::int64_t> context, parallel;
  bool degraded = false;  ///< good enough, and worse than the author would like
  std::vector<Condition> conditions;
  int line = 0, column = 0;
  bool about_device() const { return model.empty() && !stated; }
};

enum class FallbackKind { none, hosted, model };

/// What happens where no choice passes.
struct Fallback {
  FallbackKind kind = FallbackKind::none;
  Choice choice;     ///< of kind model: judged like any other, without the policy's own conditions
  std::string note;  ///< for the user, e.g. the name of the service
};

/// A reason that is let pass on some devices until a day.
struct Exception {
  std::string reason;
  std::vector<std::string> cpus, gpus;  ///< parts of names; both empty = every device
  std::string until;                    ///< "2027-01-31", the last day
  std::string why;
};

/// What a condition that cannot be decided means.
enum class UnknownRule { undecided, allow, deny };

struct Policy {
  std::string name;
  std::string source;  ///< the file it was read from, "preset:NAME", or "options"
  UnknownRule unknown = UnknownRule::undecided;
  std::vector<Condition> conditions;  ///< of every choice
  std::vector<Choice> choices;        ///< the first that passes wins
  Fallback fallback;
  std::vector<Exception> exceptions;
};

/// Gives the text of an included policy. `name` is resolved against `from` (the including file),
/// and what comes back first is the resolved name, by which a cycle is told.
struct PolicyText {
  std::string name, text;
};
using PolicyLoader =
    std::function<Result<PolicyText>(const std::string& name, const std::string& from)>;

/// Reads and checks a policy. Every error says file:line:column, what, and what was meant:
/// ErrorKind::data. `load` gives included files; null: only presets can be included.
Result<Policy> read_policy(std::string_view json, const std::string& name,
                           const PolicyLoader& load = {});

/// The presets that come with the program: gates that exist, as data.
std::vector<std::string_view> preset_names();
/// Its JSON; empty where there is none of that name.
std::string_view preset_text(std::string_view name);

/// What is known of a device, and of one model on it, when conditions are held against it.
struct GateFacts {
  Known<Bytes> memory_bytes, usable_bytes, capacity_bytes;
  Known<Bytes> vram_bytes, gpu_buffer_bytes;  ///< of the best GPU that is one
  Known<bool> gpu, software_gpu, unified;
  Known<std::int64_t> physical_cores, logical_cores;
  Known<std::vector<std::string>> instruction_sets, gpu_features;
  Known<std::string> cpu_name, gpu_name, gpu_vendor, vulkan_version, os, architecture;
  Known<bool> on_battery, vulkan_missing;
  Known<Bytes> disk_free_bytes;
  // of a model; the bad end of each range
  Known<Bytes> download_bytes, need_bytes, available_bytes;
  Known<double> decode_per_second, prefill_per_second, first_token_seconds, load_seconds;
  /// The good ends of those measured speeds whose measurement varied (Confidence::low).
  struct {
    std::optional<double> decode_per_second, prefill_per_second, first_token_seconds, load_seconds;
  } good_end;
  std::optional<Fit> fit;       ///< none: no model was judged
  std::vector<Reason> reasons;  ///< of that verdict
};
/// The facts of a device, with those of a verdict laid over them.
GateFacts gate_facts(const DeviceProfile& profile, const Verdict* verdict);

enum class Outcome { pass, fail, unknown, waived };
const char* to_text(Outcome outcome);

/// One condition, decided.
struct ConditionResult {
  std::string key;
  Outcome outcome = Outcome::unknown;
  std::optional<double> need, have;  ///< of the kinds that compare numbers
  std::string need_text, have_text;  ///< of the others
  std::string unit;
  KnownBy known_by = KnownBy::reported;
  std::string source;           ///< where `have` comes from, or why it is not known
  std::vector<Reason> reasons;  ///< of every outcome but pass
};

/// Holds conditions against facts, in the order of condition_list(). Those of a model are left out
/// where `facts.fit` has none and `of_model` is false.
std::vector<ConditionResult> check_conditions(const std::vector<Condition>& conditions,
                                              const GateFacts& facts, bool of_model);

/// A choice, decided.
struct ChoiceResult {
  std::string name, model, model_name;
  Outcome outcome = Outcome::unknown;
  bool degraded = false;
  bool reached = true;  ///< false: an earlier choice has passed, this one was not looked at
  std::vector<ConditionResult> conditions;
  std::vector<Reason> reasons;
  Verdict verdict;  ///< empty for a choice about the device alone
};

/// A change with which the decision would be another.
struct Flip {
  std::string change;  ///< "ram=16GiB", "format Q4_0", "max_download=3.1GB"
  Decision decision = Decision::undecided;
  std::string words;  ///< one sentence
};

struct PolicyAnswer {
  std::string policy, source;
  Decision decision = Decision::undecided;
  int choice = -1;           ///< place in `choices` of the one that passed; -1 = none
  bool at_fallback = false;  ///< the last of `choices` is the fallback's model
  std::vector<ChoiceResult> choices;
  std::vector<Reason> reasons;  ///< why not the best: of the choice that is nearest to passing
  std::string availability;     ///< available | downloadable | unavailable
  std::string sentence;         ///< for the dialog of an installer
  std::string fallback_note;
  std::optional<Flip> nearest;
  /// The choice that the answer is about: the one that passed, or the nearest; null without any.
  const ChoiceResult* shown() const;
};

/// Today, and what was asked beside the policy.
struct DecideOptions {
  std::string date;      ///< "2026-11-23": exceptions end by it
  AdviseOptions advise;  ///< plan and demands that a choice leaves open
  bool flip = true;      ///< look for the nearest change
};

/// The models of a policy, in the order of its choices; one more for a fallback model. No value for
/// a choice about the device alone.
using PolicyModels = std::vector<std::optional<ModelSpec>>;

/// The model that an author has stated, made like one of the catalogue. ErrorKind::data where its
/// architecture is not known.
Result<ModelSpec> stated_model(const StatedModel& stated, const Catalogue& catalogue);

/// The decision. Pure.
PolicyAnswer decide(const Policy& policy, const PolicyModels& models, const DeviceProfile& profile,
                    const Measurements& measurements, const DecideOptions& options);

/// The same on facts that somebody else gives, for each choice: without a nearest change.
PolicyAnswer decide_on(const Policy& policy, const DecideOptions& options,
                       const std::function<GateFacts(const Choice&, std::size_t place)>& facts);

/// Chooses that can never pass on any device, with these models: the first, as an error.
Result<Done> check_policy_models(const Policy& policy, const PolicyModels& models,
                                 const AdviseOptions& options);

/// True where a condition of the policy asks for a speed: then something must be measured.
bool asks_for_speed(const Policy& policy);

/// "ram=32GiB,vram=12GiB,disk=100GB,cores=8": the device as it would be. ErrorKind::usage.
Result<DeviceProfile> what_if(const DeviceProfile& profile, std::string_view changes);

/// The exit code that an installer sees: `unknown` is 0, 1 or 2 for what could not be decided.
int gate_exit_code(Decision decision, bool strict, int unknown = 2);

}  // namespace weighin
