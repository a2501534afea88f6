// Which graph does the engine build for a batch of one model?
#include "estimate/graph/model_graph.hpp"

#include "estimate/graph/parts.hpp"

namespace weighin {

bool build_graph(const Shape& shape, const Batch& batch, Graph& graph) {
  if (shape.kind == "whisper") return false;
  graph.clear();
  Parts parts(shape, batch, graph);
  if (shape.kind == "gemma3n") {
    build_gemma3n(parts);
  } else if (shape.kind == "gemma4") {
    build_gemma4(parts);
  } else if (shape.kind == "rwkv7") {
    build_rwkv7(parts);
  } else if (shape.kind == "t5") {
    build_t5(parts);
  } else if (shape.kind == "bert" || shape.kind == "nomic" || shape.kind == "modernbert" ||
             shape.architecture == "gemma-embedding") {
    build_encoder(parts);
  } else {
    build_decoder(parts);
  }
  return true;
}

}  // namespace weighin
