// What does an ONNX model hold, as browsers load it?
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "catalogue/readers/beside.hpp"
#include "catalogue/readers/onnx_external.hpp"
#include "catalogue/readers/onnx_graph.hpp"
#include "catalogue/readers/onnx_names.hpp"
#include "catalogue/readers/onnx_weights.hpp"
#include "catalogue/readers/reader.hpp"

namespace weighin {
namespace {

using onnx::Graph;
using onnx::Tally;

// protobuf has no magic number. A ModelProto begins with one of its own fields, and exporters write
// ir_version first: a small number, then another field of the model.
bool recognises(const Sniff& sniff) {
  const std::string_view head = sniff.head;
  if (head.size() < 2) return false;
  // Safetensors begin with a length, which may look like ours, and then JSON.
  if (head.size() > 8 && head.substr(4, 5) == std::string_view("\0\0\0\0{", 5)) return false;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(head[i]); };
  // Tags of fields 1 and 5 (whole numbers), 2, 3, 4, 6, 7, 8 (with a length).
  const auto is_tag = [](unsigned tag) {
    return tag == 0x08 || tag == 0x28 || tag == 0x12 || tag == 0x1a || tag == 0x22 || tag == 0x32 ||
           tag == 0x3a || tag == 0x42;
  };
  constexpr unsigned kMostIrVersion = 64;
  const bool by_content = head.size() > 2 && byte(0) == 0x08 && byte(1) >= 1 &&
                          byte(1) < kMostIrVersion && is_tag(byte(2)) && byte(2) != 0x08;
  return by_content || (sniff.name.ends_with(".onnx") && is_tag(byte(0)));
}

// All modules of one model.
class Model {
 public:
  Model(Folder& folder, std::string path) : folder_(folder) {
    file_.reader = "onnx";
    file_.path = std::move(path);
    file_.runtime = "onnx-web";
  }

  // Reads one module; the names of its tensors begin with `prefix`.
  Result<Done> add(std::string_view name, ByteSource& source, const std::string& prefix) {
    Result<Graph> graph = onnx::read_graph(source);
    if (!graph) return graph.error();
    const Result<std::vector<FilePart>> parts =
        onnx::external_parts(folder_, *graph, source.shown());
    if (!parts) return parts.error();
    Result<std::vector<FileTensor>> tensors = onnx::weights_of(*graph, source.shown(), tally_);
    if (!tensors) return tensors.error();
    file_.parts.push_back(FilePart{std::string(name), source.size(), false});
    for (const FilePart& part : *parts) {
      if (part.missing)
        file_.notes.push_back(
            fmt::format("{} is missing: {} keeps tensors in it", part.name, name));
      file_.parts.push_back(part);
    }
    Bytes inside = 0;
    for (std::size_t i = 0; i < tensors->size(); ++i) {
      FileTensor& tensor = (*tensors)[i];
      if (graph->tensors[i].location < 0) inside += tensor.bytes;
      if (tensor.weights > std::numeric_limits<std::int64_t>::max() - file_.parameters)
        return Error{ErrorKind::data,
                     fmt::format("{}: more than the limit of 2^63-1 weights", source.shown()), "",
                     ""};
      file_.parameters += tensor.weights;
      if (!prefix.empty()) tensor.name = fmt::format("{}/{}", prefix, tensor.name);
      file_.tensors.push_back(std::move(tensor));
    }
    file_.header_bytes += std::max<Bytes>(0, source.size() - inside);
    file_.bytes_read += source.bytes_read();
    return Done{};
  }

  ModelSpec finish(std::string_view title, const std::string& by_name) {
    file_.format = onnx::format_word(tally_, by_name);
    if (!by_name.empty() && file_.format != by_name)
      file_.notes.push_back(
          fmt::format("its name says {}, its tensors are {}", by_name, file_.format));
    ModelSpec spec = spec_beside(folder_, file_);
    if (spec.shape) leave_out_copies(*spec.shape);
    finish_spec(spec, title, std::move(file_));
    return spec;
  }

  void note(std::string text) { file_.notes.push_back(std::move(text)); }

 private:
  // A tied embedding is often there twice: as rows to look up, and as the output matrix.
  void leave_out_copies(const Shape& shape) {
    if (!shape.tied_embeddings || shape.vocab < 1 || shape.hidden < 1 ||
        shape.vocab > std::numeric_limits<std::int64_t>::max() / shape.hidden)
      return;
    bool seen = false;
    for (FileTensor& tensor : file_.tensors) {
      if (tensor.weights != shape.vocab * shape.hidden) continue;
      if (seen) {
        file_.parameters -= tensor.weights;
        file_.notes.push_back(
            fmt::format("{} is the tied embedding again: {} weights that are not "
                        "counted twice",
                        tensor.name, tensor.weights));
        tensor.weights = 0;
      }
      seen = true;
    }
  }

  Folder& folder_;
  ModelFile file_;
  Tally tally_;
};

Result<ModelSpec> read(Folder& folder, std::string_view name, ByteSource& source) {
  const onnx::FileName own = onnx::parse_name(name);
  Model model(folder, source.shown());
  std::vector<std::string> partners;
  for (const std::string& module : onnx::partners_of(own.module)) {
    std::string partner = module + own.suffix + ".onnx";
    if (folder.has(partner)) partners.push_back(std::move(partner));
  }
  if (const auto done = model.add(name, source, partners.empty() ? "" : own.module); !done)
    return done.error();
  for (const std::string& partner : partners) {
    const Result<std::unique_ptr<ByteSource>> opened = folder.open(partner);
    if (!opened) return opened.error();
    if (const auto done = model.add(partner, **opened, onnx::parse_name(partner).module); !done)
      return done.error();
  }
  if (partners.empty() && !onnx::partners_of(own.module).empty())
    model.note(fmt::format("{} is one module of a model; the other is not beside it", own.module));
  for (const std::string& module : onnx::senses()) {
    const std::string sense = module + own.suffix + ".onnx";
    if (module != own.module && folder.has(sense))
      model.note(
          fmt::format("{} is fetched too where images or sound are asked for; not counted", sense));
  }
  const bool follows_rule = !own.suffix.empty() || own.module == "model" || !partners.empty();
  return model.finish(own.module == "model" ? folder.shown() : own.module,
                      follows_rule ? own.format : "");
}

}  // namespace

extern const Reader onnx_reader;
const Reader onnx_reader{"onnx", onnx::rank, recognises, read};

}  // namespace weighin
