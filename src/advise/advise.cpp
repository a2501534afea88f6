// What are the verdicts on all models, and what do they come to?
#include <algorithm>
#include <utility>

#include "advise/judge.hpp"
#include "advise/place.hpp"
#include "advise/recommend.hpp"

namespace weighin {

Advice advise(const DeviceProfile& profile, const std::vector<ModelSpec>& models,
              const AdviseOptions& options, const Measurements& measurements) {
  Advice advice;
  advice.verdicts.reserve(models.size());
  for (const ModelSpec& model : models) {
    Verdict verdict = judge_alone(profile, model, options, measurements);
    verdict.to_make_it_fit = remedies(profile, model, models, options, measurements, verdict);
    advice.verdicts.push_back(std::move(verdict));
  }
  const bool own_gpu_memory =
      options.gpu && std::any_of(profile.gpus.begin(), profile.gpus.end(), [](const Gpu& gpu) {
        return counts(gpu) && !gpu.unified.value_or(gpu.type == "integrated");
      });
  const std::int64_t cores = std::min<std::int64_t>(
      profile.cpu.physical_cores.value_or(profile.cpu.usable_threads.value_or(0)),
      profile.cpu.usable_threads.value_or(profile.cpu.physical_cores.value_or(0)));
  recommend(advice, own_gpu_memory, options.use, cores);
  return advice;
}

}  // namespace weighin
