// What would a model take here, and does it fit?  In C++: estimate PREFIX/bin/weighin MODEL
//
//   find_package(weighin REQUIRED)
//   target_link_libraries(estimate PRIVATE weighin::weighin)
//
// The C++ interface gives values in place of documents; it needs the place of the catalogue, and the program for
// asking GPU drivers (none here).
#include <cstdio>
#include <string>
#include <weighin/process.hpp>
#include <weighin/report.hpp>

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: estimate PREFIX/bin/weighin MODEL\n");
    return 64;
  }
  const auto host = weighin::live_host();
  const auto catalogue = weighin::default_catalogue(*host, argv[1]);
  if (!catalogue) {
    std::fprintf(stderr, "%s\n", weighin::to_text(catalogue.error()).c_str());
    return weighin::exit_code(catalogue.error().kind);
  }
  const auto model = weighin::find_model(*catalogue, argv[2]);
  if (!model) {
    std::fprintf(stderr, "%s\n", weighin::to_text(model.error()).c_str());
    return weighin::exit_code(model.error().kind);
  }
  weighin::Plan plan;
  plan.format = "Q4_K_M";
  const auto estimate = weighin::estimate(*model, plan);
  if (!estimate) {
    std::fprintf(stderr, "%s\n", weighin::to_text(estimate.error()).c_str());
    return weighin::exit_code(estimate.error().kind);
  }
  weighin::process_is_not_ours();
  weighin::ProbeOptions options;
  options.gpu = false;
  const weighin::DeviceProfile device = weighin::probe(*host, options);
  if (!estimate->download_bytes) {
    std::printf("the download is not known: %s\n", estimate->download_bytes.why.c_str());
    return 2;
  }
  std::printf("%s in %s: download %lld bytes, memory %lld bytes\n", model->name.c_str(), plan.format.c_str(),
              static_cast<long long>(*estimate->download_bytes),
              static_cast<long long>(estimate->memory.total_bytes));
  if (!device.memory.usable_bytes) {
    std::printf("usable memory is not known: %s\n", device.memory.usable_bytes.why.c_str());
    return 2;
  }
  const bool fits = estimate->memory.total_bytes <= *device.memory.usable_bytes;
  std::printf("%s in %lld bytes\n", fits ? "fits" : "does not fit",
              static_cast<long long>(*device.memory.usable_bytes));
  return fits ? 0 : 1;
}
