// How does a child process get at the devices of the one driver that it was given?
#include "vulkan/open_driver.hpp"

#include <dlfcn.h>

#include "vulkan/clean_text.hpp"
#include "vulkan/driver_faults.hpp"

namespace weighin::vulkan {

OpenDriver open_driver(const AnswerPipe& pipe, const std::string& library) {
  pipe.stage("opening the Vulkan loader");
  const auto loader = open_loader();
  if (!loader) pipe.fail(to_text(loader.error()));

  // The Vulkan loader would open the driver by itself, and say nothing of why it could not. Opened
  // here first, its constructors run in a stage of their own, and dlerror() is heard.
  pipe.stage("loading the driver");
  void* const driver = ::dlopen(library.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (driver == nullptr) {
    const char* why = ::dlerror();
    pipe.fail("its library cannot be opened: " + clean_text(why != nullptr ? why : library, 512));
  }
  if (::dlsym(driver, "vk_icdGetInstanceProcAddr") == nullptr &&
      ::dlsym(driver, "vk_icdNegotiateLoaderICDInterfaceVersion") == nullptr &&
      ::dlsym(driver, "vkGetInstanceProcAddr") == nullptr) {
    pipe.fail("its library is no Vulkan driver: it has no entry points");
  }

  pipe.stage("creating an instance");
  const auto instance = create_instance(*loader);
  if (!instance) pipe.fail(to_text(instance.error()));

  pipe.stage("listing its devices");
  const auto list = list_devices(*instance, kMostFrameDevices);
  if (!list) {
    // What Mesa's drivers answer, through the loader, where there is no hardware for them.
    const std::string why = to_text(list.error());
    const bool none = why.find("VK_ERROR_INITIALIZATION_FAILED") != std::string::npos;
    pipe.fail(none ? std::string(kNoDevice) + " (VK_ERROR_INITIALIZATION_FAILED)" : why);
  }
  return {*loader, *instance, *list};
}

}  // namespace weighin::vulkan
