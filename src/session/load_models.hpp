// Which models do the words of the command line mean: names, sizes, files, folders, URLs?
#pragma once

#include <vector>

#include "session/options.hpp"
#include "weighin/catalogue.hpp"

namespace weighin {

/// The models that the words of the command line mean; all models that are not hosted where none is
/// named. A URL (http, https, hf) and a word that looks like a path are read by their headers, and
/// so is any other word that the catalogue does not know and that is there on the disk. Bytes
/// fetched are told as a "note", bytes read with --verbose. An adapter or a projector by itself is
/// ErrorKind::usage with what it belongs beside.
Result<std::vector<ModelSpec>> load_models(const Options& options, const Catalogue& catalogue);

/// The plan as asked, for one model: of a model that was read from a file its own format and
/// runtime, unless others were named.
Plan plan_for(const ModelSpec& model, const Options& options);

}  // namespace weighin
