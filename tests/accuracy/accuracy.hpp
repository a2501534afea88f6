// What is one table of errors, and which truth makes it?
#pragma once

#include <map>
#include <string>
#include <vector>

#include "weighin/estimate.hpp"

namespace weighin::accuracy {

/// Errors in per cent, kept by row name (an architecture) and column.
class Table {
 public:
  Table(std::string title, std::vector<std::string> columns)
      : title_(std::move(title)), columns_(std::move(columns)) {}
  /// One figure of ours against the truth; both 0 is no error, and ours of nothing is 100 %.
  void add(const std::string& row, const std::string& column, double ours, double truth);
  /// As Markdown: the rows' number, then median / 90th percentile / worst of each column.
  std::string markdown() const;
  bool empty() const { return errors_.empty(); }

 private:
  std::string title_;
  std::vector<std::string> columns_;
  std::map<std::string, std::map<std::string, std::vector<double>>> errors_;
};

/// The rows of a file of tests/estimate/truth, without its first line, as words.
std::vector<std::vector<std::string>> truth(const std::string& source, const std::string& file);

Table loads(const std::string& source, const Catalogue& catalogue);
Table amx(const std::string& source, const Catalogue& catalogue);
Table gpus(const std::string& source, const Catalogue& catalogue);
Table processes(const std::string& source, const Catalogue& catalogue);
Table published(const std::string& source, const Catalogue& catalogue);
/// The other runtimes: rows whose rule is known, or all others.
Table litert(const std::string& source, const Catalogue& catalogue, bool known);
Table onnx(const std::string& source, const Catalogue& catalogue, bool known);
Table webllm(const std::string& source, const Catalogue& catalogue, bool known);

}  // namespace weighin::accuracy
