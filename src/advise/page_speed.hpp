// How fast would a model write within a page, by what its GPU does outside of one?
#pragma once

#include "weighin/advise.hpp"

namespace weighin {

/// What runs on WebGPU decodes at a share of what the same GPU does for the native engine. Two
/// groups have compared them on one device each time: WebLLM keeps up to 0.80 of the native engine
/// of its makers (https://arxiv.org/abs/2412.15803, abstract); llama.cpp's own WebGPU backend
/// decodes 1.45 to 1.69 times as fast as the frameworks that pages use, on four GPUs, and is about
/// as fast as native backends (https://arxiv.org/abs/2605.20706, abstract), which makes 0.59 to
/// 0.69 of them. The range is wider than both at its low end, since on some GPUs that backend is
/// slower than the native one.
inline constexpr Range kPageShare{0.4, 0.6, 0.8};

/// Decode from the rates of gpu`gpu` times that share; what nobody has published (prompts in a
/// page, WebAssembly: gpu = -1) is not known, with the reason. `question` is that of the page.
Speeds page_speeds(const TokenWork& work, SpeedQuestion question, int gpu,
                   const Measurements& measurements);

}  // namespace weighin
