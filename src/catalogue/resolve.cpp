// Which model does a person mean by this name?
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "catalogue/bare_size.hpp"
#include "catalogue/fields.hpp"
#include "catalogue/json_reader.hpp"
#include "catalogue/names.hpp"
#include "weighin/catalogue.hpp"

namespace weighin {
namespace {

using catalogue::collapsed;
using catalogue::edit_distance;
using catalogue::name_words;
using catalogue::name_words_with_points;
using catalogue::NameWords;
using catalogue::printable;

constexpr std::size_t kLongestSpec = 300;
constexpr std::size_t kMostChoices = 20;
// One spelling of one model's name, ready to be compared.
struct Spelling {
  std::size_t model = 0;
  std::string all, bare;
  std::vector<std::string> words;  // of `bare`, sorted
};

using Found = std::set<std::size_t>;

std::vector<std::string> sorted(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  return words;
}

std::vector<Spelling> spellings(const Catalogue& catalogue) {
  std::vector<Spelling> all;
  all.reserve(catalogue.models.size() * 4);
  for (std::size_t i = 0; i < catalogue.models.size(); ++i) {
    const ModelSpec& model = catalogue.models[i];
    const auto add = [&](const std::string& name) {
      if (name.empty()) return;
      for (const NameWords& words : {name_words(name), name_words_with_points(name)}) {
        all.push_back({i, collapsed(words.all), collapsed(words.bare), sorted(words.bare)});
        if (name.find('_') == std::string::npos) break;  // both readings are the same
      }
    };
    add(model.id);
    add(model.name);
    add(model.repository);
    for (const std::string& alias : model.aliases) add(alias);
  }
  return all;
}

template <class Same>
Found matching(const std::vector<Spelling>& spellings, const Same& same) {
  Found found;
  for (const Spelling& spelling : spellings) {
    if (same(spelling)) found.insert(spelling.model);
  }
  return found;
}

std::vector<std::string> without(std::vector<std::string> words, std::string_view word) {
  words.erase(std::remove(words.begin(), words.end(), word), words.end());
  return words;
}

// "llama", "3", "2", "1b" -> "llama", "3.2", "1b": a point written as a dash.
std::vector<std::string> with_point(std::vector<std::string> words) {
  const auto number = [](const std::string& word) {
    return word.find_first_not_of("0123456789") == std::string::npos;
  };
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (!number(words[i]) || !number(words[i + 1])) continue;
    words[i] += "." + words[i + 1];
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    break;
  }
  return words;
}

// From the strictest reading to the loosest; the first that finds anything decides.
Found find(const std::vector<Spelling>& spellings, std::string_view spec) {
  const NameWords plain = name_words(spec);
  const NameWords points = name_words_with_points(spec);
  Found found;
  const auto try_all = [&](const std::vector<std::string>& words) {
    const std::string text = collapsed(words);
    if (found.empty() && !text.empty())
      found = matching(spellings, [&](const Spelling& s) { return s.all == text; });
  };
  const auto try_bare = [&](const std::vector<std::string>& words) {
    const std::string text = collapsed(words);
    if (found.empty() && !text.empty())
      found = matching(spellings, [&](const Spelling& s) { return s.bare == text; });
  };
  try_all(plain.all);
  try_all(points.all);
  try_bare(plain.bare);
  try_bare(points.bare);
  try_bare(without(plain.bare, "base"));  // "Qwen3-8B-Base"; but "t5-base" was found above
  try_bare(with_point(plain.bare));
  const auto try_part = [&](const std::vector<std::string>& words) {
    if (!found.empty() || words.empty()) return;
    const std::vector<std::string> part = sorted(words);
    found = matching(spellings, [&](const Spelling& s) {
      return std::includes(s.words.begin(), s.words.end(), part.begin(), part.end());
    });
  };
  try_part(plain.bare);
  try_part(points.bare);
  try_part(with_point(plain.bare));
  return found;
}

Error ambiguous(const Catalogue& catalogue, std::string_view spec, const Found& found) {
  std::vector<const ModelSpec*> models;
  for (const std::size_t index : found) models.push_back(&catalogue.models[index]);
  std::sort(models.begin(), models.end(), [](const ModelSpec* a, const ModelSpec* b) {
    return std::pair(a->parameters.value_or(0), a->id) <
           std::pair(b->parameters.value_or(0), b->id);
  });
  std::string choices;
  for (std::size_t i = 0; i < models.size() && i < kMostChoices; ++i) {
    choices += (i == 0 ? "" : ", ") + models[i]->id;
  }
  if (models.size() > kMostChoices)
    choices += fmt::format(" and {} more", models.size() - kMostChoices);
  return Error{ErrorKind::usage,
               fmt::format("\"{}\" may mean {} models", printable(spec), models.size()), "",
               "choose one: " + choices};
}

Error unknown(const Catalogue& catalogue, const std::vector<Spelling>& spellings,
              std::string_view spec) {
  const std::string word = collapsed(name_words(spec).bare);
  std::vector<std::pair<std::size_t, std::size_t>> nearest;  // distance, model
  for (const Spelling& spelling : spellings) {
    nearest.emplace_back(edit_distance(word, spelling.bare), spelling.model);
  }
  std::sort(nearest.begin(), nearest.end());
  std::vector<std::string> names;
  for (const auto& [distance, model] : nearest) {
    const std::string& id = catalogue.models[model].id;
    if (std::find(names.begin(), names.end(), id) == names.end()) names.push_back(id);
    if (names.size() == 3) break;
  }
  std::string hint = "`weighin models list` shows all";
  if (names.size() == 3)
    hint = fmt::format("did you mean {}, {} or {}? {}", names[0], names[1], names[2], hint);
  return Error{ErrorKind::usage, fmt::format("no model is called \"{}\"", printable(spec)), "",
               hint};
}

}  // namespace

Result<ModelSpec> find_model(const Catalogue& models, std::string_view spec) {
  while (!spec.empty() && (spec.front() == ' ' || spec.front() == '\t')) spec.remove_prefix(1);
  while (!spec.empty() && (spec.back() == ' ' || spec.back() == '\t')) spec.remove_suffix(1);
  if (spec.empty() || spec.size() > kLongestSpec) {
    return Error{ErrorKind::usage,
                 spec.empty() ? "no model was named"
                              : fmt::format("a model's name of {} bytes, more than {}", spec.size(),
                                            kLongestSpec),
                 "", "name one as people write it (gemma-2b), or a size (7B)"};
  }
  std::string size(spec);
  size.erase(std::remove(size.begin(), size.end(), ' '), size.end());
  if (const std::optional<std::int64_t> count = parse_count(size))
    return catalogue::model_of_size(models, size, *count);
  const std::vector<Spelling> all = spellings(models);
  const Found found = find(all, spec);
  if (found.size() == 1) return models.models[*found.begin()];
  if (!found.empty()) return ambiguous(models, spec, found);
  return unknown(models, all, spec);
}

}  // namespace weighin
