// What does a model hold that LiteRT runs: .tflite, .task, .litertlm?
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "catalogue/readers/beside.hpp"
#include "catalogue/readers/litert_model.hpp"
#include "catalogue/readers/litert_parts.hpp"
#include "catalogue/readers/reader.hpp"

namespace weighin {
namespace {

constexpr std::string_view kZip("PK\3\4", 4);

int rank(std::string_view name) {
  if (name.ends_with(".litertlm")) return 50;
  if (name.ends_with(".task")) return 51;
  return name.ends_with(".tflite") ? 52 : 0;
}

bool recognises(const Sniff& sniff) {
  return litert::is_model(sniff.head) || litert::is_litertlm(sniff.head) ||
         sniff.head.starts_with(kZip);
}

Result<Done> add_bundle(ByteSource& source, bool is_lm, ModelFile& file, litert::Tally& tally) {
  const Result<litert::Bundle> bundle =
      is_lm ? litert::open_litertlm(source) : litert::open_task(source);
  if (!bundle) return bundle.error();
  const auto models =
      std::count_if(bundle->parts.begin(), bundle->parts.end(),
                    [](const litert::Part& part) { return part.source != nullptr; });
  if (models == 0)
    return Error{ErrorKind::data,
                 fmt::format("{}: none of its {} parts is a TensorFlow Lite model", source.shown(),
                             bundle->parts.size()),
                 "", "give a model for LiteRT"};
  Bytes inside = 0;
  for (const litert::Part& part : bundle->parts) {
    if (part.source == nullptr) {
      file.notes.push_back(fmt::format("{}: {} bytes", part.name, part.bytes));
      continue;
    }
    if (const auto done = litert::add_model(*part.source, models > 1 ? part.name : "", file, tally);
        !done)
      return done.error();
    inside += part.bytes;
  }
  file.header_bytes += std::max<Bytes>(0, source.size() - inside);
  return Done{};
}

Result<ModelSpec> read(Folder& folder, std::string_view name, ByteSource& source) {
  ModelFile file;
  file.reader = "litert";
  file.path = source.shown();
  file.runtime = "litert";
  file.parts.push_back(FilePart{std::string(name), source.size(), false});
  litert::Tally tally;
  std::array<char, 8> bytes{};
  const Result<std::size_t> count = source.read(0, bytes);
  if (!count) return count.error();
  const std::string_view head(bytes.data(), *count);
  const Result<Done> done = litert::is_model(head)
                                ? litert::add_model(source, "", file, tally)
                                : add_bundle(source, litert::is_litertlm(head), file, tally);
  if (!done) return done.error();
  file.format = litert::format_word(tally);
  file.bytes_read = source.bytes_read();
  ModelSpec spec = spec_beside(folder, file);
  finish_spec(spec, name.substr(0, name.rfind('.')), std::move(file));
  return spec;
}

}  // namespace

extern const Reader litert_reader;
const Reader litert_reader{"litert", rank, recognises, read};

}  // namespace weighin
