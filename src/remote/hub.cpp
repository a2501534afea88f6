// How do the hub's words, addresses and lists map onto each other?
//
// Addresses as huggingface_hub makes them: {endpoint}/{repo}/resolve/{revision}/{file} and
// {endpoint}/api/models/{repo}/revision/{revision} (huggingface_hub/constants.py,
// HUGGINGFACE_CO_URL_TEMPLATE; hf_api.py, model_info).
#include "remote/hub.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "weighin/bytes.hpp"

namespace weighin::remote {
namespace {

constexpr std::size_t kDeepestList = 16;
constexpr std::size_t kLongestPath = 1024;

Error unclear(const std::string& why) {
  return Error{ErrorKind::usage, why, "",
               "hf://OWNER/REPO[@REVISION][/FILE], e.g. hf://Qwen/Qwen3-0.6B-GGUF"};
}

// What the hub lets a name hold (huggingface_hub, validate_repo_id).
bool is_hub_name(std::string_view name) {
  return !name.empty() && name.size() <= 96 && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

bool is_plain_revision(std::string_view revision) {
  return !revision.empty() && revision.size() <= 255 && revision != "." && revision != ".." &&
         std::all_of(revision.begin(), revision.end(),
                     [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
}

std::string joined(const std::vector<std::string>& parts) {
  std::string path;
  for (const std::string& part : parts) path += (path.empty() ? "" : "/") + part;
  return path;
}

// The encoded parts of a path into folder and file.
bool take_path(std::vector<std::string> parts, bool ends_in_slash, bool is_file, HubPlace& place) {
  for (std::string& part : parts) {
    part = decode_segment(part);
    if (!is_plain_name(part)) return false;
  }
  if (!parts.empty() && !ends_in_slash &&
      (is_file || parts.back().find('.') != std::string::npos)) {
    place.file = parts.back();
    parts.pop_back();
  }
  place.folder = joined(parts);
  return place.folder.size() <= kLongestPath;
}

std::string encoded_path(std::string_view path) {
  std::string encoded;
  for (const std::string& part : segments(path)) encoded += "/" + encode_segment(part);
  return encoded;
}

std::string base_of(const Url& endpoint) {
  std::string text = endpoint.text();
  while (!text.empty() && text.back() == '/') text.pop_back();
  return text;
}

// Takes {"siblings": [{"rfilename": TEXT}, …]} and lets everything else pass by.
class ListReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::vector<std::string> files;
  std::string fault;
  bool found = false;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool string(string_t& text) override {
    if (!in_files_ || depth_ != 3 || key_ != "rfilename") return true;
    if (files.size() == kMostFolderNames) {
      fault = fmt::format("more than {} files", kMostFolderNames);
      return false;
    }
    if (text.size() <= kLongestPath) files.push_back(text);
    return true;
  }
  bool key(string_t& text) override {
    key_ = text;
    if (depth_ == 1) {
      in_files_ = key_ == "siblings";
      found = found || in_files_;
    }
    return true;
  }
  bool start_object(std::size_t) override { return deeper(); }
  bool end_object() override { return higher(); }
  bool start_array(std::size_t) override { return deeper(); }
  bool end_array() override { return higher(); }
  bool parse_error(std::size_t at, const std::string&,
                   const nlohmann::detail::exception&) override {
    fault = fmt::format("no JSON at byte {}", at);
    return false;
  }

 private:
  bool deeper() {
    if (++depth_ <= kDeepestList) return true;
    fault = fmt::format("nested more than {} deep", kDeepestList);
    return false;
  }
  bool higher() {
    --depth_;
    return true;
  }
  std::size_t depth_ = 0;
  bool in_files_ = false;
  std::string key_;
};

}  // namespace

std::string HubPlace::shown() const {
  return clean(fmt::format("hf://{}/{}{}{}{}{}", owner, repository, revision == "main" ? "" : "@",
                           revision == "main" ? "" : revision, folder.empty() ? "" : "/", folder));
}

Result<HubPlace> parse_hub(std::string_view word) {
  constexpr std::string_view kScheme = "hf://";
  if (word.size() < kScheme.size()) return unclear("this names no repository");
  word.remove_prefix(kScheme.size());
  word = word.substr(0, word.find_first_of("?#"));
  std::vector<std::string> parts = segments(word);
  if (parts.size() < 2) return unclear("a repository has an owner and a name");
  HubPlace place;
  place.owner = parts[0];
  const std::size_t at = parts[1].find('@');
  place.repository = parts[1].substr(0, at);
  if (at != std::string::npos) {
    place.revision = decode_segment(std::string_view(parts[1]).substr(at + 1));
    if (!is_plain_revision(place.revision))
      return unclear(fmt::format("\"{}\" is no revision", clean(place.revision)));
  }
  if (!is_hub_name(place.owner) || !is_hub_name(place.repository))
    return unclear(
        fmt::format("\"{}/{}\" is no repository", clean(place.owner), clean(place.repository)));
  const bool slash = word.back() == '/';
  if (!take_path({parts.begin() + 2, parts.end()}, slash, false, place))
    return unclear("the path leads out of the repository");
  return place;
}

std::optional<HubPlace> hub_place_of(const Url& url, const Url& endpoint) {
  if (url.origin() != endpoint.origin()) return std::nullopt;
  std::vector<std::string> parts = segments(url.path);
  const std::vector<std::string> base = segments(endpoint.path);
  if (parts.size() < base.size() || !std::equal(base.begin(), base.end(), parts.begin()))
    return std::nullopt;
  parts.erase(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(base.size()));
  if (parts.size() != 2 && parts.size() < 4) return std::nullopt;
  HubPlace place;
  place.owner = parts[0];
  place.repository = parts[1];
  if (!is_hub_name(place.owner) || !is_hub_name(place.repository)) return std::nullopt;
  for (const char* other : {"datasets", "spaces", "api", "docs", "papers", "collections"}) {
    if (place.owner == other) return std::nullopt;
  }
  if (parts.size() == 2) {
    // A page has no ending; "/model.gguf" below a fake endpoint's folder is a file.
    for (const char* ending : {".gguf", ".safetensors", ".json", ".onnx", ".task", ".tflite"}) {
      if (place.repository.ends_with(ending)) return std::nullopt;
    }
    return place;
  }
  const std::string& verb = parts[2];
  if (verb != "resolve" && verb != "blob" && verb != "tree" && verb != "raw") return std::nullopt;
  place.revision = decode_segment(parts[3]);
  if (!is_plain_revision(place.revision)) return std::nullopt;
  const bool file = verb != "tree";
  if (!take_path({parts.begin() + 4, parts.end()}, !file || url.path.back() == '/', file, place))
    return std::nullopt;
  return place;
}

Result<Url> hub_file(const Url& endpoint, const HubPlace& place, std::string_view file) {
  return parse_url(fmt::format("{}/{}/{}/resolve/{}{}/{}", base_of(endpoint), place.owner,
                               place.repository, encode_segment(place.revision),
                               encoded_path(place.folder), encode_segment(file)));
}

Result<Url> hub_list(const Url& endpoint, const HubPlace& place) {
  const std::string revision =
      place.revision == "main" ? "" : "/revision/" + encode_segment(place.revision);
  return parse_url(fmt::format("{}/api/models/{}/{}{}", base_of(endpoint), place.owner,
                               place.repository, revision));
}

Result<std::vector<std::string>> read_hub_list(std::string_view json, const std::string& shown) {
  ListReader reader;
  bool whole = false;
  try {
    whole = nlohmann::json::sax_parse(json.begin(), json.end(), &reader);
  } catch (const std::exception& fault) {  // a number beyond a double
    reader.fault = clean(fault.what());
  }
  if (!whole || !reader.found) {
    return Error{ErrorKind::data,
                 fmt::format("{}: the list of files cannot be read ({})", shown,
                             reader.fault.empty() ? "it has no \"siblings\"" : reader.fault),
                 "", "name the file: hf://OWNER/REPO/FILE"};
  }
  return std::move(reader.files);
}

std::vector<std::string> names_in(const std::vector<std::string>& files, std::string_view folder) {
  const std::string prefix = folder.empty() ? "" : std::string(folder) + "/";
  std::vector<std::string> names;
  for (const std::string& file : files) {
    if (!file.starts_with(prefix)) continue;
    std::string name = file.substr(prefix.size());
    if (is_plain_name(name)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace weighin::remote
