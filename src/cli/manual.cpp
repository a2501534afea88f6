// What does the tree of options say to man, bash, zsh and fish?
#include "cli/manual.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <vector>

#include "catalogue/fields.hpp"
#include "weighin/core.hpp"

namespace weighin {
namespace {

struct Word {
  std::vector<std::string> names;  ///< "--json", "-q"
  std::string description, group, type;
  std::vector<std::string> choices;
  bool takes_value = false, file = false, positional = false;
};

struct Verb {
  std::string name, description;
  std::vector<Word> words;
};

// CLI11 writes the words that may be given as "TEXT:{on,off,auto}".
std::vector<std::string> choices_of(const std::string& type) {
  std::vector<std::string> found;
  const std::size_t open = type.find('{'), close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return found;
  std::size_t from = open + 1;
  while (from < close) {
    const std::size_t end = std::min(type.find(',', from), close);
    found.push_back(type.substr(from, end - from));
    from = end + 1;
  }
  return found;
}

std::vector<Word> words_of(const CLI::App& app) {
  std::vector<Word> words;
  for (const CLI::Option* option : app.get_options()) {
    Word word;
    for (const std::string& name : option->get_snames()) word.names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) word.names.push_back("--" + name);
    word.positional = word.names.empty();
    if (word.positional) word.names.push_back(option->get_name());
    word.description = option->get_description();
    word.group = option->get_group();
    word.takes_value = option->get_items_expected_max() > 0;
    word.type = word.takes_value ? option->get_type_name() : "";
    word.choices = choices_of(word.type);
    word.file =
        word.type.find("FILE") != std::string::npos || word.type.find("DIR") != std::string::npos;
    words.push_back(std::move(word));
  }
  return words;
}

std::vector<Verb> verbs_of(const CLI::App& root) {
  std::vector<Verb> verbs;
  for (const CLI::App* app : root.get_subcommands([](const CLI::App*) { return true; }))
    verbs.push_back({app->get_name(), app->get_description(), words_of(*app)});
  return verbs;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

// Letters beyond ASCII as groff names them, which reads bytes: \[u2026].
std::string roff_letter(const std::string& text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  unsigned code = first & (0x3Fu >> more);
  for (std::size_t i = 0; i < more && at + 1 < text.size(); ++i)
    code = code << 6 | (static_cast<unsigned char>(text[++at]) & 0x3Fu);
  return fmt::format("\\[u{:04X}]", code);
}

std::string roff(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x80) {
      out += roff_letter(text, i);
    } else if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\n') {
      out += ' ';
    } else {
      out += c;
    }
  }
  // A line that begins with one of these would be a request.
  if (!out.empty() && (out.front() == '.' || out.front() == '\'')) out.insert(0, "\\&");
  return out;
}

// Within '…' of a shell.
std::string quoted(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c == '\n' ? ' ' : c;
    }
  }
  return out;
}

std::string zsh_words(const std::string& text) {
  std::string out;
  for (const char c : quoted(text)) {
    if (c == '[' || c == ']' || c == ':') out += '\\';
    out += c;
  }
  return out;
}

std::string man_option(const Word& word) {
  std::string names;
  for (const std::string& name : word.names)
    names += (names.empty() ? "" : ", ") + std::string("\\fB") + roff(name) + "\\fR";
  if (word.takes_value && !word.positional) {
    const std::string type = word.choices.empty() ? word.type : joined(word.choices, "|");
    if (!type.empty()) names += " \\fI" + roff(type) + "\\fR";
  }
  return ".TP\n" + names + "\n" + roff(word.description) + "\n";
}

}  // namespace

std::string man_page(const CLI::App& root) {
  std::string out = fmt::format(
      ".TH WEIGHIN 1 \"\" \"weighin {}\" \"User Commands\"\n.SH NAME\nweighin \\- {}\n"
      ".SH SYNOPSIS\n.B weighin\n[\\fICOMMAND\\fR] [\\fIOPTION\\fR ...]\n.SH DESCRIPTION\n"
      "Tells whether a language model will download, load and run well on this device, and if not "
      "this one, which. Without a command the question is \\fBcheck\\fR.\n.SH COMMANDS\n",
      version(), roff(root.get_description()));
  const std::vector<Verb> verbs = verbs_of(root);
  for (const Verb& verb : verbs)
    out += fmt::format(".TP\n\\fBweighin {}\\fR\n{}\n", roff(verb.name), roff(verb.description));
  for (const Verb& verb : verbs) {
    out += fmt::format(".SH WEIGHIN {}\n{}.\n", roff(verb.name), roff(verb.description));
    for (const Word& word : verb.words) out += man_option(word);
  }
  out += ".SH EXIT STATUS\n.nf\n" + roff("");
  for (const char* line :
       {"0 done, or yes", "1 no, it does not fit", "2 could not decide", "64 wrong use",
        "65 bad data", "66 input missing", "70 our fault", "74 cannot write", "130 interrupted"})
    out += std::string(line) + "\n";
  out += ".fi\n.SH ENVIRONMENT\n";
  for (const auto& [name, what] :
       {std::pair("WEIGHIN_CATALOGUE", "the catalogue, in place of the built-in one"),
        std::pair("XDG_CACHE_HOME", "where measurements are kept (else ~/.cache), in weighin/"),
        std::pair("NO_COLOR", "no colour"),
        std::pair("HF_ENDPOINT, HF_TOKEN", "where hf:// leads, and what is shown there")})
    out += fmt::format(".TP\n.B {}\n{}\n", roff(name), roff(what));
  return out;
}

std::string bash_completion(const CLI::App& root) {
  std::string names, cases, values;
  for (const Verb& verb : verbs_of(root)) {
    names += (names.empty() ? "" : " ") + verb.name;
    std::string options;
    for (const Word& word : verb.words) {
      if (word.positional) continue;
      options += (options.empty() ? "" : " ") + joined(word.names, " ");
      if (!word.takes_value) continue;
      std::string patterns;
      for (const std::string& name : word.names)
        patterns += (patterns.empty() ? "" : "|") + verb.name + ":" + name;
      values += fmt::format(
          "    {}) {}; return ;;\n", patterns,
          !word.choices.empty()
              ? fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\"))", joined(word.choices, " "))
          : word.file ? "COMPREPLY=($(compgen -f -- \"$cur\"))"
                      : "COMPREPLY=()");
    }
    cases += fmt::format("    {}) words='{}' ;;\n", verb.name, options);
  }
  return "# How does bash complete weighin?  Written by `weighin completions bash`.\n_weighin() {\n"
         "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb=check "
         "words=\n"
         "  case \" " +
         names +
         " \" in *\" ${COMP_WORDS[1]} \"*) verb=${COMP_WORDS[1]} ;; esac\n"
         "  if [ \"$COMP_CWORD\" = 1 ] && [[ $cur != -* ]]; then\n"
         "    COMPREPLY=($(compgen -W '" +
         names +
         "' -- \"$cur\")); return\n  fi\n"
         "  case \"$verb:$prev\" in\n" +
         values + "  esac\n  case \"$verb\" in\n" + cases +
         "  esac\n  if [[ $cur == -* ]]; then\n    COMPREPLY=($(compgen -W \"$words\" -- "
         "\"$cur\"))\n"
         "  else\n    COMPREPLY=($(compgen -f -- \"$cur\"))\n  fi\n}\ncomplete -o filenames -F "
         "_weighin weighin\n";
}

std::string zsh_completion(const CLI::App& root) {
  std::string out =
      "#compdef weighin\n# How does zsh complete weighin?  Written by `weighin completions zsh`.\n"
      "local -a commands\ncommands=(\n";
  const std::vector<Verb> verbs = verbs_of(root);
  for (const Verb& verb : verbs)
    out += fmt::format("  '{}:{}'\n", verb.name, zsh_words(verb.description));
  out +=
      ")\nif (( CURRENT == 2 )) && [[ ${words[2]} != -* ]]; then\n  _describe command commands\n  "
      "return\nfi\n"
      "local verb=${words[2]}\n"
      "if (( ${commands[(I)$verb:*]} )); then\n  shift words\n  (( CURRENT-- ))\nelse\n  "
      "verb=check\nfi\ncase $verb in\n";
  for (const Verb& verb : verbs) {
    out += fmt::format("{})\n  _arguments \\\n", verb.name);
    for (const Word& word : verb.words) {
      if (word.positional) continue;
      for (const std::string& name : word.names) {
        std::string action;
        if (word.takes_value) {
          action = word.choices.empty() ? fmt::format(":value:{}", word.file ? "_files" : "")
                                        : fmt::format(":value:({})", joined(word.choices, " "));
        }
        out += fmt::format("    '{}[{}]{}' \\\n", name, zsh_words(word.description), action);
      }
    }
    out += "    '*:file:_files'\n  ;;\n";
  }
  return out + "esac\n";
}

std::string fish_completion(const CLI::App& root) {
  std::string out = "# How does fish complete weighin?  Written by `weighin completions fish`.\n";
  for (const Verb& verb : verbs_of(root)) {
    out += fmt::format("complete -c weighin -n __fish_use_subcommand -a {} -d '{}'\n", verb.name,
                       quoted(verb.description));
    for (const Word& word : verb.words) {
      if (word.positional) continue;
      // Without a command the question is check.
      std::string line = fmt::format(
          "complete -c weighin -n '{}__fish_seen_subcommand_from {}'",
          verb.name == "check" ? "__fish_use_subcommand; or " : "", verb.name);
      for (const std::string& name : word.names)
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      if (word.takes_value) line += word.file ? " -r -F" : " -x";
      if (!word.choices.empty()) line += fmt::format(" -a '{}'", joined(word.choices, " "));
      out += line + fmt::format(" -d '{}'\n", quoted(word.description));
    }
  }
  return out;
}

std::string nearest_option(const CLI::App& app, const std::string& word) {
  const std::vector<Word> words = words_of(app);
  std::vector<std::string_view> names;
  for (const Word& each : words) {
    for (const std::string& name : each.names) {
      if (name.starts_with("--")) names.push_back(name);
    }
  }
  return catalogue::nearest_name(word.substr(0, word.find('=')), names);
}

}  // namespace weighin
