// How fast would a model run, by what was measured here?
#pragma once

#include <string>

#include "weighin/advise.hpp"

namespace weighin {

/// What is predicted for one model at one place.
struct Speeds {
  Known<Speed> decode;       ///< tokens per second
  Known<Speed> prefill;      ///< tokens per second
  Known<Speed> first_token;  ///< seconds
  Known<Speed> load;         ///< seconds
  bool unstable = false;     ///< a measurement it rests on was unstable
};

/// The prediction from measured rates; what was not measured is unknown and says so. `place` is a
/// place of measurements ("cpu", "gpu0"); `context` the cells of the KV cache.
Speeds predict_speeds(const TokenWork& work, const std::string& place, std::int64_t context,
                      const Demands& demands, const Measurements& measurements);

}  // namespace weighin
