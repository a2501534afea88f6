// Can any bytes as a catalogue, or as a model's name, crash or stall the reader?
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "weighin/catalogue.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const weighin::Result<weighin::Catalogue> read = weighin::read_catalogue(text, "fuzz.json");
  if (!read) {
    // A refusal is of bad data and says where.
    if (read.error().kind != weighin::ErrorKind::data ||
        !read.error().where.starts_with("fuzz.json:"))
      std::abort();
    const weighin::Result<weighin::ModelSpec> none =
        weighin::find_model(weighin::Catalogue{}, text);
    if (none) std::abort();
    return 0;
  }
  for (const weighin::ModelSpec& model : read->models) {
    if (model.id.empty() || model.name.empty() || model.source.empty()) std::abort();
    if (model.parameters && *model.parameters < 1) std::abort();
    (void)weighin::find_model(*read, model.name);
  }
  (void)weighin::find_model(*read, std::string_view(text).substr(0, 60));
  (void)weighin::find_model(*read, "7B");
  const weighin::Catalogue both = weighin::overlay(*read, *read);
  if (both.models.size() != read->models.size()) std::abort();
  return 0;
}
