// Which device does a test give to the fake driver of tests/drivers where any card will do?
#pragma once

#include <nlohmann/json.hpp>

#include "weighin/units.hpp"

namespace weighin::test {

/// A card of 8 GiB whose memory the CPU sees, too, that computes nothing.
inline nlohmann::json fake_card() {
  const nlohmann::json device{
      {"name", "Fake GPU"},
      {"vendor_id", 0x1002},
      {"device_id", 0x73bf},
      {"type", "discrete"},
      {"api_version", "1.3.200"},
      {"heaps", {{{"size_bytes", 8 * kGiB}, {"flags", 1}}}},
      {"memory_types", {{{"heap", 0}, {"flags", 1}}, {{"heap", 0}, {"flags", 14}}}},
      {"queues", {{{"flags", 7}, {"count", 1}, {"timestamp_bits", 64}}}},
      {"subgroup", {{"size", 64}, {"operations", {"basic", "arithmetic"}}, {"compute", true}}},
      {"limits",
       {{"max_storage_buffer_bytes", 4294967295u},
        {"max_memory_allocation_bytes", 4 * kGiB},
        {"max_shared_memory_bytes", 65536},
        {"max_workgroup_invocations", 1024},
        {"min_storage_buffer_offset_bytes", 16},
        {"timestamp_period_nanoseconds", 10.0}}}};
  return {{"devices", nlohmann::json::array({device})}, {"opens", true}};
}

}  // namespace weighin::test
