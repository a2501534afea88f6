// Are downloads and memory of the other runtimes foretold: LiteRT, ONNX, WebLLM?
//
// One row a rule by which the files are made. Rows whose rule cannot be told from the model and the
// format stand in a table of their own.
#include "accuracy/accuracy.hpp"

namespace weighin::accuracy {
namespace {

bool is_known(const std::string& rule) {
  return rule.rfind("other", 0) != 0 && rule.rfind("older", 0) != 0 &&
         rule.rfind("another", 0) != 0 && rule.rfind("less", 0) != 0 &&
         rule.rfind("embeddings", 0) != 0;
}

double number(const std::vector<std::string>& row, std::size_t at) {
  return at < row.size() && !row[at].empty() ? std::stod(row[at]) : 0.0;
}

Result<Estimate> made(const Catalogue& catalogue, const std::string& model, const Plan& plan) {
  Result<ModelSpec> found = find_model(catalogue, model);
  if (!found) return found.error();
  // Longer contexts than the model's own are in the truth too.
  found->context_max = Known<std::int64_t>::unknown(Status::skipped, "any is asked");
  return estimate(*found, plan);
}

}  // namespace

Table litert(const std::string& source, const Catalogue& catalogue, bool known) {
  Table table(known ? "LiteRT-LM and MediaPipe (rule known): files, memory of the process on the "
                      "CPU, memory of the GPU"
                    : "LiteRT-LM and MediaPipe (rule not known)",
              {"file", "memory, CPU", "memory, GPU"});
  for (const auto& row : truth(source, "litert.csv")) {
    if (row.size() < 8 || is_known(row[7]) != known) continue;
    Plan plan;
    plan.runtime = "litert";
    plan.format = row[1];
    plan.context = std::stoll(row[2]);
    plan.gpu_layers = row[3] == "gpu" ? -1 : 0;
    const Result<Estimate> ours = made(catalogue, row[0], plan);
    if (!ours) continue;
    if (number(row, 4) > 0)
      table.add(row[7], "file", static_cast<double>(ours->download_bytes.value_or(0)),
                number(row, 4));
    if (number(row, 5) > 0)
      table.add(row[7], "memory, CPU", static_cast<double>(ours->memory.total_bytes),
                number(row, 5));
    if (number(row, 6) > 0)
      table.add(row[7], "memory, GPU", static_cast<double>(ours->gpu_bytes), number(row, 6));
  }
  return table;
}

Table onnx(const std::string& source, const Catalogue& catalogue, bool known) {
  Table table(known ? "ONNX Runtime and Transformers.js (rule known): published files"
                    : "ONNX Runtime and Transformers.js (rule not known)",
              {"files"});
  for (const auto& row : truth(source, "onnx.csv")) {
    if (row.size() < 5 || is_known(row[4]) != known) continue;
    Plan plan;
    plan.runtime = row[1] == "int4" ? "onnx" : "onnx-web";
    plan.format = row[1];
    const Result<Estimate> ours = made(catalogue, row[0], plan);
    if (!ours) continue;
    table.add(row[4], "files", static_cast<double>(ours->download_bytes.value_or(0)),
              number(row, 2));
  }
  return table;
}

Table webllm(const std::string& source, const Catalogue& catalogue, bool known) {
  Table table(known ? "WebLLM (rule known): vram_required_MB of its list"
                    : "WebLLM: figures of its list that contradict themselves",
              {"memory"});
  for (const auto& row : truth(source, "webllm.csv")) {
    if (row.size() < 5 || is_known(row[4]) != known) continue;
    Plan plan;
    plan.runtime = "webllm";
    plan.format = row[1];
    plan.context = std::stoll(row[2]);
    const Result<Estimate> ours = made(catalogue, row[0], plan);
    if (!ours) continue;
    table.add(known ? row[1] : row[4], "memory", static_cast<double>(ours->memory.total_bytes),
              number(row, 3));
  }
  return table;
}

}  // namespace weighin::accuracy
