// What shall I run here, and why?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "weighin/bench.hpp"
#include "weighin/catalogue.hpp"
#include "weighin/device.hpp"
#include "weighin/estimate.hpp"

namespace weighin {

/// fits: with headroom · tight: fits in what is free now, little headroom · slow: fits, below the
/// asked speed · too_big · unsupported: a feature is missing · not_downloadable · unknown: a fact
/// is missing.
enum class Fit { fits, tight, slow, too_big, unsupported, not_downloadable, unknown };
/// The words of the JSON: "fits", "too-big", "not-downloadable", …
const char* to_text(Fit fit);

/// Why a verdict is what it is: a row of the closed list in docs/reasons.md.
struct Reason {
  std::string code;  ///< insufficientMemory, diskFull, tooSlowDecode, factUnknown, …
  std::string
      cls;  ///< permanent | user_fixable | transient: what would cure it ("class" in the JSON)
  std::optional<double> required, actual;
  std::string unit;  ///< bytes | tokens_per_second | seconds | feature
  KnownBy known_by = KnownBy::computed;
  std::string advice;  ///< one sentence: what to do
  bool operator==(const Reason&) const = default;
};

/// A predicted speed.
struct Speed {
  Range range;  ///< tokens per second, or seconds
  KnownBy known_by = KnownBy::computed;
  std::string bound_by;  ///< "memory bandwidth", "arithmetic", …
};

/// One change that would make a model fit.
struct Remedy {
  std::string change;  ///< "format Q3_K_M", "context 2048", "kv_type q8_0", "model gemma-2b"
  Fit verdict = Fit::unknown;
  Bytes total_bytes = 0;
};

/// What the user demands of a model.
struct Demands {
  double min_decode_tokens_per_second = 0.0;  ///< 0 = none asked
  double max_first_token_seconds = 0.0;
  Bytes max_download_bytes = 0;
  std::int64_t prompt_tokens = 512;  ///< for the time to the first token
};

/// One model x format x runtime x place.
struct Verdict {
  std::string model, name, size_class, runtime, format;
  std::int64_t context = 0;
  std::string place;  ///< cpu | gpu0 | gpu0+cpu | gpu0+gpu1 | browser | none
  Fit fit = Fit::unknown;
  Known<Bytes> download_bytes;
  MemoryNeed memory;
  Residency residency;           ///< of the part in the system's memory
  Known<Bytes> available_bytes;  ///< the memory it was held against
  Known<Bytes> headroom_bytes;   ///< available - need; negative = short by
  Known<Speed> decode_tokens_per_second;
  Known<Speed> prefill_tokens_per_second;
  Known<Speed> first_token_seconds;
  Known<Speed> load_seconds;
  double bits_per_weight = 0.0;
  KnownBy known_by = KnownBy::computed;
  Known<std::int64_t> parameters, active_parameters;
  std::string family, modality, release;
  Plan plan;                        ///< as judged: format, context, layers on the GPU
  Range total_bytes_range;          ///< the need of memory with what is uncertain in it
  Known<Bytes> storage_free_bytes;  ///< where the model would be downloaded to
  std::vector<Part> parts;          ///< where the bytes go, as the estimate has them
  std::vector<std::string> notes;   ///< what was assumed or changed
  std::vector<Reason> reasons;      ///< at least one for every verdict but fits
  std::vector<Remedy> to_make_it_fit;
};

/// Whether the model writes: an embedding model or another encoder reads only, and has no decode.
inline bool writes_text(const Verdict& verdict) {
  return verdict.modality != "embedding" && verdict.modality != "encoder";
}

struct Recommendation {
  Known<std::string> size_class;     ///< largest that fits well
  Known<std::string> largest_class;  ///< largest that fits at all
  std::string model, format, runtime, place;
  std::string runner_up;
  std::string why;         ///< one or two sentences
  std::string limited_by;  ///< what keeps the next class out, in words; empty at the top
  std::string next_class;  ///< the class after `size_class`
  std::vector<std::string> next_steps;  ///< what would make the next class fit
  std::string use;                      ///< what for: chat | code | … ; empty = any text
  /// The model with the smallest download that fits well and serves the use, sound in its format.
  std::string smallest_model, smallest_format;
  Known<Bytes> smallest_download_bytes;
};

/// One size class on this device, by the model that stands for it.
struct ClassVerdict {
  std::string name;       ///< "8B"
  std::string reference;  ///< model id
  int verdict = -1;       ///< place of the reference's verdict in Advice::verdicts; -1 = not judged
  int best = -1;          ///< place of the best model that fits well in the class; -1 = none
  bool well = false;  ///< fits with headroom at a sound format, and is not too slow to read along
};

struct Advice {
  std::vector<Verdict> verdicts;      ///< in the order of the models
  std::vector<ClassVerdict> classes;  ///< the smallest first
  Recommendation recommendation;
};

struct AdviseOptions {
  Plan plan;
  bool format_given = false;   ///< the user named a format: no other is tried as the main one
  bool runtime_given = false;  ///< the user named a runtime: a file's own does not replace it
  Demands demands;
  bool gpu = true;
  bool gpu_layers_given = false;  ///< the user named a number of layers: no other split is tried
  std::string use;                ///< what the model is for, a word of uses(); empty = writing text
};

/// What is predicted for one model at one place.
struct Speeds {
  Known<Speed> decode;       ///< tokens per second
  Known<Speed> prefill;      ///< tokens per second
  Known<Speed> first_token;  ///< seconds
  Known<Speed> load;         ///< seconds
  bool unstable = false;     ///< a measurement it rests on was unstable
};

/// One place's part of a model that lies in several.
struct SpeedPart {
  std::string place;  ///< of measurements: "cpu", "gpu0"
  WorkShare share;    ///< of the token's work
};

/// What is asked of a place.
struct SpeedQuestion {
  /// A place of measurements, "cpu" or "gpu0", or several: "gpu0+cpu", "gpu0+gpu1".
  std::string place = "cpu";
  /// Who does what, in the order in which a token passes them; empty where `place` does it all.
  std::vector<SpeedPart> parts{};
  Bytes activation_bytes = 0;  ///< of one token: what crosses from place to place
  Bytes logits_bytes = 0;      ///< what comes back from a GPU for each token that is written
  std::string runtime = "llama.cpp";  ///< whose profile is taken
  std::int64_t context = 4096;        ///< cells of the KV cache
  std::int64_t prompt_tokens = 512;
  std::int64_t threads = 0;  ///< 0 = as many as are fastest
  Bytes file_bytes = 0;      ///< read on loading; 0 = not known
  Bytes repacked_bytes = 0;  ///< written in another layout on loading
  /// What tells which of the engine's kernels run, and on what cores: Plan::repack, Cpu::vendor and
  /// Cpu::microarchitecture; empty where not known, which makes the range wider.
  std::string repack{}, vendor{}, microarchitecture{};
  /// Cells that are filled; -1 = none for the high end, the prompt's for the middle, half of the
  /// context for the low end.
  std::int64_t depth = -1;
};

/// Says on which processor it is asked: fills in repack, vendor and microarchitecture.
void name_processor(const Cpu& cpu, SpeedQuestion& question);

/// The prediction from measured rates; what was not measured is unknown and says so.
Speeds predict_speeds(const TokenWork& work, const SpeedQuestion& question,
                      const Measurements& measurements);

/// Share of the available memory that a model may take and still have headroom.
inline constexpr double kHeadroomShare = 0.9;
/// The same where the GPU shares the memory with the system.
inline constexpr double kUnifiedHeadroomShare = 0.8;
/// Tokens per second below which a model is called slow in a recommendation.
inline constexpr double kComfortTokensPerSecond = 5.0;
/// Bits per weight of a file below which a size class does not count as fitting.
inline constexpr double kSoundBitsPerWeight = 4.5;

/// Verdicts for all given models on one device. Pure.
Advice advise(const DeviceProfile& profile, const std::vector<ModelSpec>& models,
              const AdviseOptions& options, const Measurements& measurements);

/// The verdict of one model, with remedies.
Verdict judge(const DeviceProfile& profile, const ModelSpec& model, const Catalogue& catalogue,
              const AdviseOptions& options, const Measurements& measurements);

/// What a model may be for: chat, code, summarize, embed, classify, transcribe, translate.
const std::vector<std::string>& uses();
/// The runtime that serves a use where llama.cpp does not: "onnx" for classify and transcribe.
const char* usual_runtime(const std::string& use);

/// What an installer is told.
enum class Decision { allow, allow_degraded, fallback, deny, undecided };
const char* to_text(Decision decision);

struct GateAnswer {
  Decision decision = Decision::undecided;
  Verdict verdict;
  std::vector<Reason> reasons;
};

/// The decision on one model. Exit codes: allow, allow_degraded, fallback 0; deny 1; undecided 2.
GateAnswer gate(const DeviceProfile& profile, const ModelSpec& model, const AdviseOptions& options,
                const Measurements& measurements);
int exit_code(Decision decision);
/// The exit code of a verdict where a question was asked: fits, tight 0; slow 0, or 1 where a speed
/// was asked for; too-big, unsupported, not-downloadable 1; unknown 2.
int exit_code(const Verdict& verdict, const Demands& demands);

/// The closed list of reason codes, with class and meaning.
struct ReasonInfo {
  std::string code;
  std::string cls;  ///< the classes it may carry, " | " between
  std::string meaning;
};
const std::vector<ReasonInfo>& reason_list();

}  // namespace weighin
