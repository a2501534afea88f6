// How is it said?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/advise.hpp"
#include "weighin/gate.hpp"

namespace weighin {

/// Everything that a check found.
struct Report {
  DeviceProfile profile;
  Measurements measurements;
  Advice advice;
  AdviseOptions options;
  bool asked = false;  ///< models were named: show them in full
  double elapsed_seconds = 0.0;
};

struct RenderOptions {
  bool color = false;
  int width = 80;    ///< columns of the terminal
  bool all = false;  ///< list every verdict
  bool unicode = true;
};

/// One output of a report: text, json, … (one file under src/report/ each).
struct Output {
  std::string_view name;  ///< "text", "json"
  std::string_view description;
  std::string (*render)(const Report& report, const RenderOptions& options);
};
std::vector<const Output*> outputs();
const Output* find_output(std::string_view name);

/// Documents of single storeys.
std::string device_json(const DeviceProfile& profile);
std::string device_text(const DeviceProfile& profile, const RenderOptions& options);
/// What was asked of an estimate beside itself; null where it was not.
struct Shrinking;  // estimate/shrink.hpp
struct EstimateAsked {
  const Explanation* explanation = nullptr;
  const LongestContext* longest_context = nullptr;
  const BestFit* best_fit = nullptr;
  Bytes memory_bytes = 0;  ///< that the two were asked for
  const Shrinking* shrinking = nullptr;
};
std::string estimate_json(const Estimate& estimate, const EstimateAsked& asked = {});
std::string estimate_text(const Estimate& estimate, const RenderOptions& options,
                          const EstimateAsked& asked = {});
/// What `weighin verify` compared: one phase of one model.
struct Verified {
  std::string phase;            ///< "decode" or "prefill"
  std::int64_t tokens = 0;
  Known<Speed> predicted;       ///< tokens per second
  double measured = 0.0;        ///< the engine's median
  double measured_low = 0.0, measured_high = 0.0;
  double ratio = 0.0;           ///< measured / predicted; 0 where nothing was predicted
};
struct Verification {
  std::string model, file, format, engine;
  std::int64_t threads = 0;
  std::vector<Verified> phases;
  bool kept = false;            ///< the ratios were kept for later predictions
};
/// A `weighin/verify/1` document, and the same as a page.
std::string verify_json(const Verification& verification);
std::string verify_text(const Verification& verification, const RenderOptions& options);

std::string bench_json(const Measurements& measurements);
std::string bench_text(const Measurements& measurements, const RenderOptions& options);
std::string gate_json(const GateAnswer& answer, double elapsed_seconds);  ///< one line
std::string gate_text(const GateAnswer& answer, const RenderOptions& options);
/// The answer of a policy: one line (weighin/gate/1). `elapsed_seconds` below 0: not of this machine, so not said.
std::string policy_answer_json(const PolicyAnswer& answer, double elapsed_seconds, int exit_code);
std::string error_json(const Error& error);

/// A hosted model asked for by `estimate`: no weights to download (exit 1).
std::string not_downloadable_json(const ModelSpec& model, const Plan& plan);
std::string not_downloadable_text(const ModelSpec& model, const RenderOptions& options);
/// The catalogue: a list of models, one model in full, what validate() found.
std::string models_json(const std::vector<ModelSpec>& models);
std::string models_text(const std::vector<ModelSpec>& models, const RenderOptions& options);
std::string model_text(const ModelSpec& model, const RenderOptions& options);
std::string findings_json(const Catalogue& catalogue,
                          const std::vector<CatalogueFinding>& findings);
/// `weighin doctor --json`: questions and answers, and the profile they were taken for.
std::string evidence_json(const std::vector<Evidence>& evidence, const DeviceProfile& profile);

/// Reads a `weighin/device/1` document back (also the "device" of a `weighin/report/1`).
Result<DeviceProfile> read_device_json(std::string_view json, const std::string& name);

/// Reads a `weighin/bench/1` document back.
Result<Measurements> read_bench_json(std::string_view json, const std::string& name);

/// The published JSON Schemas by name: report, device, estimate, gate, bench, catalogue.
std::vector<std::string_view> schema_names();
std::string_view schema_text(std::string_view name);

}  // namespace weighin
