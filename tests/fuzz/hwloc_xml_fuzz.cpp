// Can any bytes as hwloc's XML crash, stall or swell its reader, or make it say what cannot be?
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "probes/cpu/hwloc_xml.hpp"

namespace {

void require(bool truth) {
  if (!truth) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto facts = weighin::read_hwloc_xml({reinterpret_cast<const char*>(data), size});
  if (!facts) {
    require(facts.error().kind == weighin::ErrorKind::data && !facts.error().what.empty());
    return 0;
  }
  require(!facts->threads.empty() && facts->packages >= 0 && facts->cores >= 0);
  for (const weighin::ThreadFact& thread : facts->threads) {
    require(thread.index >= 0 && thread.core >= -1 && thread.core < facts->cores);
  }
  for (const weighin::Cache& cache : facts->caches) {
    require(cache.level > 0 && cache.bytes > 0 && cache.count > 0);
  }
  if (facts->last_level_bytes) require(*facts->last_level_bytes > 0);
  for (const weighin::NumaNode& node : facts->nodes) {
    require(node.cpus >= 0 && (!node.bytes || *node.bytes > 0));
  }
  return 0;
}
