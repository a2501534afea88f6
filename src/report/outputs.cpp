// Which outputs are there, and which one is meant?
#include "report/output.hpp"

namespace weighin {

std::vector<const Output*> outputs() {
  const auto table = output_table();
  return {table.begin(), table.end()};
}

const Output* find_output(std::string_view name) {
  for (const Output* output : output_table()) {
    if (output->name == name) return output;
  }
  return nullptr;
}

}  // namespace weighin
