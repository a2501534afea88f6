// How fast would a model write within a page, by what its GPU does outside of one?
#include "advise/page_speed.hpp"

#include <fmt/format.h>

namespace weighin {
namespace {

Known<Speed> not_known(std::string why) {
  return Known<Speed>::unknown(Status::unsupported, std::move(why));
}

}  // namespace

Speeds page_speeds(const TokenWork& work, SpeedQuestion question, int gpu,
                   const Measurements& measurements) {
  Speeds speeds;
  speeds.load = not_known("a page fetches its model, and keeps it where the browser likes");
  if (gpu < 0) {
    speeds.decode = not_known(
        "without WebGPU a page computes in WebAssembly: on how many threads is the page's choice, "
        "and no comparison with a native engine is published");
    speeds.prefill = speeds.first_token = speeds.decode;
    return speeds;
  }
  speeds.prefill =
      not_known("no comparison of a page's prompts with a native engine's is published");
  speeds.first_token = speeds.prefill;
  question.place = fmt::format("gpu{}", gpu);
  question.parts.clear();
  const Speeds native = predict_speeds(work, question, measurements);
  speeds.decode = native.decode;
  speeds.unstable = native.unstable;
  if (!speeds.decode) {
    speeds.decode.why = "in a page, computed from the GPU's own rates: " + speeds.decode.why;
    return speeds;
  }
  Speed page = *speeds.decode;
  page.range = {page.range.low * kPageShare.low, page.range.mid * kPageShare.mid,
                page.range.high * kPageShare.high};
  page.known_by = speeds.decode.known_by = KnownBy::computed;
  speeds.decode.value = page;
  speeds.decode.confidence = Confidence::low;
  speeds.decode.source += fmt::format(
      ", times {} to {}: what pages keep of native speed on WebGPU (arXiv 2412.15803, "
      "2605.20706)",
      kPageShare.low, kPageShare.high);
  return speeds;
}

}  // namespace weighin
