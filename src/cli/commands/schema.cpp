// weighin schema: what may the program's JSON look like?
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/settled.hpp"

namespace weighin {
namespace {

int run(const std::string& name) {
  std::string names;
  for (const std::string_view each : schema_names()) names += fmt::format("{}\n", each);
  if (name.empty()) {
    const Result<Done> written = write_stdout(names);
    return written ? 0 : fail(written.error());
  }
  const std::string_view text = schema_text(name);
  if (text.empty()) {
    std::string choices;
    for (const std::string_view each : schema_names())
      choices += fmt::format("{}{}", choices.empty() ? "" : ", ", each);
    return fail({ErrorKind::usage, fmt::format("there is no schema \"{}\"", name), "schema",
                 "one of " + choices});
  }
  const Result<Done> written = write_stdout(std::string(text));
  return written ? 0 : fail(written.error());
}

std::function<int()> setup(CLI::App& app, const Invocation&) {
  auto name = std::make_shared<std::string>();
  app.add_option("NAME", *name,
                 "report, device, estimate, gate, bench, catalogue (none: list them)");
  return [name] { return run(*name); };
}

}  // namespace

extern const Command schema_command;
const Command schema_command{"schema", "print a published JSON Schema", setup};

}  // namespace weighin
