// What if a driver throws an exception through the loader?
#include <stdexcept>

extern "C" {
__attribute__((visibility("default"))) int vk_icdNegotiateLoaderICDInterfaceVersion(unsigned*) {
  throw std::runtime_error("a driver that throws");
}
__attribute__((visibility("default"))) void (*vk_icdGetInstanceProcAddr(void*, const char*))() {
  return nullptr;
}
}
