// How is the catalogue said to people?
#include <fmt/format.h>

#include <algorithm>

#include "weighin/report.hpp"

namespace weighin {
namespace {

// Cut to a width, with two points where something is missing (ASCII, so that bytes are columns).
std::string cut(const std::string& text, std::size_t width) {
  if (text.size() <= width) return text;
  return width > 2 ? text.substr(0, width - 2) + ".." : text.substr(0, width);
}

std::string bold(const std::string& text, const RenderOptions& options) {
  return options.color ? "\x1b[1m" + text + "\x1b[0m" : text;
}

std::string count_text(const Known<std::int64_t>& count) {
  return count ? text_count(*count) : "?";
}

template <class T>
std::string source_of(const Known<T>& known) {
  if (!known) return "not known: " + known.why;
  std::string text = to_text(known.known_by);
  if (!known.source.empty()) text += ", " + known.source;
  if (!known.why.empty()) text += " (" + known.why + ")";
  return text;
}

// Words folded to the width, every line after the first indented.
std::string folded(const std::string& text, std::size_t indent, std::size_t width) {
  std::string out, line;
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t end = std::min(text.find(' ', from), text.size());
    std::string word = text.substr(from, end - from);
    // An address is one long word: cut it where the line ends.
    const std::size_t room = width > indent + 8 ? width - indent : 8;
    while (word.size() > room) {
      if (!line.empty()) out += line + "\n" + std::string(indent, ' ');
      out += word.substr(0, room) + "\n" + std::string(indent, ' ');
      word = word.substr(room);
      line.clear();
    }
    if (!line.empty() && indent + line.size() + 1 + word.size() > width) {
      out += line + "\n" + std::string(indent, ' ');
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
    from = end + 1;
  }
  return out + line;
}

}  // namespace

std::string models_text(const std::vector<ModelSpec>& models, const RenderOptions& options) {
  const std::size_t width = static_cast<std::size_t>(options.width);
  const std::size_t name_width = std::min<std::size_t>(36, width - 36);
  std::string text = bold(fmt::format("{:<{}}  {:>7}  {:>7}  {:<6}  {}", "Model", name_width,
                                      "params", "active", "class", "context"),
                          options) +
                     "\n";
  for (const ModelSpec& model : models) {
    const bool all_active =
        !model.active_parameters || model.active_parameters.value == model.parameters.value;
    text += fmt::format("{:<{}}  {:>7}  {:>7}  {:<6}  {}\n", cut(model.id, name_width), name_width,
                        model.hosted_only ? "hosted" : count_text(model.parameters),
                        all_active ? "" : count_text(model.active_parameters), model.size_class,
                        model.context_max ? fmt::format("{}", *model.context_max) : "");
  }
  text += fmt::format("{} models; one in full: weighin models show MODEL\n", models.size());
  return text;
}

std::string model_text(const ModelSpec& model, const RenderOptions& options) {
  const std::size_t width = static_cast<std::size_t>(std::max(40, options.width));
  std::string text = bold(cut(model.name, width), options) + "\n";
  text += fmt::format("  {:<12}{}\n", "id", folded(model.id, 14, width));
  const auto line = [&](const char* what, const std::string& value, const std::string& source) {
    text += fmt::format("  {:<12}{}\n", what, folded(value, 14, width));
    if (!source.empty()) text += fmt::format("              {}\n", folded(source, 14, width));
  };
  if (model.hosted_only) {
    line("weights", "none published: runs on its owner's servers only", "");
  }
  if (!model.repository.empty()) line("repository", model.repository, "");
  line("parameters",
       model.parameters ? fmt::format("{} = {}", text_count(*model.parameters), *model.parameters)
                        : "not known",
       source_of(model.parameters));
  if (model.active_parameters && model.active_parameters.value != model.parameters.value) {
    line("active", fmt::format("{} a token", text_count(*model.active_parameters)),
         source_of(model.active_parameters));
  }
  if (!model.size_class.empty()) line("size class", model.size_class, "");
  if (!model.modality.empty() && model.modality != "text") line("modality", model.modality, "");
  if (model.context_max) line("context", fmt::format("{} tokens", *model.context_max), "");
  if (model.languages) line("languages", *model.languages, source_of(model.languages));
  line("licence", model.license ? *model.license : "not known", source_of(model.license));
  line("release", model.release ? *model.release : "not known", source_of(model.release));
  if (model.shape) {
    const Shape& s = *model.shape;
    std::string shape = fmt::format("{}: {} layers, width {}, vocabulary {}", s.architecture,
                                    s.layers, s.hidden, s.vocab);
    if (s.heads > 0)
      shape +=
          fmt::format(", {} heads ({} for keys and values) of {}", s.heads, s.kv_heads, s.head_dim);
    if (s.experts) shape += fmt::format(", {} experts, {} used", s.experts->count, s.experts->used);
    if (s.sliding_window > 0) shape += fmt::format(", sliding window {}", s.sliding_window);
    shape += s.tied_embeddings ? ", tied embeddings" : "";
    line("shape", shape, model.source);
  }
  for (const ExtraPart& part : model.extra)
    line("besides", fmt::format("{}: {} weights", part.what, text_count(part.parameters)), "");
  if (!model.teacher.empty()) line("learned from", model.teacher, model.teacher_source);
  for (const Adapter& each : model.adapters) {
    line("adapter",
         each.name + (each.rank > 0 ? fmt::format(", rank {}", each.rank) : ", rank not told"),
         each.source);
  }
  if (!model.note.empty()) line("note", model.note, "");
  for (const Variant& variant : model.variants) {
    line("published",
         fmt::format("{} {}  {} (download)", variant.runtime, variant.format,
                     text_decimal(variant.bytes)),
         variant.source);
  }
  if (!model.aliases.empty()) {
    std::string names;
    for (const std::string& alias : model.aliases) names += (names.empty() ? "" : ", ") + alias;
    line("also called", names, "");
  }
  return text;
}

std::string not_downloadable_text(const ModelSpec& model, const RenderOptions& options) {
  return fmt::format(
      "{}: not downloadable\n  No weights are published: it runs on its owner's servers only.\n",
      bold(model.name, options));
}

}  // namespace weighin
