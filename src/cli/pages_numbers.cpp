// Where do the numbers come from: classes, download, memory, speed?
#include <fmt/format.h>

#include <algorithm>

#include "cli/leaf.hpp"
#include "cli/pages.hpp"

namespace weighin {
namespace {

using Rows = std::vector<std::vector<std::string>>;

const ModelSpec* find_id(const Catalogue& catalogue, const std::string& id) {
  for (const ModelSpec& each : catalogue.models) {
    if (each.id == id) return &each;
  }
  return nullptr;
}

// What the class's reference needs at a context; "-" where it takes no such context.
std::string need(const ModelSpec& model, std::int64_t context) {
  if (model.context_max && *model.context_max < context) return "-";
  Plan plan;
  plan.context = context;
  const auto made = estimate(model, plan);
  return made ? text_binary(made->memory.total_bytes) : "?";
}

// 3300288192 -> "3,300,288,192".
std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

Verdict verdict_of(const PageInput& input) {
  AdviseOptions options;
  options.plan = input.plan;
  return judge(input.profile, input.model, input.catalogue, options, input.measurements);
}

// An encoder reads a text at once and writes none.
std::string page_speed_of_reader(const PageInput& input, const Estimate& made, Leaf& leaf) {
  const double tokens = static_cast<double>(made.plan.context);
  const double operations = 2.0 * static_cast<double>(input.model.parameters.value_or(0)) * tokens;
  leaf.say(fmt::format(
      "It writes nothing: it reads a whole text at once, and each weight is read once for all its "
      "tokens. So arithmetic is the bound, not memory: about two operations for each weight and "
      "token, {:.0f} Gop for a text of {} tokens.",
      operations / 1e9, made.plan.context));
  Rows rows{{"arithmetic at", "texts a second, at most"}};
  for (const double rate : {50.0, 200.0, 1000.0, 10000.0, 100000.0}) {
    rows.push_back({fmt::format("{:.0f} Gop/s", rate),
                    fmt::format("{:.1f}", 1e9 * rate / std::max(1.0, operations))});
  }
  leaf.table(rows);
  const Verdict verdict = verdict_of(input);
  if (verdict.prefill_tokens_per_second) {
    const Speed& speed = *verdict.prefill_tokens_per_second;
    leaf.say(
        fmt::format("By what was measured on this device, at {}: {:.0f} to {:.0f} tokens read a "
                    "second, bound by {}.",
                    verdict.place, speed.range.low, speed.range.high, speed.bound_by));
  } else {
    leaf.say(
        fmt::format("On this device it is not known: {}.", verdict.prefill_tokens_per_second.why));
  }
  return leaf.text();
}

}  // namespace

const std::vector<Topic>& topics() {
  static const std::vector<Topic> kTopics{
      {"quantization", "what fewer bits a weight save and cost", page_quantization},
      {"lora", "what an adapter takes beside its base", page_lora},
      {"pruning", "what goes when weights go, and what does not", page_pruning},
      {"distillation", "which small model learned from which large one", page_distillation},
      {"sharing", "which weights serve more than once", page_sharing},
      {"classes", "how models are sorted by size, and what each class needs", page_classes},
      {"download", "what is fetched, part by part", page_download},
      {"memory", "what must fit into memory, part by part", page_memory},
      {"speed", "what bounds tokens per second here", page_speed}};
  return kTopics;
}

const Topic* find_topic(const std::string& name) {
  for (const Topic& each : topics()) {
    if (name == each.name) return &each;
  }
  return nullptr;
}

std::string page_classes(const PageInput& input) {
  Leaf leaf(input.render);
  leaf.heading("Size classes");
  leaf.say(
      "As in boxing, models meet in classes by weight: all parameters that must be stored. A "
      "class bears the name that people use; its bounds lie in the gaps between published "
      "models, and one plain model stands for it. Needs are in Q4_K_M, cache in 16 bits.");
  const Known<Bytes>& usable = input.profile.memory.usable_bytes;
  const bool wide = input.render.width >= 76;
  Rows rows{{"class", "up to", "models", "reference", "4k", "16k", "128k"}};
  for (const SizeClass& each : size_classes()) {
    const ModelSpec* reference = find_id(input.catalogue, each.reference);
    if (reference == nullptr) continue;
    const auto count = std::count_if(input.catalogue.models.begin(), input.catalogue.models.end(),
                                     [&](const ModelSpec& model) {
                                       return !model.hosted_only && model.size_class == each.name;
                                     });
    const bool own = input.model.size_class == each.name;
    rows.push_back({each.name + (own ? " <" : ""),
                    each.to > std::int64_t{1} << 60 ? "" : text_count(each.to), grouped(count),
                    each.reference, need(*reference, 4096), need(*reference, 16384),
                    need(*reference, 131072)});
  }
  if (!wide) {
    for (auto& row : rows) row.erase(row.begin() + 2);
  }
  leaf.table(rows);
  leaf.say(fmt::format("< is the class of {}. - is more than the model was made for. {}",
                       input.model.name,
                       usable ? "Here " + text_binary(*usable) +
                                    " may be used, of which a model "
                                    "should leave a tenth."
                              : "How much memory may be used here is not known."));
  // Meta's model cards (github.com/meta-llama/llama-models, models/llama2, llama3_1 and llama3_2,
  // MODEL_CARD.md): Llama 3.2 1B and 3B, 3.1 8B, 70B and 405B instruct; Llama 2 and 1 as trained.
  leaf.say(
      "What a class up is worth: MMLU, in per cent right, five examples shown, as Meta publishes "
      "it "
      "for one family at a time.");
  leaf.table({{"", "1B", "3B", "7B", "14B", "32B", "70B", "400B"},
              {"Llama 3.1, 3.2", "49.3", "63.4", "69.4", "-", "-", "83.6", "87.3"},
              {"Llama 2", "-", "-", "45.3", "54.8", "-", "68.9", "-"},
              {"Llama", "-", "-", "35.1", "46.9", "57.8", "63.4", "-"}});
  leaf.say(
      "14 points from 1B to 3B, 10 to 12 from 7B to 14B, 4 from 70B to 400B: less, the larger the "
      "class. A later generation may be worth more than any class: Llama 3.1 8B stands above Llama "
      "2 70B. So the newest model of a class is offered first.");
  // wikitext-2, llama.cpp's own tables: LLaMA 7B and 13B (pull request 1684), Llama 2 70B (old
  // numbers of tools/perplexity/README.md).
  leaf.say(
      "Against its neighbours: LLaMA 7B has a perplexity of 5.91 in 16 bits, 13B 5.25; in Q4_K_M "
      "5.96 and 5.30. At Q2_K the 13B has 5.85: nearly all that the class up had won is lost. "
      "Llama 2 70B has 3.47 in Q4_K_M, 3.73 in Q2_K (llama.cpp's tables). By these figures a class "
      "counts only where its model fits at 4.5 bits a weight or more: a choice of this program.");
  return leaf.text();
}

std::string page_download(const PageInput& input) {
  Leaf leaf(input.render);
  const auto made = estimate(input.model, input.plan);
  leaf.heading(fmt::format("Download, of {}", input.model.name));
  if (!made) return leaf.say(to_text(made.error())).text();
  leaf.say(
      "The sum over every tensor of the bytes that its format takes, in whole blocks, and "
      "what stands beside them in the files. Nothing is looked up: `estimate --explain` shows "
      "every tensor.");
  Rows rows{{fmt::format("{} for {}", made->plan.format, made->plan.runtime), "bytes"}};
  const auto explanation = explain(*made);
  if (explanation) {
    for (const Part& part : explanation->download) rows.push_back({part.what, grouped(part.bytes)});
  }
  rows.push_back({"= files of the model", grouped(made->download_bytes.value_or(0))});
  for (const Part& part : made->fetched_besides)
    rows.push_back({"besides, once: " + part.what, grouped(part.bytes)});
  leaf.table(rows);
  if (input.model.parameters) {
    leaf.say(fmt::format("Weights times bits would be {} x {:.2f} / 8 = {}.",
                         grouped(*input.model.parameters), made->bits_per_weight,
                         text_decimal(made->download_bytes.value_or(0))));
  }
  Rows lines{{"connection", "time at best"}};
  for (const auto& [words, megabits] : {std::pair<const char*, double>{"10 Mbit/s", 10.0},
                                        {"50 Mbit/s", 50.0},
                                        {"1 Gbit/s", 1000.0}}) {
    const double seconds = 8e-6 * static_cast<double>(made->download_bytes.value_or(0)) / megabits;
    lines.push_back({words, seconds < 120 ? fmt::format("{:.0f} s", seconds)
                                          : fmt::format("{:.0f} min", seconds / 60)});
  }
  leaf.table(lines);
  if (!input.profile.storage.empty()) {
    const Volume& volume = input.profile.storage.front();
    leaf.say(volume.free_bytes
                 ? fmt::format("{} are free at {}.", text_decimal(*volume.free_bytes), volume.path)
                 : fmt::format("What is free at {} is not known.", volume.path));
  }
  return leaf.text();
}

std::string page_memory(const PageInput& input) {
  Leaf leaf(input.render);
  leaf.heading(fmt::format("Memory, of {}", input.model.name));
  const auto made = estimate(input.model, input.plan);
  if (!made) return leaf.say(to_text(made.error())).text();
  leaf.say(fmt::format("In {} with {}, at a context of {} tokens.", made->plan.format,
                       made->plan.runtime, made->plan.context));
  Rows rows{{"part", "takes", ""}};
  const double total = static_cast<double>(std::max<Bytes>(1, made->memory.total_bytes));
  for (const Part& part : made->parts) {
    rows.push_back({part.what, text_binary(part.bytes),
                    fmt::format("{:.0f} %", 100.0 * static_cast<double>(part.bytes) / total)});
  }
  rows.push_back({"= in all", text_binary(made->memory.total_bytes), ""});
  leaf.table(rows);
  leaf.say("Weights do not change with the context; the cache grows with every token of it:");
  Rows contexts{{"context", "cache", "in all"}};
  for (const std::int64_t context :
       {std::int64_t{2048}, std::int64_t{8192}, std::int64_t{32768}, std::int64_t{131072}}) {
    if (input.model.context_max && context > *input.model.context_max) continue;
    Plan plan = input.plan;
    plan.context = context;
    const auto at = estimate(input.model, plan);
    if (!at) continue;
    contexts.push_back({std::to_string(context),
                        text_binary(at->memory.kv_cache_bytes + at->memory.state_bytes),
                        text_binary(at->memory.total_bytes)});
  }
  leaf.table(contexts);
  const Known<Bytes>& usable = input.profile.memory.usable_bytes;
  if (usable) {
    const bool fits = made->total_bytes_range.high <= kHeadroomShare * static_cast<double>(*usable);
    leaf.say(fmt::format("Here {} may be used now; with a tenth of it left free, the model {}.",
                         text_binary(*usable), fits ? "fits" : "does not fit"));
  }
  for (std::size_t i = 0; i < input.profile.gpus.size(); ++i) {
    const Gpu& gpu = input.profile.gpus[i];
    if (gpu.software || !gpu.vram_bytes) continue;
    leaf.say(fmt::format("{} has {} {}{}.", gpu.name, text_binary(*gpu.vram_bytes),
                         gpu.unified.value_or(false) ? "of the system's memory" : "of its own",
                         gpu.vram_free_bytes
                             ? fmt::format(", {} of it free", text_binary(*gpu.vram_free_bytes))
                             : ""));
  }
  const Verdict verdict = verdict_of(input);
  leaf.say(
      fmt::format("The verdict: {}, at {}{}.", to_text(verdict.fit), verdict.place,
                  verdict.memory.total_bytes > 0
                      ? fmt::format(", where it takes {}", text_binary(verdict.memory.total_bytes))
                      : ""));
  leaf.say(
      "The file is mapped: its pages are cache that the system may drop, but are read again "
      "for every token, so they must stay for the model to run at speed.");
  return leaf.text();
}

std::string page_speed(const PageInput& input) {
  Leaf leaf(input.render);
  leaf.heading(fmt::format("Speed, of {}", input.model.name));
  const auto made = estimate(input.model, input.plan);
  if (!made) return leaf.say(to_text(made.error())).text();
  if (input.model.modality == "encoder" || input.model.modality == "embedding")
    return page_speed_of_reader(input, *made, leaf);
  const Bytes weights = made->token.weight_bytes();
  const Bytes cache = made->token.kv_bytes_per_cell * made->plan.context;
  leaf.say(fmt::format(
      "To write one token, every active weight is read once: {} in {}; with a "
      "full context of {} tokens {} of cache too. So memory "
      "bandwidth is the bound on most devices, and arithmetic where cores are few.",
      text_decimal(weights), made->plan.format, made->plan.context, text_decimal(cache)));
  Rows rows{{"memory read at", "tokens a second, at most"}};
  for (const double gigabytes : {10.0, 25.0, 50.0, 100.0, 400.0, 1000.0, 4800.0}) {
    const double each = static_cast<double>(std::max<Bytes>(1, weights));
    rows.push_back(
        {fmt::format("{:.0f} GB/s", gigabytes), fmt::format("{:.1f}", 1e9 * gigabytes / each)});
  }
  leaf.table(rows);
  const Verdict verdict = verdict_of(input);
  if (verdict.decode_tokens_per_second) {
    const Speed& speed = *verdict.decode_tokens_per_second;
    leaf.say(
        fmt::format("By what was measured on this device, at {}: {:.1f} to {:.1f} tokens a "
                    "second, bound by {}.",
                    verdict.place, speed.range.low, speed.range.high, speed.bound_by));
  } else {
    leaf.say(
        fmt::format("On this device it is not known: {}.", verdict.decode_tokens_per_second.why));
  }
  leaf.say(
      "Reading a prompt computes hundreds of tokens at once for each weight read: that is "
      "bound by arithmetic, and is much faster a token. A mixture of experts reads only the "
      "experts that a token goes through; a smaller format reads fewer bytes.");
  return leaf.text();
}

}  // namespace weighin
