// Are the buffers of a load on the CPU the engine's own?
#include <fmt/format.h>

#include "accuracy/accuracy.hpp"

namespace weighin::accuracy {
namespace {

Plan plan_of(const std::vector<std::string>& words, std::size_t context, std::size_t rest) {
  Plan plan;
  plan.context = std::stoll(words.at(context));
  plan.flash_attn = words.at(context + 1);
  plan.kv_type = words.at(context + 2);
  plan.ubatch = std::stoll(words.at(rest));
  plan.parallel = std::stoll(words.at(rest + 1));
  plan.kv_unified = words.at(rest + 2) == "1";
  plan.outputs = words.at(rest + 3) == "0" ? -1 : std::stoll(words.at(rest + 3));
  return plan;
}

}  // namespace

Table loads(const std::string& source, const Catalogue& catalogue) {
  Table table("llama.cpp v0.5.0 on the CPU: what it prints on loading (AVX-512)",
              {"file", "model buffers", "KV cache", "state", "compute", "output", "total"});
  for (const auto& row : truth(source, "llamacpp_memory.csv")) {
    if (row.size() < 20 || row[19] != "ok") continue;
    const Result<ModelSpec> model = find_model(catalogue, row[0]);
    if (!model) continue;
    Plan plan = plan_of(row, 5, 13);
    plan.format = row[2];
    plan.repack = "avx512";
    const Result<Estimate> made = estimate(*model, plan);
    if (!made) continue;
    const auto number = [&](std::size_t at) { return std::stod(row.at(at)); };
    const auto bytes = [](Bytes value) { return static_cast<double>(value); };
    const MemoryNeed& memory = made->memory;
    const std::string& name = model->shape->architecture;
    table.add(name, "file", bytes(made->download_bytes.value_or(0)), number(4));
    table.add(name, "model buffers", bytes(memory.weights_bytes), number(8));
    table.add(name, "KV cache", bytes(memory.kv_cache_bytes), number(9));
    table.add(name, "state", bytes(memory.state_bytes), number(10));
    table.add(name, "compute", bytes(memory.compute_bytes), number(11));
    table.add(name, "output", bytes(memory.output_bytes), number(12));
    table.add(name, "total", bytes(memory.total_bytes - memory.runtime_bytes),
              number(8) + number(9) + number(10) + number(11) + number(12));
  }
  // Every other model of the catalogue, from files of the estimator's own list of tensors; the
  // engine tells cache and state as one.
  for (const auto& row : truth(source, "engine_loads.csv")) {
    Result<ModelSpec> model = find_model(catalogue, row.at(0));
    if (!model) continue;
    model->context_max = Known<std::int64_t>::unknown(Status::skipped, "longer ones were loaded");
    Plan plan = plan_of(row, 1, 4);
    plan.format = "F16";
    const Result<Estimate> made = estimate(*model, plan);
    if (!made) continue;
    const MemoryNeed& memory = made->memory;
    const std::string& name = model->shape->architecture;
    table.add(name, "model buffers", static_cast<double>(memory.weights_bytes),
              std::stod(row.at(8)));
    table.add(name, "KV cache", static_cast<double>(memory.kv_cache_bytes + memory.state_bytes),
              std::stod(row.at(9)));
    table.add(name, "compute", static_cast<double>(memory.compute_bytes), std::stod(row.at(10)));
  }
  return table;
}

Table amx(const std::string& source, const Catalogue& catalogue) {
  Table table("The same with AMX: weights in tiles", {"model buffers"});
  for (const auto& row : truth(source, "amx_buffers.csv")) {
    const Result<ModelSpec> model = find_model(catalogue, row.at(0));
    if (!model) continue;
    Plan plan;
    plan.format = row.at(1);
    plan.repack = "amx";
    const Result<Estimate> made = estimate(*model, plan);
    if (!made) continue;
    double sum = 0;
    for (std::size_t at = 2; at < row.size(); ++at) sum += row[at].empty() ? 0 : std::stod(row[at]);
    table.add(model->shape->architecture, "model buffers",
              static_cast<double>(made->memory.weights_bytes), sum);
  }
  return table;
}

}  // namespace weighin::accuracy
