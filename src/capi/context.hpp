// What does an opened context know, and how is each question answered with it?
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "session/session.hpp"

namespace weighin::capi {

/// Never changed once it is open: any number of threads may ask.
struct Context {
  Catalogue catalogue;
  Invocation invocation;
  std::optional<std::string> cache;  ///< as Options::cache
  bool network = false;
};

/// An answer as the program would give it: exit code and document.
struct Answer {
  int code = 0;
  std::string document;
};

/// The options of weighin_open(), as weighin.h says.
Result<std::unique_ptr<Context>> open_context(std::string_view options);

Result<Answer> answer_probe(const Context& context, std::string_view question);
Result<Answer> answer_estimate(const Context& context, std::string_view question);
Result<Answer> answer_check(const Context& context, std::string_view question);
Result<Answer> answer_gate(const Context& context, std::string_view question);
Result<Answer> answer_bench(const Context& context, std::string_view question);
Result<Answer> answer_models(const Context& context, std::string_view question);

}  // namespace weighin::capi
