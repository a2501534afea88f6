// Which folder and file does a URL mean, and how are the files beside it reached?
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

#include "remote/hub.hpp"
#include "remote/remote_file.hpp"
#include "weighin/remote.hpp"

namespace weighin {
namespace {

using remote::Http;
using remote::HubPlace;
using remote::RemoteFile;
using remote::Url;

// The longest list of the hub's largest repositories is under a mebibyte.
constexpr Bytes kMostListBytes = Bytes{8} << 20;

bool starts_with_scheme(std::string_view word, std::string_view scheme) {
  return word.size() >= scheme.size() &&
         std::equal(scheme.begin(), scheme.end(), word.begin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
}

// What plain folders and those on the hub have in common.
class FolderBase : public RemoteFolder {
 public:
  FolderBase(std::string shown, std::shared_ptr<Http> http)
      : shown_(std::move(shown)), http_(std::move(http)) {}
  const std::string& shown() const override { return shown_; }
  RemoteTraffic traffic() const override { return http_->traffic(); }

  Result<std::unique_ptr<ByteSource>> open(std::string_view name) override {
    if (!is_plain_name(name)) {
      return Error{ErrorKind::data, fmt::format("{}: a file's name that leads elsewhere", shown_),
                   "", "the files of one model lie beside each other in one folder"};
    }
    const std::string own(name);
    auto known = files_.find(own);
    if (known == files_.end()) {
      const Result<Url> url = address(own);
      if (!url) return url.error();
      known = files_.emplace(own, RemoteFile::open(http_, *url, shown_of(own))).first;
    }
    if (!known->second) return known->second.error();
    return remote::source_of(*known->second);
  }

  bool has(std::string_view name) override { return open(name).ok(); }

 protected:
  virtual Result<Url> address(const std::string& name) const = 0;
  std::string shown_of(const std::string& name) const {
    return fmt::format("{}{}{}", shown_, shown_.ends_with('/') ? "" : "/", remote::clean(name));
  }
  Http& http() { return *http_; }
  const std::shared_ptr<Http>& shared_http() const { return http_; }

 private:
  std::string shown_;
  std::shared_ptr<Http> http_;
  /// What was opened, or why it could not be: nothing is asked for twice.
  std::map<std::string, Result<std::shared_ptr<RemoteFile>>> files_;
};

class WebFolder final : public FolderBase {
 public:
  /// `base` is the URL up to its last slash.
  WebFolder(Url base, std::shared_ptr<Http> http)
      : FolderBase(base.shown(), std::move(http)), base_(std::move(base)) {}
  std::unique_ptr<Folder> above() override {
    constexpr std::string_view kName = "/onnx/";
    if (!base_.path.ends_with(kName)) return nullptr;
    Url base = base_;
    base.path.resize(base.path.size() - kName.size() + 1);
    return std::make_unique<WebFolder>(std::move(base), shared_http());
  }
  Result<std::vector<std::string>> names() override {
    return Error{ErrorKind::usage, fmt::format("{}: a web folder cannot be listed", shown()), "",
                 "name the model's own file in it"};
  }

 private:
  Result<Url> address(const std::string& name) const override {
    Url url = base_;  // the query stays: it may be what gives access
    url.path += remote::encode_segment(name);
    return url;
  }
  Url base_;
};

class HubFolder final : public FolderBase {
 public:
  HubFolder(HubPlace place, Url endpoint, std::shared_ptr<Http> http)
      : FolderBase(place.shown(), std::move(http)),
        place_(std::move(place)),
        endpoint_(std::move(endpoint)) {}

  bool has(std::string_view name) override {
    if (!list_ || !*list_) return FolderBase::has(name);
    return std::binary_search((*list_)->begin(), (*list_)->end(), name);
  }

  std::unique_ptr<Folder> above() override {
    constexpr std::string_view kName = "onnx";
    if (place_.folder != kName && !place_.folder.ends_with("/onnx")) return nullptr;
    HubPlace place = place_;
    place.folder.resize(place.folder.size() - std::min(place.folder.size(), kName.size() + 1));
    return std::make_unique<HubFolder>(std::move(place), endpoint_, shared_http());
  }

  Result<std::vector<std::string>> names() override {
    if (!list_) list_ = ask_for_list();
    return *list_;
  }

 private:
  Result<std::vector<std::string>> ask_for_list() {
    const Result<Url> url = remote::hub_list(endpoint_, place_);
    if (!url) return url.error();
    const Result<remote::Piece> piece = http().whole(*url, kMostListBytes, shown());
    if (!piece) return piece.error();
    const Result<std::vector<std::string>> files = remote::read_hub_list(piece->bytes, shown());
    if (!files) return files.error();
    return remote::names_in(*files, place_.folder);
  }
  Result<Url> address(const std::string& name) const override {
    return remote::hub_file(endpoint_, place_, name);
  }
  HubPlace place_;
  Url endpoint_;
  std::optional<Result<std::vector<std::string>>> list_;
};

RemotePlace on_hub(HubPlace place, const Url& endpoint, const RemoteOptions& options) {
  RemotePlace result;
  result.name = place.file;
  result.folder = std::make_unique<HubFolder>(std::move(place), endpoint,
                                              std::make_shared<Http>(options, endpoint));
  return result;
}

}  // namespace

bool is_url(std::string_view word) {
  return starts_with_scheme(word, "https://") || starts_with_scheme(word, "http://") ||
         starts_with_scheme(word, "hf://");
}

RemoteOptions remote_options_of_environment() {
  RemoteOptions options;
  const auto variable = [](const char* name) -> std::string {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
    std::string text = value == nullptr ? "" : value;
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.pop_back();
    return text;
  };
  if (std::string endpoint = variable("HF_ENDPOINT"); !endpoint.empty())
    options.hub_endpoint = std::move(endpoint);
  std::string token = variable("HF_TOKEN");
  // A control character would begin a header of its own.
  if (std::none_of(token.begin(), token.end(),
                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    options.hub_token = std::move(token);
  return options;
}

Result<RemotePlace> remote_place(std::string_view word, const RemoteOptions& options) {
  const Result<Url> endpoint = remote::parse_url(options.hub_endpoint);
  if (starts_with_scheme(word, "hf://")) {
    if (!endpoint) {
      return Error{ErrorKind::usage, "HF_ENDPOINT is no URL of http or https", "",
                   "unset it, or set it to https://HOST"};
    }
    Result<HubPlace> place = remote::parse_hub(word);
    if (!place) return place.error();
    return on_hub(std::move(*place), *endpoint, options);
  }
  if (!is_url(word)) {
    return Error{ErrorKind::usage, "this is no URL", "", "https://HOST/PATH/FILE"};
  }
  Result<Url> url = remote::parse_url(word);
  if (!url) return url.error();
  if (endpoint && url->user.empty()) {
    if (std::optional<HubPlace> place = remote::hub_place_of(*url, *endpoint))
      return on_hub(std::move(*place), *endpoint, options);
  }
  const std::size_t slash = url->path.rfind('/');
  RemotePlace result;
  result.name = remote::decode_segment(std::string_view(url->path).substr(slash + 1));
  if (!result.name.empty() && !is_plain_name(result.name)) {
    return Error{ErrorKind::usage, "the file's name in this URL leads elsewhere", "",
                 "https://HOST/PATH/FILE"};
  }
  Url base = *url;
  base.path.resize(slash + 1);
  result.folder =
      std::make_unique<WebFolder>(std::move(base), std::make_shared<Http>(options, *url));
  return result;
}

}  // namespace weighin
