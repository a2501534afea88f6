// Which variant of a kernel runs on this device, and how does its figure begin?
#include "bench/gpu/gpu_work.hpp"

namespace weighin {

const GpuVariant* choose_variant(const GpuKernel& kernel, const GpuLab& lab,
                                 std::string_view name, std::string& why) {
  for (const GpuVariant& variant : kernel.variants) {
    if (!name.empty() && variant.shader != name) continue;
    const std::string lack = lack_of(variant, lab.device().able);
    if (lack.empty()) return &variant;
    why = "the device " + lack;
  }
  if (why.empty()) why = "there is no such variant";
  return nullptr;
}

GpuWork begin_work(const GpuLab& lab, const GpuKernel& kernel, const GpuVariant& variant) {
  GpuWork work;
  work.label.name = kernel.name;
  work.label.isa = variant.isa;
  work.label.format = kernel.format;
  work.label.beyond_caches = lab.beyond_caches();
  work.label.why = lab.remark();
  return work;
}

}  // namespace weighin
