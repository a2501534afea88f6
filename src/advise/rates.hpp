// Which measured rate stands for a kind of work at a place?
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "advise/engine_profiles.hpp"
#include "weighin/advise.hpp"
#include "weighin/bench.hpp"

namespace weighin {

/// A rate of an engine, made from one of ours.
struct EngineRate {
  double ours = 0.0;    ///< the middle of what was measured
  Range rate;           ///< the engine's: low, mid, high
  bool direct = false;  ///< measured in this very format, with a profile for it
  bool unstable = false;
  std::string named;    ///< the measurement that it came from
  double memory = 0.0;  ///< decode: what memory gives an engine; 0 = not known
};

/// The rates of one place and thread count.
class Rates {
 public:
  Rates(const Measurements& measurements, const SpeedQuestion& question);
  /// The same without a word on the processor.
  Rates(const Measurements& measurements, std::string place, std::string engine,
        std::int64_t threads);

  /// Bytes of weights a second in decode, operations a second in prefill. In decode the smaller of
  /// what the engine's arithmetic does (a share of our prefill's rate: both grow with cores, clock
  /// and vector width) and what memory gives; `bytes_per_operation` leads from one to the other.
  std::optional<EngineRate> matrix(std::string_view format, EnginePart part,
                                   double bytes_per_operation = 0.0) const;
  /// Multiply-adds a second of attention over a cache of f16.
  std::optional<EngineRate> attention(bool batch) const;
  /// The plain figure of reading memory, in bytes a second, or of another name; null where none.
  const Measurement* read(std::string_view name = "memory read",
                          std::string_view format = "") const;
  /// The instruction set of what was measured; "" where nothing was.
  std::string isa() const;
  /// What the engine's profile is looked up by, for kernels of ours of this instruction set.
  EngineHost host(std::string_view isa) const;

 private:
  /// The fastest measurement at the asked number of threads; else of another, and what share of it
  /// the asked number has.
  struct Found {
    const Measurement* at = nullptr;
    double factor = 1.0;
  };
  Found best(std::string_view name, std::string_view format) const;
  EngineRate scaled(const Found& found, const EngineShare& share, bool direct) const;
  /// What a decode kernel of the engine would do here by what it does elsewhere, from one thread's
  /// reading of memory.
  std::optional<Range> by_reading(std::string_view format, const EngineShare& row) const;
  std::optional<EngineRate> by_arithmetic(std::string_view format, EnginePart part,
                                          double bytes_per_operation) const;
  const Measurements& measurements_;
  std::string place_, engine_;
  std::int64_t threads_;
  std::string repack_, vendor_, microarchitecture_;
};

}  // namespace weighin
