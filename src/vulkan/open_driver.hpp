// How does a child process get at the devices of the one driver that it was given?
#pragma once

#include <string>

#include "vulkan/answer_pipe.hpp"
#include "vulkan/loader.hpp"

namespace weighin::vulkan {

struct OpenDriver {
  Loader loader;
  Instance instance;
  DeviceList list;
};

/// Opens the loader, the driver in `library`, an instance, and lists the devices, each step told as
/// a stage. What fails is told as the failure, and ends the process.
OpenDriver open_driver(const AnswerPipe& pipe, const std::string& library);

}  // namespace weighin::vulkan
