// What does `weighin explain` say: one page a topic, with this device's and one model's numbers?
#pragma once

#include <string>
#include <vector>

#include "weighin/advise.hpp"
#include "weighin/report.hpp"

namespace weighin {

/// What a page is written about.
struct PageInput {
  const DeviceProfile& profile;
  const ModelSpec& model;
  const Catalogue& catalogue;
  const Measurements& measurements;  ///< empty where nothing was measured
  Plan plan;
  RenderOptions render;
};

struct Topic {
  const char* name;
  const char* question;  ///< one line for lists
  std::string (*page)(const PageInput& input);
};
/// quantization, lora, pruning, distillation, sharing, classes, download, memory, speed.
const std::vector<Topic>& topics();
/// Null where there is none.
const Topic* find_topic(const std::string& name);

std::string page_quantization(const PageInput& input);
std::string page_lora(const PageInput& input);
std::string page_pruning(const PageInput& input);
std::string page_distillation(const PageInput& input);
std::string page_sharing(const PageInput& input);
std::string page_classes(const PageInput& input);
std::string page_download(const PageInput& input);
std::string page_memory(const PageInput& input);
std::string page_speed(const PageInput& input);

}  // namespace weighin
