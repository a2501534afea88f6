// What does a report come to, in words that every output shares?
#pragma once

#include <string>
#include <vector>

#include "weighin/report.hpp"

namespace weighin {

/// A line about the machine: what it is about, and the words.
struct Line {
  std::string label, text;
};

/// One row of the table of models, every cell in words.
struct Row {
  std::string size_class, model, format, download, takes, speed, known_by, place;
  Fit fit = Fit::unknown;
  bool recommended = false;
};

/// "0.4", "6.1-8.3" tokens a second; "not measured" and the like where there is none.
std::string speed_words(const Known<Speed>& speed);
/// "12 to 16", with as many digits as the range bears.
std::string range_words(const Range& range);
/// Memory and downloads in words, or "-" where not known.
std::string memory_words(Bytes bytes);
std::string download_words(const Known<Bytes>& bytes);
/// "on the CPU", "on gpu0 (NVIDIA RTX 4090)".
std::string place_words(const std::string& place, const DeviceProfile& profile);
/// A reason in one line: "needs 9.1 GiB of memory, 4.0 GiB there".
std::string reason_words(const Reason& reason);

/// Of a GPU with memory of its own: "display, other programs and driver hold 1.3 GiB"; empty where
/// that is less than a hundredth, or not known.
std::string held_words(const Gpu& gpu);

/// The processor, memory, GPU and disk in a line each.
std::vector<Line> machine_lines(const DeviceProfile& profile);
/// The measured ceilings of one place in one line.
std::string ceiling_words(const Measurements& measurements, const std::string& place = "cpu");
/// Those of the CPU, then of each GPU of which anything was told.
std::vector<Line> ceiling_lines(const Measurements& measurements);
/// "Your size class: 8B", and the sentences below it.
std::string headline(const Report& report);
std::vector<std::string> answer_lines(const Report& report);
/// One row for each size class, or for every verdict.
std::vector<Row> class_rows(const Report& report);
std::vector<Row> verdict_rows(const Report& report);
/// What keeps the next class out and what would let it in; may be empty.
std::vector<Line> next_lines(const Report& report);
/// "198 models: 120 fit, 4 are tight, …".
std::string count_words(const Report& report);
/// The verdict that is recommended, or null.
const Verdict* recommended(const Report& report);

}  // namespace weighin
