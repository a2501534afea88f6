// What does a word mean on the hub: which repository, revision, folder and file?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "remote/url.hpp"

namespace weighin::remote {

/// A place in a repository of models.
struct HubPlace {
  std::string owner, repository;
  std::string revision = "main";  ///< decoded
  std::string folder;             ///< decoded, "" or "a/b"
  std::string file;               ///< empty: the folder itself is meant

  /// "hf://owner/repo@revision/folder", without the file.
  std::string shown() const;
};

/// "hf://OWNER/REPO[@REVISION][/PATH]". A path is a file where its last part has a point and no
/// slash follows, else a folder.
Result<HubPlace> parse_hub(std::string_view word);
/// The same for the address of a page or file below the hub's endpoint:
/// …/OWNER/REPO[/(resolve|blob|tree|raw)/REVISION[/PATH]]; nothing for any other URL.
std::optional<HubPlace> hub_place_of(const Url& url, const Url& endpoint);

/// The address of a file, and of the list of a repository's files.
Result<Url> hub_file(const Url& endpoint, const HubPlace& place, std::string_view file);
Result<Url> hub_list(const Url& endpoint, const HubPlace& place);

/// The files of the answer to hub_list (siblings), as they lie in the repository: "a/b.gguf". At
/// most kMostFolderNames of them, nested 16 deep at most.
Result<std::vector<std::string>> read_hub_list(std::string_view json, const std::string& shown);
/// Of those the plain names that lie in `folder` itself, sorted.
std::vector<std::string> names_in(const std::vector<std::string>& files, std::string_view folder);

}  // namespace weighin::remote
