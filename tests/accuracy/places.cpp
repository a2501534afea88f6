// Are a process's resident set and what GPUs hold foretold?
#include <algorithm>
#include <cmath>

#include "accuracy/accuracy.hpp"
#include "estimate/residency.hpp"

namespace weighin::accuracy {

Table processes(const std::string& source, const Catalogue& catalogue) {
  Table table("Resident set of the engine's process after 512 tokens and 8 more",
              {"mapped (file counted)", "not mapped"});
  for (const auto& row : truth(source, "llamacpp_rss.csv")) {
    const Result<ModelSpec> model = find_model(catalogue, row.at(0));
    if (!model) continue;
    Plan plan;
    plan.format = row.at(1);
    plan.context = std::stoll(row.at(2));
    plan.flash_attn = row.at(3);
    plan.kv_type = row.at(4);
    plan.repack = row.at(6) == "on" ? "avx512" : "none";
    const Result<Estimate> made = estimate(*model, plan);
    if (!made) continue;
    // What was run and not what could be: 520 tokens of the context.
    Shape shape = *model->shape;
    if (shape.file_vocab > 0) shape.vocab = shape.file_vocab;
    const std::int64_t tokens = (std::stoll(row.at(7)) + std::stoll(row.at(8)) + 255) / 256 * 256;
    Plan running = made->plan;
    running.ubatch = std::min<std::int64_t>(running.ubatch, std::stoll(row.at(7)));
    const Residency& whole = made->residency;
    const Bytes plain = whole.working_set_bytes - whole.anonymous_bytes;
    const auto kept = residency(shape, running, made->memory, plain,
                                made->memory.weights_bytes - plain, whole.mapped_bytes, tokens);
    if (!kept) continue;
    const bool mapped = row.at(5) == "mmap";
    table.add(model->shape->architecture, mapped ? "mapped (file counted)" : "not mapped",
              static_cast<double>(mapped ? kept->anonymous_bytes + kept->mapped_bytes
                                         : kept->working_set_bytes),
              std::stod(row.at(24)));
  }
  return table;
}

Table gpus(const std::string& source, const Catalogue& catalogue) {
  Table table("What one, two and three GPUs hold (llama.cpp's Vulkan backend)",
              {"total, whole model", "total, part of the layers"});
  for (const auto& row : truth(source, "gpu_loads.csv")) {
    const Result<ModelSpec> found = find_model(catalogue, row.at(0));
    // One layer alone is the output: nobody runs so, and its scratch is larger than what it holds.
    if (!found || row.at(11) == "host" || row.at(3) == "1") continue;
    ModelSpec model = *found;
    model.context_max = Known<std::int64_t>::unknown(Status::skipped, "longer ones are asked too");
    Plan plan;
    plan.format = row.at(1);
    plan.gpu_shares.assign(std::stoul(row.at(2)), 1.0);
    plan.gpu_layers = std::stoll(row.at(3));
    plan.context = std::stoll(row.at(4));
    plan.flash_attn = row.at(5);
    plan.kv_type = row.at(6);
    plan.ubatch = std::stoll(row.at(7));
    plan.parallel = std::stoll(row.at(8));
    plan.kv_unified = row.at(9) == "1";
    plan.outputs = std::stoll(row.at(10));
    const Result<Estimate> made = estimate(model, plan);
    if (!made) continue;
    const auto gpu = static_cast<std::size_t>(row.at(11).back() - '0');
    const double weights = std::stod(row.at(12)) + std::stod(row.at(13));
    if (gpu >= made->gpu_split_bytes.size() || weights < 1e6) continue;
    const Bytes context =
        made->memory.gpu_context_bytes / static_cast<Bytes>(made->gpu_split_bytes.size());
    const double ours = static_cast<double>(made->gpu_split_bytes[gpu] - context);
    const double total = weights + std::stod(row.at(14));
    const bool whole = plan.gpu_layers > model.shape->layers;
    table.add(model.shape->architecture, whole ? "total, whole model" : "total, part of the layers",
              ours, total);
  }
  return table;
}

Table published(const std::string& source, const Catalogue& catalogue) {
  Table table(
      "Published files (sizes as their pages print them); a row for each way in which they were "
      "made",
      {"file"});
  for (const auto& row : truth(source, "gguf_published.csv")) {
    const Result<ModelSpec> model = find_model(catalogue, row.at(0));
    if (!model) continue;
    Plan plan;
    plan.format = row.at(1);
    plan.importance_matrix = row.at(6) == "1";
    const Result<Estimate> made = estimate(*model, plan);
    if (!made || !made->download_bytes) continue;
    table.add(row.at(7), "file", static_cast<double>(*made->download_bytes), std::stod(row.at(4)));
  }
  return table;
}

}  // namespace weighin::accuracy
