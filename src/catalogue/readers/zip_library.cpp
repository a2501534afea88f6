// How is libzip reached on a device that may not have it?
#include "catalogue/readers/zip_library.hpp"

#include "core/run_time_library.hpp"

namespace weighin::litert {
namespace {

const ZipLibrary* opened() {
  static RunTimeLibrary library({"libzip.so.4", "libzip.so.5"});
  static ZipLibrary functions;
  library.find(functions.discard, "zip_discard");
  library.find(functions.error_fini, "zip_error_fini");
  library.find(functions.error_init, "zip_error_init");
  library.find(functions.error_set, "zip_error_set");
  library.find(functions.error_strerror, "zip_error_strerror");
  library.find(functions.error_to_data, "zip_error_to_data");
  library.find(functions.fclose, "zip_fclose");
  library.find(functions.file_get_error, "zip_file_get_error");
  library.find(functions.fopen_index, "zip_fopen_index");
  library.find(functions.fread, "zip_fread");
  library.find(functions.fseek, "zip_fseek");
  library.find(functions.get_num_entries, "zip_get_num_entries");
  library.find(functions.open_from_source, "zip_open_from_source");
  library.find(functions.source_free, "zip_source_free");
  library.find(functions.source_function_create, "zip_source_function_create");
  library.find(functions.source_make_command_bitmap, "zip_source_make_command_bitmap");
  library.find(functions.source_seek_compute_offset, "zip_source_seek_compute_offset");
  library.find(functions.stat_index, "zip_stat_index");
  library.find(functions.stat_init, "zip_stat_init");
  library.find(functions.strerror, "zip_strerror");
  return library ? &functions : nullptr;
}

}  // namespace

const ZipLibrary* zip_library() {
  static const ZipLibrary* const library = opened();
  return library;
}

}  // namespace weighin::litert
