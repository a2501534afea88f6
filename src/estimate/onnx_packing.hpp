// How does an ONNX export store a model, and what does a session of ONNX Runtime hold?
#pragma once

#include <string>
#include <vector>

#include "estimate/packing.hpp"

namespace weighin {

/// The words of Transformers.js for what is stored how, and what ONNX Runtime's own builder writes.
std::vector<std::string> onnx_formats();
std::string find_onnx_format(std::string_view word);

/// The tensors of a plan's format.
Result<PackedModel> onnx_pack(const Estimate& estimate);
/// What stands in the files beside the weights: rotary tables, graph.
std::vector<Part> onnx_besides(const Estimate& estimate);
Bytes sum_of(const std::vector<Part>& parts);

/// Bytes of a value of the cache and of activations in that format: 2 or 4.
int onnx_value_bytes(std::string_view format);

/// Weights, tables, cache and activations of a session: what the runtime on a desktop and the one
/// in a browser have in common.
Result<Done> fill_onnx_session(Estimate& estimate);
Result<Explanation> onnx_take_apart(const Estimate& estimate);

/// A session knows no other cache than one in the format's own values.
Result<Done> check_onnx(const Plan& plan);
std::string onnx_why_not(const ModelSpec& model);

}  // namespace weighin
