// How does a question in JSON become options?
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/result.hpp"

namespace CLI {
class App;
}

namespace weighin::capi {

/// A key that is no option of the command line.
struct OwnKey {
  std::string_view name;
  std::function<Result<Done>(const nlohmann::json& value)> take;
};

/// The object that a text holds; an empty text holds {}. ErrorKind::data.
Result<nlohmann::json> read_question(std::string_view text, const char* name = "question");

/// Gives each key to `own`, or to the option of `app` of that name ("_" for "-"), as the command
/// line would. ErrorKind::usage with what was meant; the app's own checks hold.
Result<Done> take_question(const nlohmann::json& question, CLI::App& app,
                           const std::vector<OwnKey>& own);

/// A text, or a list of texts.
Result<std::vector<std::string>> texts_of(const nlohmann::json& value, std::string_view name);

/// An error about a key of a question: ErrorKind::usage.
Error wrong_key(std::string_view name, std::string what, std::string hint = {});

}  // namespace weighin::capi
