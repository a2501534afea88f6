// Under which limits, and with which surroundings, is a child given one driver?
#include "vulkan/driver_request.hpp"

namespace weighin::vulkan {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

}  // namespace

ChildRequest driver_request(const std::string& program, std::vector<std::string> arguments,
                            double deadline_seconds, std::int64_t memory_limit_bytes) {
  ChildRequest request;
  request.program = program;
  request.arguments = std::move(arguments);
  request.deadline_seconds = deadline_seconds;
  request.memory_limit_bytes = kSanitized ? 0 : memory_limit_bytes;
  return request;
}

void choose_driver(const std::string& manifest, const std::vector<std::string>& switches,
                   ChildRequest& request) {
  request.environment = {
      {"VK_DRIVER_FILES", manifest},
      {"VK_ICD_FILENAMES", manifest},  // loaders before 1.3.207 know only this name
      {"VK_ADD_DRIVER_FILES", ""},
      {"VK_LOADER_LAYERS_DISABLE", "~implicit~"},  // from 1.3.234 on
      {"VK_LOADER_LAYERS_ENABLE", ""},
      {"VK_INSTANCE_LAYERS", ""},
      {"VK_LAYER_PATH", ""},
      {"VK_ADD_LAYER_PATH", ""},
      {"VK_LOADER_DEBUG", ""},
  };
  for (const std::string& name : switches) request.environment.emplace_back(name, "1");
}

}  // namespace weighin::vulkan
