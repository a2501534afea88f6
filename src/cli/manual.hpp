// How do the manual and the completions of shells follow from the one tree of options?
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace weighin {

/// The manual page weighin(1), in man's own language.
std::string man_page(const CLI::App& root);
/// What a shell reads to complete our commands, options and their words.
std::string bash_completion(const CLI::App& root);
std::string zsh_completion(const CLI::App& root);
std::string fish_completion(const CLI::App& root);

/// The option of `app` nearest to a word that is none: "--min-decode"; empty where none is near.
std::string nearest_option(const CLI::App& app, const std::string& word);

}  // namespace weighin
