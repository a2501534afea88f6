// What did the GPU drivers answer a while ago, and does it still hold?
#pragma once

#include <memory>
#include <string>

#include "weighin/device.hpp"
#include "weighin/host.hpp"

namespace weighin {

/// What the drivers' answers depend on: manifests and libraries with their times, cards on the bus,
/// driver and kernel versions, the variables that the loader reads, our version. A GPU that is put
/// in or a driver that is renewed makes another text.
std::string gpu_facts_of(const Host& host);

/// The live host, but that the drivers' answers are kept in `folder`: a day where they told of no
/// GPU but rasterizers, five minutes where a real one was seen (its free memory changes), not at
/// all where a driver failed.
std::unique_ptr<Host> host_with_kept_gpus(std::unique_ptr<Host> inner, std::string folder);

}  // namespace weighin
