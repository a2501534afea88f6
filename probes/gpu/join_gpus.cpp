// Which of the answers are about the same GPU, and what is true of it?
#include "probes/gpu/join_gpus.hpp"

#include <algorithm>
#include <cstdlib>

namespace weighin {
namespace {

// Everything that was seen of one GPU.
struct Group {
  std::vector<const SeenGpu*> gpus;
  std::vector<const SeenCard*> cards;
};

bool both_and_equal(const std::string& a, const std::string& b) { return !a.empty() && a == b; }

bool same_gpu(const SeenGpu& a, const SeenGpu& b) {
  if (a.gpu.software != b.gpu.software) return false;
  return both_and_equal(a.uuid, b.uuid) || both_and_equal(a.luid, b.luid) ||
         both_and_equal(a.pci, b.pci);
}

template <class A>
bool same_keys(const A& a, const SeenCard& card) {
  return both_and_equal(a.uuid, card.uuid) || both_and_equal(a.pci, card.pci);
}

bool belongs(const Group& group, const SeenGpu& gpu) {
  // A driver lists each of its GPUs once: two of its rows are two GPUs, even with the same UUID.
  const bool other_driver =
      std::none_of(group.gpus.begin(), group.gpus.end(),
                   [&](const SeenGpu* one) { return one->driver == gpu.driver; });
  return other_driver && std::any_of(group.gpus.begin(), group.gpus.end(),
                                     [&](const SeenGpu* one) { return same_gpu(*one, gpu); });
}

bool belongs(const Group& group, const SeenCard& card) {
  if (card.slice) {
    // Slices of a board share its address: only the UUID tells.
    return std::any_of(group.gpus.begin(), group.gpus.end(),
                       [&](const SeenGpu* one) { return both_and_equal(one->uuid, card.uuid); });
  }
  const bool slices = std::any_of(group.cards.begin(), group.cards.end(),
                                  [](const SeenCard* one) { return one->slice; });
  if (slices) return false;
  return std::any_of(
             group.gpus.begin(), group.gpus.end(),
             [&](const SeenGpu* one) { return !one->gpu.software && same_keys(*one, card); }) ||
         std::any_of(group.cards.begin(), group.cards.end(),
                     [&](const SeenCard* one) { return same_keys(*one, card); });
}

// An older driver tells neither UUID nor address: then the only GPU of that model is it.
Group* only_of_model(std::vector<Group>& groups, const SeenCard& card) {
  if (card.vendor_id == 0 || card.device_id == 0 || card.slice) return nullptr;
  Group* found = nullptr;
  for (Group& group : groups) {
    const bool same_model =
        std::any_of(group.gpus.begin(), group.gpus.end(), [&](const SeenGpu* one) {
          return one->vendor_id == card.vendor_id && one->device_id == card.device_id &&
                 one->pci.empty() && !one->gpu.software;
        });
    if (!same_model) continue;
    if (found != nullptr) return nullptr;
    found = &group;
  }
  return found;
}

std::vector<Group> group_all(const std::vector<SeenGpu>& gpus, const std::vector<SeenCard>& cards) {
  std::vector<Group> groups;
  for (const SeenGpu& gpu : gpus) {
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&](const Group& group) { return belongs(group, gpu); });
    if (found == groups.end()) {
      groups.push_back({{&gpu}, {}});
    } else {
      found->gpus.push_back(&gpu);
    }
  }
  for (const SeenCard& card : cards) {
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&](const Group& group) { return belongs(group, card); });
    Group* group = found != groups.end() ? &*found : only_of_model(groups, card);
    if (group == nullptr) {
      groups.push_back({{}, {&card}});
    } else {
      group->cards.push_back(&card);
    }
  }
  for (Group& group : groups) {
    std::stable_sort(group.gpus.begin(), group.gpus.end(), [](const auto* a, const auto* b) {
      return driver_rank(a->driver_id) < driver_rank(b->driver_id);
    });
  }
  return groups;
}

bool differ(Bytes a, Bytes b, Bytes whole) { return std::llabs(a - b) > whole / 100; }

std::string text_bytes(Bytes bytes) { return std::to_string(bytes) + " bytes"; }

const SeenCard* with_total(const Group& group) {
  const auto found = std::find_if(group.cards.begin(), group.cards.end(), [](const SeenCard* card) {
    return card->total_bytes.has_value();
  });
  return found == group.cards.end() ? nullptr : *found;
}

HeapAnswer heaps_of(const SeenGpu& seen, const Group& group, const SystemRam& ram) {
  HeapQuestion question = seen.memory;
  question.ram_bytes = ram.total_bytes;
  question.ram_available_bytes = ram.available_bytes;
  for (const SeenCard* card : group.cards) {
    // A card that NVML cannot be asked the memory of has none of its own (GB10).
    if (card->interface == "NVML" && card->shares_memory) question.type = "integrated";
    if (!card->gtt_bytes) continue;
    question.carve_out_bytes = card->total_bytes;
    question.carve_out_free_bytes = card->free_bytes;
    question.gtt_bytes = card->gtt_bytes;
    question.gtt_free_bytes = card->gtt_free_bytes;
  }
  return apply_heap_rule(question);
}

Known<Bytes> card_total(const SeenCard& card) {
  return Known<Bytes>::of(*card.total_bytes, card.interface);
}

void decide_vram(const Group& group, const SeenGpu& first, const HeapAnswer& answer,
                 const SystemRam& ram, Gpu& gpu) {
  const std::string source = "Vulkan heaps (" + gpu.seen_through.front() + ")";
  const SeenCard* const card = with_total(group);
  const bool own_memory = answer.unified == false;
  if (answer.vram_bytes) {
    gpu.vram_bytes = Known<Bytes>::of(*answer.vram_bytes, source, KnownBy::reported,
                                      own_memory ? Confidence::high : Confidence::medium);
    gpu.vram_bytes.why = answer.how;
  } else if (card != nullptr && !gpu.software) {
    gpu.vram_bytes = card_total(*card);
  } else {
    gpu.vram_bytes = Known<Bytes>::unknown(gpu.software ? Status::unsupported : Status::error,
                                           answer.why, source);
  }
  if (answer.free_bytes) {
    gpu.vram_free_bytes = Known<Bytes>::of(*answer.free_bytes, source);
  } else {
    gpu.vram_free_bytes = Known<Bytes>::unknown(Status::unsupported, answer.why, source);
  }
  if (!gpu.vram_bytes || !own_memory) return;
  // What other interfaces say of the same memory.
  for (const SeenCard* other : group.cards) {
    if (other->total_bytes && differ(*other->total_bytes, *gpu.vram_bytes, *gpu.vram_bytes)) {
      gpu.vram_bytes.others.push_back({other->interface, text_bytes(*other->total_bytes)});
    }
    if (!other->free_bytes) continue;
    if (!gpu.vram_free_bytes) {
      gpu.vram_free_bytes = Known<Bytes>::of(*other->free_bytes, other->interface);
    } else if (differ(*other->free_bytes, *gpu.vram_free_bytes, *gpu.vram_bytes)) {
      // The least counts: some drivers' budgets know nothing of other programs.
      OtherAnswer loser{other->interface, text_bytes(*other->free_bytes)};
      if (*other->free_bytes < *gpu.vram_free_bytes) {
        loser = {gpu.vram_free_bytes.source, text_bytes(*gpu.vram_free_bytes)};
        auto others = std::move(gpu.vram_free_bytes.others);
        gpu.vram_free_bytes = Known<Bytes>::of(*other->free_bytes, other->interface);
        gpu.vram_free_bytes.others = std::move(others);
      }
      gpu.vram_free_bytes.others.push_back(std::move(loser));
    }
  }
  for (const SeenGpu* other : group.gpus) {
    if (other == &first) continue;
    const HeapAnswer theirs = heaps_of(*other, group, ram);
    if (theirs.vram_bytes && differ(*theirs.vram_bytes, *gpu.vram_bytes, *gpu.vram_bytes)) {
      gpu.vram_bytes.others.push_back({"Vulkan heaps (" + other->gpu.seen_through.front() + ")",
                                       text_bytes(*theirs.vram_bytes)});
    }
  }
}

Known<Bytes> carve_out(const HeapAnswer& answer, const Gpu& gpu, const std::string& source) {
  if (gpu.software || answer.unified != true) {
    return Known<Bytes>::unknown(Status::unsupported, "only a GPU that shares main memory has one");
  }
  if (answer.carve_out_bytes) return Known<Bytes>::of(*answer.carve_out_bytes, source);
  return Known<Bytes>::unknown(Status::unsupported,
                               "the kernel does not say how much the firmware has set aside");
}

// A GPU that a Vulkan driver shows.
Gpu from_vulkan(const Group& group, const SystemRam& ram) {
  const SeenGpu& first = *group.gpus.front();
  Gpu gpu = first.gpu;
  for (std::size_t i = 1; i < group.gpus.size(); ++i) {
    const auto& more = group.gpus[i]->gpu.seen_through;
    gpu.seen_through.insert(gpu.seen_through.end(), more.begin(), more.end());
  }
  const HeapAnswer answer = heaps_of(first, group, ram);
  decide_vram(group, first, answer, ram, gpu);
  const std::string source = "Vulkan (" + gpu.seen_through.front() + ")";
  gpu.unified = answer.unified
                    ? Known<bool>::of(*answer.unified, source)
                    : Known<bool>::unknown(Status::unsupported,
                                           "the driver does not say whose memory it is", source);
  gpu.carve_out_bytes = carve_out(answer, gpu, source);
  if (answer.unified == true && gpu.type == "discrete") gpu.type = "integrated";
  for (const SeenCard* card : group.cards) {
    gpu.seen_through.push_back(card->interface);
    if (!gpu.pci && !card->pci.empty()) {
      gpu.pci = Known<std::string>::of(card->pci, card->interface);
    }
    if (!gpu.uuid && !card->uuid.empty()) {
      gpu.uuid = Known<std::string>::of(uuid_text(card->uuid), card->interface);
    }
  }
  return gpu;
}

template <class T>
Known<T> no_driver() {
  return Known<T>::unknown(Status::unsupported, "no Vulkan driver shows this GPU");
}

// A GPU that no Vulkan driver shows: what the other interfaces know of it.
Gpu from_cards(const Group& group, const SystemRam& ram) {
  const SeenCard& first = *group.cards.front();
  Gpu gpu;
  gpu.api = "none";
  gpu.name = first.name.empty() ? "GPU without a name" : first.name;
  gpu.vendor = vendor_text(first.vendor_id);
  gpu.api_version = gpu.driver = gpu.uuid = gpu.pci = no_driver<std::string>();
  gpu.features = no_driver<std::vector<std::string>>();
  gpu.cooperative_matrices = no_driver<std::vector<CooperativeMatrix>>();
  std::string why = "no interface says";
  bool shares = false, own = false;
  for (const SeenCard* card : group.cards) {
    gpu.seen_through.push_back(card->interface);
    if (!gpu.driver && !card->driver.empty()) {
      gpu.driver = Known<std::string>::of(card->driver, card->interface);
    }
    if (!gpu.uuid && !card->uuid.empty()) {
      gpu.uuid = Known<std::string>::of((card->slice ? "MIG-" : "") + uuid_text(card->uuid),
                                        card->interface);
    }
    if (!gpu.pci && !card->pci.empty()) {
      gpu.pci = Known<std::string>::of(card->pci, card->interface);
    }
    if (!card->memory_why.empty()) why = card->memory_why + " (" + card->interface + ")";
    shares = shares || card->shares_memory;
    // NVML gives figures only for memory of the GPU's own.
    own = own || (card->interface == "NVML" && card->total_bytes.has_value());
    if (!card->total_bytes) continue;
    if (!gpu.vram_bytes) {
      gpu.vram_bytes = card_total(*card);
    } else if (differ(*card->total_bytes, *gpu.vram_bytes, *gpu.vram_bytes)) {
      gpu.vram_bytes.others.push_back({card->interface, text_bytes(*card->total_bytes)});
    }
    if (!gpu.vram_free_bytes && card->free_bytes) {
      gpu.vram_free_bytes = Known<Bytes>::of(*card->free_bytes, card->interface);
    }
  }
  const bool by_nvml = std::any_of(
      group.cards.begin(), group.cards.end(),
      [](const SeenCard* card) { return card->interface == "NVML" && card->shares_memory; });
  if (by_nvml && !gpu.vram_bytes && ram.total_bytes) {
    // A GB10 and its like: the system's memory is the GPU's.
    gpu.vram_bytes = Known<Bytes>::of(*ram.total_bytes, "/proc/meminfo");
    gpu.vram_bytes.why = "the GPU has no memory of its own (NVML): the RAM is its memory";
    if (ram.available_bytes) {
      gpu.vram_free_bytes = Known<Bytes>::of(*ram.available_bytes, "/proc/meminfo");
    }
  }
  gpu.carve_out_bytes =
      shares ? Known<Bytes>::of(0, first.interface, KnownBy::assumed) : no_driver<Bytes>();
  if (!gpu.vram_bytes) gpu.vram_bytes = Known<Bytes>::unknown(Status::unsupported, why);
  if (!gpu.vram_free_bytes) gpu.vram_free_bytes = Known<Bytes>::unknown(Status::unsupported, why);
  gpu.type = shares ? "integrated" : own ? "discrete" : "other";
  if (first.slice) gpu.type = "virtual";
  gpu.unified =
      shares || own
          ? Known<bool>::of(shares, first.interface, KnownBy::reported, Confidence::medium)
          : Known<bool>::unknown(Status::unsupported, "no interface says whose memory it is");
  return gpu;
}

int place(const Gpu& gpu) {
  if (gpu.software) return 9;
  if (gpu.api == "none") return 5;
  if (gpu.type == "discrete") return 1;
  return gpu.type == "integrated" ? 3 : 2;
}

}  // namespace

int driver_rank(std::uint32_t driver_id) {
  // VkDriverId. Native drivers first; RADV before AMD's own, for the runtimes choose so (llama.cpp,
  // ggml-vulkan.cpp, ggml_vk_instance_init); translations to other interfaces last.
  switch (driver_id) {
    case 3:
      return 1;  // RADV
    case 4:
      return 1;  // NVIDIA
    case 6:
      return 1;  // Intel, Mesa
    case 2:
      return 2;  // AMDVLK
    case 1:
      return 3;  // AMD proprietary
    case 5:
      return 2;  // Intel, Windows
    case 24:
      return 4;  // NVK
    case 22:
      return 60;  // Venus
    case 14:
      return 70;  // MoltenVK
    case 23:
      return 80;  // dozen
    default:
      return 10;
  }
}

std::vector<Gpu> join_gpus(const std::vector<SeenGpu>& gpus, const std::vector<SeenCard>& cards,
                           const SystemRam& ram) {
  std::vector<Gpu> all;
  for (const Group& group : group_all(gpus, cards)) {
    if (!group.gpus.empty()) {
      all.push_back(from_vulkan(group, ram));
      continue;
    }
    // Of a board that is cut into slices, the slices count.
    const bool cut = std::any_of(group.cards.begin(), group.cards.end(),
                                 [](const SeenCard* card) { return card->cut; });
    if (!cut) all.push_back(from_cards(group, ram));
  }
  std::stable_sort(all.begin(), all.end(), [](const Gpu& a, const Gpu& b) {
    if (place(a) != place(b)) return place(a) < place(b);
    return a.vram_bytes.value_or(0) > b.vram_bytes.value_or(0);
  });
  return all;
}

}  // namespace weighin
