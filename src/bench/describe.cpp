// What does each figure mean, in plain words?
#include <array>
#include <string_view>

#include "weighin/bench.hpp"

namespace weighin {
namespace {

struct Words {
  std::string_view name;  ///< the figure's, or how it begins
  std::string_view words;
};

constexpr std::array kWords{
    Words{"memory read", "how fast memory is read: no model decodes faster than its bytes arrive"},
    Words{"memory copy", "how fast memory is copied, read and written bytes together"},
    Words{"storage read",
          "how fast a file comes from storage: how long a model takes to load for the first time"},
    Words{"cache read", "how fast data is read that fit this level of cache"},
    Words{"cache copy", "how fast data is copied within this level of cache"},
    Words{"decode",
          "how fast one token passes through weights of this format: divide by the bytes "
          "that a token reads for the most tokens a second"},
    Words{"prefill",
          "how fast a prompt passes through weights of this format: two operations for "
          "each weight and token"},
    Words{"attention prefill", "how fast a prompt looks back at the tokens before it"},
    Words{"attention",
          "how fast one token looks back at the tokens before it: what a long "
          "conversation costs on top"},
    Words{"rms norm", "how fast a token is brought to an even size, twice in every layer"},
    Words{"rope", "how fast a token's place in the text is worked into it"},
    Words{"gated silu", "how fast the gate between two matrices of a layer works"},
    Words{"route experts", "how fast a mixture of experts chooses among them and adds them up"},
    Words{"barrier",
          "how often all threads can wait for each other: an engine does it some "
          "twenty-five times in every layer"},
    Words{"transfer to device",
          "how fast data go from main memory to the GPU's: how long weights take to get there, and what "
          "layers left in main memory cost where the GPU computes with them"},
    Words{"transfer to host", "how fast data come back from the GPU's memory"},
    Words{"dispatch",
          "how many kernels that wait for each other the GPU starts in a second: an engine "
          "starts ten to twenty in every layer"},
    Words{"submit",
          "how often work can be given to the GPU and waited for in a second: an engine does "
          "it at least once for every token"},
    Words{"block",
          "one whole layer with all that lies between its parts, in bytes of weights: the "
          "nearest to what a model does"},
};

}  // namespace

std::string describe(const Measurement& measurement) {
  const Words* best = nullptr;
  for (const Words& row : kWords) {
    if (!std::string_view(measurement.name).starts_with(row.name)) continue;
    if (best == nullptr || row.name.size() > best->name.size()) best = &row;
  }
  return std::string(best == nullptr ? std::string_view("nothing is said about it") : best->words);
}

}  // namespace weighin
