// How does an estimate read on the terminal, part by part?
#include <fmt/format.h>

#include <algorithm>

#include "estimate/shrink.hpp"
#include "report/screen.hpp"
#include "report/verdict_text.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

constexpr std::size_t kLabel = 14;

template <class T>
std::string known_words(const Known<T>& known, const std::string& words) {
  return known ? words : fmt::format("not known: {} ({})", known.why, to_text(known.status));
}

std::string basis_words(const Estimate& estimate) {
  switch (estimate.basis) {
    case Basis::file:
      return "the file's own header";
    case Basis::architecture:
      return "the model's architecture";
    case Basis::size:
      break;
  }
  return "its size alone: another model of the class stands for it";
}

// "262668288 x" in groups of three.
std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), " ");
  return digits;
}

class Page {
 public:
  Page(const Estimate& estimate, const RenderOptions& options, const EstimateAsked& asked)
      : estimate_(estimate), screen_(options), asked_(asked) {}

  std::string render() {
    const ModelSpec& model = estimate_.model;
    heading(clean(model.name) + " in " + estimate_.plan.format);
    if (asked_.best_fit != nullptr) best_fit(*asked_.best_fit);
    if (asked_.longest_context != nullptr) longest_context(*asked_.longest_context);
    line("parameters",
         known_words(model.parameters, model.parameters ? text_count(*model.parameters) : "") +
             (model.size_class.empty() ? "" : ", class " + model.size_class) + ", " +
             to_text(estimate_.known_by));
    line("download",
         known_words(estimate_.download_bytes,
                     estimate_.download_bytes ? text_decimal(*estimate_.download_bytes) : "") +
             fmt::format(" ({:.2f} bits a weight)", estimate_.bits_per_weight));
    fetched();
    if (model.file) file(*model.file);
    memory();
    if (asked_.explanation != nullptr) {
      tensors(*asked_.explanation);
      exact_parts("Download", asked_.explanation->download);
      exact_parts("Memory", estimate_.parts);
    } else {
      out_ += "\n" + parts_text(estimate_.parts, screen_);
      out_ += parts_text({{"= memory in all", estimate_.memory.total_bytes, ""}}, screen_);
    }
    if (asked_.shrinking != nullptr) shrinking(*asked_.shrinking);
    for (const std::string& note : estimate_.notes) line("note", note);
    return out_;
  }

 private:
  void heading(const std::string& text) { out_ += screen_.tone(text, Tone::strong) + "\n"; }
  void line(const char* label, const std::string& text) {
    out_ += screen_.labelled(fmt::format("  {}", label), text, kLabel);
  }

  // What a browser's network panel shows on the first visit, beside the model's own files.
  void fetched() {
    if (estimate_.fetched_besides.empty()) return;
    std::string words;
    Bytes sum = estimate_.download_bytes.value_or(0);
    for (const Part& part : estimate_.fetched_besides) {
      words += fmt::format(", {} {}", part.what, text_decimal(part.bytes));
      sum += part.bytes;
    }
    line("first visit", text_decimal(sum) + " with" + words.substr(1));
  }

  void file(const ModelFile& file) {
    std::string text = fmt::format("{}, {} in {} tensors", file.reader,
                                   text_decimal(file.total_bytes), file.tensors.size());
    std::string missing;
    for (const FilePart& part : file.parts) {
      if (part.missing) missing += (missing.empty() ? "" : ", ") + clean(part.name);
    }
    if (file.parts.size() > 1) text += fmt::format(", {} parts", file.parts.size());
    line("file", text + "; of which we read " + text_decimal(file.bytes_read));
    if (!missing.empty()) line("missing", missing);
    for (const std::string& note : file.notes) line("note", clean(note));
  }

  void memory() {
    const Plan& plan = estimate_.plan;
    line(
        "memory",
        fmt::format(
            "{} with {}, context {}{}", text_binary(estimate_.memory.total_bytes), plan.runtime,
            plan.context,
            estimate_.memory.kv_cache_bytes > 0 ? fmt::format(", KV cache {}", plan.kv_type) : ""));
    const Range& range = estimate_.total_bytes_range;
    line("rests on",
         basis_words(estimate_) +
             (range.high > range.low
                  ? fmt::format("; {} to {}", text_binary(static_cast<Bytes>(range.low)),
                                text_binary(static_cast<Bytes>(range.high)))
                  : ""));
    if (estimate_.memory.adapter_bytes > 0) {
      line("adapter",
           fmt::format(
               "{} to fetch beside the base, and to hold; merged into it, a file as large as "
               "the base and nothing more to hold",
               text_decimal(estimate_.memory.adapter_bytes)));
    }
    for (std::size_t i = 0; i < estimate_.gpu_split_bytes.size(); ++i)
      line(fmt::format("GPU {}", i).c_str(), text_binary(estimate_.gpu_split_bytes[i]));
    if (!estimate_.gpu_split_bytes.empty()) line("system", text_binary(estimate_.host_bytes));
    const Residency& kept = estimate_.residency;
    if (kept.working_set_bytes <= 0) return;
    const Bytes droppable = kept.working_set_bytes - kept.anonymous_bytes;
    std::string text = text_binary(kept.working_set_bytes) + " to run at speed";
    if (droppable > 0) {
      text +=
          fmt::format(": {} of it held until the end, {} pages of the file, read for every token",
                      text_binary(kept.anonymous_bytes), text_binary(droppable));
    }
    if (kept.reserved_bytes > 0)
      text += fmt::format("; {} more reserved and never touched", text_binary(kept.reserved_bytes));
    line("stays", text);
  }

  void best_fit(const BestFit& best) {
    line("fit in", best.format.empty()
                       ? fmt::format("{}: no format fits at a context of {}",
                                     text_binary(asked_.memory_bytes), estimate_.plan.context)
                       : fmt::format("{}: {}, context up to {}", text_binary(asked_.memory_bytes),
                                     best.format, best.context));
    out_ += "\n  " +
            screen_.tone(screen_.left("Format", 10) + screen_.right("Needs", 10) +
                             screen_.right("Longest context", 18),
                         Tone::faint) +
            "\n";
    for (const FormatFit& each : best.formats) {
      const std::string row =
          screen_.left(each.format, 10) + screen_.right(text_binary(each.need_bytes), 10) +
          screen_.right(each.longest_context > 0 ? std::to_string(each.longest_context) : "-", 18);
      const bool chosen = each.format == best.format;
      out_ += (chosen ? screen_.sign("▸ ", "> ") : "  ") +
              screen_.tone(row, chosen      ? Tone::strong
                                : each.fits ? Tone::plain
                                            : Tone::faint) +
              "\n";
    }
    out_ += "\n";
  }

  void longest_context(const LongestContext& found) {
    const std::string memory = text_binary(asked_.memory_bytes);
    if (found.context <= 0) {
      line("context", fmt::format("none: {} do not hold it with even 256 tokens", memory));
    } else if (found.context >= found.model_most) {
      line("context",
           fmt::format("{} tokens, all that the model takes, in {}", found.context, memory));
    } else {
      line("context", fmt::format("{} tokens at most in {}", found.context, memory));
    }
  }

  void shrinking(const Shrinking& all) {
    if (!all.ways.empty()) {
      out_ += "\n";
      const std::size_t what = std::clamp<std::size_t>(screen_.width() - 26, 30, 52);
      heading(screen_.left("Shrunk", what + 2) + screen_.right("download", 11) +
              screen_.right("memory", 11));
      for (const Shrunk& each : all.ways) {
        out_ += "  " + screen_.left(each.what, what) +
                screen_.right(text_decimal(each.download_bytes), 11) +
                screen_.right(text_binary(each.memory_bytes), 11) + "\n";
        for (const std::string& piece : screen_.fold(each.how, screen_.width() - 4))
          out_ += "    " + screen_.tone(piece, Tone::faint) + "\n";
      }
    }
    if (all.sharing) sharing(*all.sharing);
    if (!all.students_asked) return;
    if (all.students.empty()) line("distilled", "the catalogue knows no student or teacher of it");
    for (const Student& each : all.students) {
      std::string text = fmt::format("{} from {}", each.id, each.teacher);
      if (each.parameters > 0 && each.teacher_parameters > 0)
        text += fmt::format(": {:.1f} % of its weights",
                            100.0 * static_cast<double>(each.parameters) /
                                static_cast<double>(each.teacher_parameters));
      line("distilled", text + " (" + each.source + ")");
    }
  }

  void sharing(const Sharing& shared) {
    if (shared.without_sharing > shared.unique) {
      line("shared", fmt::format("{} unique weights do the work of {}", text_count(shared.unique),
                                 text_count(shared.without_sharing)));
    }
    if (shared.looked_up > 0) {
      line("effective", fmt::format("{}: {} are tables by layer, looked up a row at a time",
                                    text_count(shared.effective), text_count(shared.looked_up)));
    }
    if (shared.layers_without_cache > 0) {
      line("cache",
           fmt::format("{} layers use an earlier one's: {} saved", shared.layers_without_cache,
                       text_binary(shared.cache_saved_bytes)));
    }
  }

  void tensors(const Explanation& explanation) {
    if (explanation.tensors.empty()) return;
    out_ += "\n";
    const std::size_t name = std::clamp<std::size_t>(screen_.width() - 52, 20, 36);
    heading(screen_.left("Tensors", name + 2) + screen_.left(" layers", 8) +
            screen_.left("size", 20) + screen_.left("type", 8) + screen_.right("bytes", 14));
    Bytes sum = 0;
    for (const TensorLine& each : explanation.tensors) {
      sum += each.memory_bytes;
      out_ += "  " + screen_.left(each.name, name) +
              screen_.right(fmt::format("{} x", each.count), 7) + " " +
              screen_.left(each.size, 20) +
              screen_.left(each.type + (each.repacked ? "*" : ""), 8) +
              screen_.right(grouped(each.memory_bytes), 14) + "\n";
    }
    out_ += "  " + screen_.left("= weights in memory", name + 36) +
            screen_.right(grouped(sum), 14) + "\n";
    if (std::any_of(explanation.tensors.begin(), explanation.tensors.end(),
                    [](const TensorLine& each) { return each.repacked; })) {
      line("*", "a copy in a layout of the CPU's own: no page of the file, held until the end");
    }
  }

  // To the byte, each with its formula in full.
  void exact_parts(const char* title, const std::vector<Part>& parts) {
    if (parts.empty()) return;
    out_ += "\n";
    heading(title);
    Bytes sum = 0;
    const std::size_t what = std::clamp<std::size_t>(screen_.width() - 50, 20, 30);
    for (const Part& part : parts) {
      sum += part.bytes;
      const std::string start =
          "  " + screen_.left(part.what, what) + screen_.right(grouped(part.bytes), 16) + "  ";
      bool first = true;
      const std::size_t room = std::max<std::size_t>(20, screen_.width() - what - 20);
      for (const std::string& piece : screen_.fold(part.how, room)) {
        out_ +=
            (first ? start : std::string(what + 20, ' ')) + screen_.tone(piece, Tone::faint) + "\n";
        first = false;
      }
      if (first) out_ += start + "\n";
    }
    out_ += "  " + screen_.left("= in all", what) + screen_.right(grouped(sum), 16) + "\n";
  }

  const Estimate& estimate_;
  const Screen screen_;
  const EstimateAsked& asked_;
  std::string out_;
};

}  // namespace

std::string estimate_text(const Estimate& estimate, const RenderOptions& options,
                          const EstimateAsked& asked) {
  return Page(estimate, options, asked).render();
}

}  // namespace weighin
