// Is there a graph for every model that the engine runs?
#include "estimate/graph/model_graph.hpp"

#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(ModelGraph, OfEveryModelButWhisper) {
  std::size_t built = 0;
  for (const ModelSpec& model : test::catalogue().models) {
    if (!model.shape) continue;
    Batch batch;
    Graph graph;
    EXPECT_EQ(build_graph(*model.shape, batch, graph), model.shape->kind != "whisper") << model.id;
    built += graph.order().empty() ? 0 : 1;
  }
  EXPECT_GT(built, 150u);
}

}  // namespace
}  // namespace weighin
