// How does text sit on a terminal?
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weighin/report.hpp"

namespace weighin {

/// What a piece of text is for; colour is never the only sign of it.
enum class Tone { plain, strong, faint, good, warning, bad, accent };

/// Text for one terminal: its width, letters and colours.
class Screen {
 public:
  explicit Screen(const RenderOptions& options);

  /// 60 to 120 columns.
  std::size_t width() const { return width_; }
  bool unicode() const { return unicode_; }
  /// The text in a tone, where there is colour.
  std::string tone(std::string_view text, Tone tone) const;
  /// The unicode or the ASCII writing.
  std::string sign(std::string_view unicode, std::string_view ascii) const;
  /// Cut to a width with an ellipsis, or filled with blanks on the right or left.
  std::string cut(std::string_view text, std::size_t columns) const;
  /// A name cut in its middle: what tells it from its siblings stands at its end ("DeepSee…till Qwen 7B").
  std::string cut_middle(std::string_view text, std::size_t columns) const;
  std::string left(std::string_view text, std::size_t columns) const;
  std::string right(std::string_view text, std::size_t columns) const;
  /// Lines of at most `columns`, broken at blanks.
  std::vector<std::string> fold(std::string_view text, std::size_t columns) const;
  /// "label   text", folded under itself; the label in a tone.
  std::string labelled(std::string_view label, std::string_view text, std::size_t label_columns,
                       Tone label_tone = Tone::faint) const;
  /// A word with a sign for a verdict: "✓ fits", "x too-big"; and its tone.
  std::string fit_word(Fit fit) const;
  static Tone fit_tone(Fit fit);

 private:
  std::size_t width_;
  bool color_, unicode_;
};

/// Columns that the text takes (code points; our own text and cleaned names hold no wide ones).
std::size_t columns_of(std::string_view text);
/// Foreign text without control characters, so that a name cannot steer the terminal.
std::string clean(std::string_view text);

}  // namespace weighin
