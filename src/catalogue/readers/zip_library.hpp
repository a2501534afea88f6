// How is libzip reached on a device that may not have it?
#pragma once

#include <zip.h>

namespace weighin::litert {

/// The functions of libzip that are used, each as zip.h declares it.
struct ZipLibrary {
  decltype(&::zip_discard) discard = nullptr;
  decltype(&::zip_error_fini) error_fini = nullptr;
  decltype(&::zip_error_init) error_init = nullptr;
  decltype(&::zip_error_set) error_set = nullptr;
  decltype(&::zip_error_strerror) error_strerror = nullptr;
  decltype(&::zip_error_to_data) error_to_data = nullptr;
  decltype(&::zip_fclose) fclose = nullptr;
  decltype(&::zip_file_get_error) file_get_error = nullptr;
  decltype(&::zip_fopen_index) fopen_index = nullptr;
  decltype(&::zip_fread) fread = nullptr;
  decltype(&::zip_fseek) fseek = nullptr;
  decltype(&::zip_get_num_entries) get_num_entries = nullptr;
  decltype(&::zip_open_from_source) open_from_source = nullptr;
  decltype(&::zip_source_free) source_free = nullptr;
  decltype(&::zip_source_function_create) source_function_create = nullptr;
  decltype(&::zip_source_make_command_bitmap) source_make_command_bitmap = nullptr;
  decltype(&::zip_source_seek_compute_offset) source_seek_compute_offset = nullptr;
  decltype(&::zip_stat_index) stat_index = nullptr;
  decltype(&::zip_stat_init) stat_init = nullptr;
  decltype(&::zip_strerror) strerror = nullptr;
};

/// Opened when it is first asked for, never closed; null where it is not installed. Only a .task
/// asks for it: a device without it reads everything else.
const ZipLibrary* zip_library();

}  // namespace weighin::litert
