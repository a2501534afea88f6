// Can any bytes from an engine, or in a file of ratios, upset us?
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "session/calibration.hpp"
#include "cli/engine_run.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto run = weighin::read_engine_answer(text, "engine"); run.ok()) {
    for (const weighin::EngineResult& each : run->results) {
      if (!std::isfinite(each.tokens_per_second) || each.tokens_per_second <= 0) std::abort();
      if (each.low > each.tokens_per_second || each.high < each.tokens_per_second) std::abort();
    }
  }
  for (const weighin::Calibration& each : weighin::read_calibrations(text)) {
    if (!(each.ratio > 0) || !std::isfinite(each.ratio)) std::abort();
  }
  return 0;
}
