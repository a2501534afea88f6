// What does the name of an ONNX file say: which module of a model, in which format?
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weighin::onnx {

/// "decoder_model_merged_q4f16.onnx" in its parts.
struct FileName {
  std::string module;  ///< "decoder_model_merged"
  std::string suffix;  ///< "_q4f16"; empty for fp32, or where the name follows no such rule
  std::string format;  ///< "q4f16", by the suffix
};
FileName parse_name(std::string_view name);

/// The other modules of which a text model consists that has this one.
std::vector<std::string> partners_of(std::string_view module);
/// Modules of images and sound, fetched only where they are asked for.
std::vector<std::string> senses();

/// The lower the rather is the file read from a folder given whole; 0 = no ONNX file.
int rank(std::string_view name);

}  // namespace weighin::onnx
