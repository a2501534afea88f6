// What do quantization, LoRA, pruning, distillation and sharing do to this very model?
#include <fmt/format.h>

#include "cli/leaf.hpp"
#include "cli/pages.hpp"
#include "estimate/shrink.hpp"

namespace weighin {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Result<Estimate> in_format(const PageInput& input, const char* format) {
  Plan plan = input.plan;
  plan.format = format;
  return estimate(input.model, plan);
}

std::string about(const PageInput& input, const char* topic) {
  return fmt::format("{}, on {}", topic, input.model.name);
}

std::string usable_words(const PageInput& input) {
  const Known<Bytes>& usable = input.profile.memory.usable_bytes;
  return usable ? text_binary(*usable) + " of memory may be used here"
                : "how much memory may be used here is not known";
}

std::string size(Bytes bytes) { return text_decimal(bytes); }

}  // namespace

std::string page_quantization(const PageInput& input) {
  Leaf leaf(input.render);
  leaf.heading(about(input, "Quantization"));
  leaf.say(
      "Weights are trained in 16 or 32 bits. Quantizing keeps fewer bits of each, with a scale for "
      "every few of them, so that the model is smaller to fetch, to hold and to read for every "
      "token. A format's name is a mix: some matrices keep more bits, and tables may keep 6 or 8.");
  // Perplexity of Llama-3-8B on wikitext-2, without importance matrix but for Q2_K's kin:
  // https://github.com/ggml-org/llama.cpp tools/perplexity/README.md.
  struct Step {
    const char* format;
    const char* perplexity;
  };
  Rows rows{{"format", "bits", "download", "memory", "here", "perplexity*"}};
  const double usable = static_cast<double>(input.profile.memory.usable_bytes.value_or(0));
  for (const Step& step :
       {Step{"F16", "6.233"}, Step{"Q8_0", "6.234"}, Step{"Q6_K", "6.253"}, Step{"Q5_K_M", "6.289"},
        Step{"Q4_K_M", "6.407"}, Step{"Q3_K_M", "6.888"}, Step{"Q2_K", "9.752"}}) {
    const auto made = in_format(input, step.format);
    if (!made) continue;
    rows.push_back({step.format, fmt::format("{:.2f}", made->bits_per_weight),
                    size(made->download_bytes.value_or(0)), text_binary(made->memory.total_bytes),
                    usable <= 0                                               ? "?"
                    : made->total_bytes_range.high <= kHeadroomShare * usable ? "fits"
                                                                              : "no",
                    step.perplexity});
  }
  leaf.table(rows);
  leaf.say(
      "* published for Llama 3 8B on wikitext-2 (llama.cpp, tools/perplexity): less is better. "
      "Down "
      "to about 4.5 bits little is lost; at 2 bits much is: LLaMA 13B in Q2_K (5.85) is hardly "
      "better than 7B in Q4_K_M (5.96). So a size class counts as fitting at 4.5 bits or more.");
  leaf.say(usable_words(input) + ".");
  leaf.say(
      "Where rows are not whole blocks of 256 (Gemma 3 1B, Qwen2.5 0.5B), a K-format falls "
      "back to wider ones; in a browser the table of tokens often stays at 16 or 32 bits.");
  return leaf.text();
}

std::string page_lora(const PageInput& input) {
  Leaf leaf(input.render);
  leaf.heading(about(input, "LoRA"));
  leaf.say(
      "An adapter changes a model without a copy of it: beside each adapted matrix of d x k stand "
      "two thin ones, d x r and r x k, whose product is added. Its size is the rank r times the "
      "sum of all widths, and does not depend on the format of the base.");
  Rows rows{{"rank", "matrices", "download", "in memory", "of the base"}};
  const auto base = estimate(input.model, input.plan);
  if (!base) return leaf.say(to_text(base.error())).text();
  for (const auto& [rank, targets] :
       {std::pair<int, const char*>{8, "q,v"}, {16, "all"}, {64, "all"}}) {
    Plan plan = input.plan;
    plan.lora_rank = rank;
    plan.lora_targets = targets;
    const auto made = estimate(input.model, plan);
    if (!made) continue;
    const double share = 100.0 * static_cast<double>(made->memory.adapter_bytes) /
                         static_cast<double>(base->download_bytes.value_or(1));
    rows.push_back({std::to_string(rank), targets, size(made->memory.adapter_bytes),
                    text_binary(made->memory.adapter_bytes), fmt::format("{:.2f} %", share)});
  }
  leaf.table(rows);
  leaf.say(fmt::format(
      "The base ({} in {}) is fetched all the same. Kept apart, several adapters share one base "
      "and each token costs a little more; merged into the weights, an adapter takes nothing, and "
      "every merged model is as large as the base.",
      size(base->download_bytes.value_or(0)), base->plan.format));
  leaf.say("Try: weighin estimate " + input.model.id + " --lora 16,q,v");
  return leaf.text();
}

std::string page_pruning(const PageInput& input) {
  Leaf leaf(input.render);
  leaf.heading(about(input, "Pruning"));
  leaf.say(
      "Weights that matter little are taken away. What it saves depends on how the rest is stored: "
      "zeros strewn about take the same bits; only where channels, heads, experts or layers go as "
      "a whole does every format shrink.");
  const auto base = estimate(input.model, input.plan);
  if (!base) return leaf.say(to_text(base.error())).text();
  Rows rows{{"half of the weights", "download", "memory"}};
  for (const PruningKind kind :
       {PruningKind::unstructured, PruningKind::two_of_four, PruningKind::structured}) {
    const auto ways = pruned(*base, {0.5, kind});
    if (!ways) continue;
    for (std::size_t i = kind == PruningKind::unstructured ? 0 : 1; i < ways->size(); ++i) {
      const Shrunk& each = (*ways)[i];
      rows.push_back({each.what, size(each.download_bytes), text_binary(each.memory_bytes)});
    }
  }
  leaf.table(rows);
  leaf.say(
      "Sparse storage keeps a bit for each place, 2:4 two bits for each value that is left: "
      "no runtime here loads either. A pruned model is trained on afterwards: Llama 3.2 1B "
      "and 3B came from 3.1 8B so (their model card). Without it, quality is lost that no "
      "table here foretells.");
  leaf.say("Try: weighin estimate " + input.model.id + " --prune 0.3,structured");
  return leaf.text();
}

std::string page_distillation(const PageInput& input) {
  Leaf leaf(input.render);
  leaf.heading("Distillation");
  leaf.say(
      "A small model (student) is trained on what a large one (teacher) answers. It is a model of "
      "its own: what counts here is its own size, in whatever format.");
  Rows rows{{"student", "weights", "teacher", "share"}};
  const std::vector<Student> own = students_of(input.catalogue, input.model);
  const auto add = [&](const Student& each) {
    const std::string share =
        each.teacher_parameters > 0
            ? fmt::format("{:.1f} %", 100.0 * static_cast<double>(each.parameters) /
                                          static_cast<double>(each.teacher_parameters))
            : "?";
    rows.push_back({each.id, text_count(each.parameters), each.teacher, share});
  };
  for (const Student& each : own) add(each);
  if (own.empty()) {
    for (const ModelSpec& each : input.catalogue.models) {
      if (each.teacher.empty()) continue;
      for (const Student& student : students_of(input.catalogue, each)) {
        if (student.id == each.id) add(student);
      }
    }
  }
  leaf.say(own.empty()
               ? fmt::format("Of {} no student or teacher is known. Those in the catalogue:",
                             input.model.name)
               : fmt::format("Students and teacher of {}:", input.model.name));
  leaf.table(rows);
  leaf.say(
      "DistilBERT keeps 97 % of BERT's GLUE score at 60 % of its weights (arXiv 1910.01108). "
      "Who says that a model was distilled stands in `weighin models show`.");
  return leaf.text();
}

std::string page_sharing(const PageInput& input) {
  Leaf leaf(input.render);
  leaf.heading(about(input, "Parameter sharing"));
  leaf.say(
      "One weight may serve several times: it is fetched and held once. Counts speak of unique "
      "weights; the work for a token is that of all uses.");
  const auto shared = input.model.shape ? sharing_of(*input.model.shape, input.plan) : std::nullopt;
  if (!shared) return leaf.say("The tensors of this model are not known.").text();
  Rows rows{{"", "weights"}};
  rows.push_back({"unique: fetched and held", text_count(shared->unique)});
  rows.push_back({"one table for input and output saves", text_count(shared->tied)});
  rows.push_back({"one layer for all layers saves", text_count(shared->across_layers)});
  rows.push_back({"without sharing", text_count(shared->without_sharing)});
  rows.push_back({"looked up a row at a time, may stay on disk", text_count(shared->looked_up)});
  rows.push_back({"effective: multiplied for a token", text_count(shared->effective)});
  leaf.table(rows);
  if (shared->layers_without_cache > 0) {
    leaf.say(fmt::format(
        "{} layers use keys and values of an earlier one: {} of cache saved at {} "
        "tokens.",
        shared->layers_without_cache, text_binary(shared->cache_saved_bytes), input.plan.context));
  }
  leaf.say(
      "ALBERT's one layer serves twelve times: a ninth of BERT's weights, the same work. "
      "Gemma 3n and 4 name a size by what is multiplied (E2B); 3n's E2B is nested within its E4B. "
      "Files do not always keep what is tied in one place: some hold the table twice.");
  return leaf.text();
}

}  // namespace weighin
