// How is a device profile written as JSON, and read back as it was?
//
// Both ways walk the structs' own fields(). A Known<T> is its value, or {"status", "why"}; where it
// has a value, `evidence` says under its path who said so.
#include <fmt/format.h>

#include <cmath>
#include <concepts>
#include <limits>
#include <type_traits>
#include <utility>

#include "report/json_document.hpp"
#include "report/json_reader.hpp"

namespace weighin {
namespace {

template <class T>
struct IsKnown : std::false_type {};
template <class T>
struct IsKnown<Known<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

/// What a Known that is not known says beside its status and reason.
template <class T>
Json unknown_of(const Known<T>& known) {
  Json json = json_of_unknown(known.status, known.why);
  if (!known.source.empty()) json["source"] = known.source;
  if (!known.others.empty()) json["others"] = json_of_evidence(known)["others"];
  return json;
}

class Writer {
 public:
  explicit Writer(Json& evidence) : evidence_(evidence) {}

  template <class T>
  Json write(const T& value, const std::string& path) {
    if constexpr (IsKnown<T>::value) {
      if (!value) return unknown_of(value);
      Json json = write(*value, path);
      // A value that JSON cannot hold (an infinite number) has become an unknown one, without
      // evidence.
      if (!json.is_object()) append(evidence_, path, json_of_evidence(value));
      return json;
    } else if constexpr (IsVector<T>::value) {
      Json array = Json::array();
      for (std::size_t i = 0; i < value.size(); ++i)
        array.push_back(write(value[i], fmt::format("{}.{}", path, i)));
      return array;
    } else if constexpr (std::same_as<T, Status>) {
      return to_text(value);
    } else if constexpr (std::same_as<T, double>) {
      return json_of_number(value);
    } else if constexpr (std::is_arithmetic_v<T> || std::same_as<T, std::string>) {
      return value;
    } else {
      Json object = Json::object();
      auto visit = [&](const char* name, const auto& field) {
        append(object, name,
               write(field, path.empty()         ? name
                            : path.back() == '.' ? path + name
                                                 : path + "." + name));
      };
      fields(visit, value);
      return object;
    }
  }

 private:
  Json& evidence_;
};

using In = nlohmann::json;

/// Reads by the same walk; remembers the first fault and goes no further.
class Reader {
 public:
  Reader(const In& evidence, std::string prefix, std::string name)
      : evidence_(evidence), prefix_(std::move(prefix)), name_(std::move(name)) {}

  const std::optional<Error>& error() const { return error_; }

  template <class T>
  void read(const In& json, const std::string& path, T& value) {
    if (error_) return;
    if constexpr (IsKnown<T>::value) {
      read_known(json, path, value);
    } else if constexpr (IsVector<T>::value) {
      if (!json.is_array()) return fail(path, "an array");
      value.clear();
      for (std::size_t i = 0; i < json.size() && !error_; ++i) {
        value.emplace_back();
        read(json[i], fmt::format("{}.{}", path, i), value.back());
      }
    } else if constexpr (std::same_as<T, Status>) {
      const auto status =
          json.is_string() ? status_from_text(json.get_ref<const std::string&>()) : std::nullopt;
      if (!status) return fail(path, "a status (unsupported, skipped, error)");
      value = *status;
    } else if constexpr (std::same_as<T, bool>) {
      if (!json.is_boolean()) return fail(path, "true or false");
      value = json.get<bool>();
    } else if constexpr (std::same_as<T, std::string>) {
      if (!json.is_string()) return fail(path, "a text");
      value = json.get_ref<const std::string&>();
    } else if constexpr (std::same_as<T, double>) {
      if (!json.is_number() || !std::isfinite(json.get<double>())) return fail(path, "a number");
      value = json.get<double>();
    } else if constexpr (std::same_as<T, std::int64_t>) {
      read_integer(json, path, value);
    } else {
      if (!json.is_object()) return fail(path, "an object");
      auto visit = [&](const char* key, auto& field) {
        const auto found = json.find(key);
        const std::string below = path.empty() ? key : path + "." + key;
        if (found != json.end()) {
          read(*found, below, field);
        } else {
          absent(field);
        }
      };
      fields(visit, value);
    }
  }

 private:
  void fail(const std::string& path, const char* wanted) {
    if (error_) return;
    error_ = Error{ErrorKind::data,
                   fmt::format("{} is not {}", path.empty() ? "the document" : path, wanted), name_,
                   "`weighin schema device` says what is expected"};
  }

  template <class T>
  void absent(T& field) {
    if constexpr (IsKnown<T>::value) field = T::unknown(Status::skipped, "not in the document");
  }

  void read_integer(const In& json, const std::string& path, std::int64_t& value) {
    if (json.is_number_unsigned()) {
      const auto number = json.get<std::uint64_t>();
      if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return fail(path, "below 2^63");
      value = static_cast<std::int64_t>(number);
    } else if (json.is_number_integer()) {
      value = json.get<std::int64_t>();
      if (value < 0) return fail(path, "a count or size (it is negative)");
    } else if (json.is_number_float()) {
      // A whole number that another tool wrote with a point or an exponent.
      const double number = json.get<double>();
      if (!(number >= 0 && number < 9e18) || number != std::floor(number))
        return fail(path, "a whole number");
      value = static_cast<std::int64_t>(number);
    } else {
      fail(path, "a whole number");
    }
  }

  template <class T>
  void read_known(const In& json, const std::string& path, Known<T>& known) {
    if (json.is_object() && json.contains("status")) {
      Status status = Status::error;
      read(json["status"], path + ".status", status);
      std::string why, source;
      if (json.contains("why")) read(json["why"], path + ".why", why);
      if (json.contains("source")) read(json["source"], path + ".source", source);
      known = Known<T>::unknown(status, std::move(why), std::move(source));
      read_others(json, path, known.others);
      return;
    }
    T value{};
    read(json, path, value);
    if (error_) return;
    known = Known<T>::of(std::move(value), name_);
    const auto entry = evidence_.find(prefix_ + path);
    if (entry != evidence_.end()) read_evidence(*entry, "evidence." + prefix_ + path, known);
  }

  template <class T>
  void read_evidence(const In& entry, const std::string& path, Known<T>& known) {
    if (!entry.is_object()) return fail(path, "an object");
    const auto word = [&](const char* key, auto& target, auto from_text, const char* wanted) {
      const auto found = entry.find(key);
      if (found == entry.end()) return;
      const auto value = found->is_string()
                             ? from_text(found->template get_ref<const std::string&>())
                             : std::nullopt;
      if (!value) return fail(path + "." + key, wanted);
      target = *value;
    };
    if (entry.contains("source")) read(entry["source"], path + ".source", known.source);
    if (entry.contains("why")) read(entry["why"], path + ".why", known.why);
    word("known_by", known.known_by, known_by_from_text,
         "measured, reported, published, computed or assumed");
    word("confidence", known.confidence, confidence_from_text, "high, medium or low");
    read_others(entry, path, known.others);
  }

  void read_others(const In& entry, const std::string& path, std::vector<OtherAnswer>& others) {
    const auto found = entry.find("others");
    if (found == entry.end()) return;
    if (!found->is_array()) return fail(path + ".others", "an array");
    for (const In& each : *found) {
      OtherAnswer other;
      if (!each.is_object()) return fail(path + ".others", "an array of objects");
      if (each.contains("source")) read(each["source"], path + ".others.source", other.source);
      if (each.contains("value")) read(each["value"], path + ".others.value", other.value);
      others.push_back(std::move(other));
    }
  }

  const In& evidence_;
  std::string prefix_, name_;
  std::optional<Error> error_;
};

}  // namespace

Json json_of_device(const DeviceProfile& profile, const std::string& prefix, Json& evidence) {
  return Writer(evidence).write(profile, prefix);
}

std::string device_json(const DeviceProfile& profile) {
  Json document{{"schema", "weighin/device/1"}};
  Json evidence = Json::object();
  Json device = json_of_device(profile, "", evidence);
  for (auto& [key, value] : device.items()) append(document, key, std::move(value));
  append(document, "evidence", std::move(evidence));
  return text_of_document(document);
}

Result<DeviceProfile> read_device_json(std::string_view json, const std::string& name) {
  Result<In> parsed = parse_json(json, name);
  if (!parsed) return parsed.error();
  const In& document = *parsed;
  const auto wrong = [&](std::string what) {
    return Error{ErrorKind::data, std::move(what), name,
                 "give what `weighin probe --json` or `weighin report --json` has written"};
  };
  if (!document.is_object()) return wrong("not a JSON object");
  const auto schema = document.find("schema");
  if (schema == document.end() || !schema->is_string()) return wrong("no \"schema\"");
  const std::string& id = schema->get_ref<const std::string&>();
  const In* device = &document;
  std::string prefix;
  if (id == "weighin/report/1") {
    const auto found = document.find("device");
    if (found == document.end()) return wrong("a report without \"device\"");
    device = &*found;
    prefix = "device.";
  } else if (id != "weighin/device/1") {
    return wrong(fmt::format("the schema \"{}\" is not weighin/device/1", id.substr(0, 64)));
  }
  static const In kNone = In::object();
  const auto evidence = document.find("evidence");
  if (evidence != document.end() && !evidence->is_object())
    return wrong("evidence is not an object");
  try {
    Reader reader(evidence != document.end() ? *evidence : kNone, prefix, name);
    DeviceProfile profile;
    reader.read(*device, "", profile);
    if (reader.error()) return *reader.error();
    return profile;
  } catch (const std::exception& exception) {
    return wrong(fmt::format("not readable ({})", exception.what()));
  }
}

}  // namespace weighin
