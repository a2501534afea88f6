// How do the tests write ONNX files, with protobuf's own library?
#pragma once

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weighin::test {

/// One message, field by field.
class Message {
 public:
  Message& number(int field, std::int64_t value) {
    return write([&](auto& out) {
      google::protobuf::internal::WireFormatLite::WriteInt64(field, value, &out);
    });
  }
  Message& text(int field, const std::string& value) {
    return write([&](auto& out) {
      google::protobuf::internal::WireFormatLite::WriteBytes(field, value, &out);
    });
  }
  Message& message(int field, const Message& value) { return text(field, value.bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  template <class Writer>
  Message& write(Writer writer) {
    google::protobuf::io::StringOutputStream stream(&bytes_);
    google::protobuf::io::CodedOutputStream out(&stream);
    writer(out);
    return *this;
  }
  std::string bytes_;
};

inline constexpr int kFloat = 1, kUint8 = 2, kInt8 = 3, kInt64 = 7, kFloat16 = 10, kInt4 = 22;

inline int bytes_of_type(int type) {
  return type == kFloat ? 4 : type == kInt64 ? 8 : type == kFloat16 ? 2 : 1;
}

inline Message onnx_header(const std::string& name, int type,
                           const std::vector<std::int64_t>& dims) {
  Message tensor;
  for (const std::int64_t dim : dims) tensor.number(1, dim);
  tensor.number(2, type).text(8, name);
  return tensor;
}

/// A tensor with its data in the file (zeros).
inline Message onnx_tensor(const std::string& name, int type,
                           const std::vector<std::int64_t>& dims) {
  std::int64_t elements = 1;
  for (const std::int64_t dim : dims) elements *= dim;
  const std::int64_t bytes = type == kInt4 ? (elements + 1) / 2 : elements * bytes_of_type(type);
  return onnx_header(name, type, dims).text(9, std::string(static_cast<std::size_t>(bytes), '\0'));
}

inline Message entry(const std::string& key, const std::string& value) {
  return Message().text(1, key).text(2, value);
}

/// A tensor whose data lies in another file.
inline Message onnx_outside(const std::string& name, int type,
                            const std::vector<std::int64_t>& dims, const std::string& location,
                            const std::string& offset, const std::string& length) {
  Message tensor = onnx_header(name, type, dims);
  tensor.message(13, entry("location", location));
  if (!offset.empty()) tensor.message(13, entry("offset", offset));
  if (!length.empty()) tensor.message(13, entry("length", length));
  return tensor.number(14, 1);
}

struct Attribute {
  std::string name;
  std::int64_t value;
};

inline Message onnx_node(const std::string& op, const std::vector<std::string>& inputs,
                         const std::vector<Attribute>& attributes = {}) {
  Message node;
  for (const std::string& input : inputs) node.text(1, input);
  node.text(2, "out_of_" + op).text(3, "node").text(4, op);
  for (const Attribute& each : attributes)
    node.message(5, Message().text(1, each.name).number(3, each.value).number(20, 2));
  return node;
}

/// A model of these nodes and initializers.
inline std::string onnx_model(const std::vector<Message>& nodes,
                              const std::vector<Message>& tensors) {
  Message graph;
  for (const Message& node : nodes) graph.message(1, node);
  graph.text(2, "graph");
  for (const Message& tensor : tensors) graph.message(5, tensor);
  return Message()
      .number(1, 9)
      .text(2, "tests")
      .message(8, Message().number(2, 21))
      .message(7, graph)
      .bytes();
}

}  // namespace weighin::test
