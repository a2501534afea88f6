// What in a recording tells who its owner is, and what stands there in its place?
#include "core/anonymise.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace weighin {
namespace {

// Names that so many machines share that they identify nobody, while replacing them would spoil
// what a recording is for ("root" in a mount table, "vm" in /proc/sys/vm).
constexpr std::array<std::string_view, 22> kCommonNames{
    "root",   "user",   "users",  "home", "localhost", "localdomain", "host", "server",
    "pc",     "vm",     "linux",  "none", "debian",    "ubuntu",      "proc", "sys",
    "fedora", "docker", "system", "cpu",  "android",   "default"};

// Files whose whole text is an identity, by the last part of their path. Kernel: Documentation/ABI
// (sysfs-class-net, sysfs-class-power, sysfs-block, sysfs-bus-pci) and drivers/firmware/dmi-id.c.
constexpr std::array<std::string_view, 17> kWholeFiles{"hostname",
                                                       "nodename",
                                                       "machine-id",
                                                       "boot_id",
                                                       "product_serial",
                                                       "product_uuid",
                                                       "board_serial",
                                                       "serial",
                                                       "chassis_serial",
                                                       "board_asset_tag",
                                                       "serial_number",
                                                       "chassis_asset_tag",
                                                       "wwid",
                                                       "address",
                                                       "unique_id",
                                                       "eui",
                                                       "uuid"};

// Keys whose value is an identity, in lines "KEY : VALUE", XML info elements and JSON members.
// Compared without case, blanks, "-" and "_".
constexpr std::array<std::string_view, 18> kKeys{"serial",
                                                 "serialnumber",
                                                 "hostname",
                                                 "nodename",
                                                 "user",
                                                 "username",
                                                 "machineid",
                                                 "bootid",
                                                 "macaddress",
                                                 "dmiproductserial",
                                                 "dmiproductuuid",
                                                 "dmiboardserial",
                                                 "dmichassisserial",
                                                 "dmiboardassettag",
                                                 "address",
                                                 "dmichassisassettag",
                                                 "boardserial",
                                                 "productserial"};

constexpr std::array<std::string_view, 12> kNetworkFilesystems{
    "nfs", "nfs4", "cifs",       "smb3",      "smbfs",          "ceph",
    "9p",  "afs",  "fuse.sshfs", "glusterfs", "fuse.glusterfs", "lustre"};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

template <std::size_t N>
bool among(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

void add_word(Identity& identity, std::string_view text) {
  const std::string_view word = trimmed(text);
  std::string lower(word);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  // Shorter words are in every text; a longer one with a line break is no name.
  if (word.size() < 3 || word.size() > 255 || word.find('\n') != std::string_view::npos) return;
  if (among(kCommonNames, lower) || word.find_first_not_of("0-. ") == std::string_view::npos)
    return;
  if (std::find(identity.words.begin(), identity.words.end(), word) == identity.words.end()) {
    identity.words.emplace_back(word);
  }
}

std::string replace_words(std::string text, const std::string& word) {
  std::size_t at = 0;
  while ((at = text.find(word, at)) != std::string::npos) {
    const std::size_t end = at + word.size();
    const bool alone =
        (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
    if (alone) text.replace(at, word.size(), "-");
    at += alone ? 1 : word.size();
  }
  return text;
}

// Six or more pairs of hexadecimal digits joined by ":" (Ethernet has 6, InfiniBand 20).
std::string replace_mac_addresses(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool starts = at == 0 || (!is_word(text[at - 1]) && text[at - 1] != ':');
    std::size_t pairs = 0;
    std::size_t end = at;
    while (starts && end + 1 < text.size() && is_hex(text[end]) && is_hex(text[end + 1])) {
      ++pairs;
      end += 2;
      if (end + 2 >= text.size() || text[end] != ':' || !is_hex(text[end + 1])) break;
      ++end;
    }
    const bool whole =
        pairs >= 6 && (end == text.size() || (!is_word(text[end]) && text[end] != ':'));
    if (whole) {
      out += '-';
      at = end;
    } else {
      out += text[at++];
    }
  }
  return out;
}

// 8-4-4-4-12 hexadecimal digits.
std::string replace_uuids(std::string_view text) {
  constexpr std::array<std::size_t, 5> kGroups{8, 4, 4, 4, 12};
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    bool matches = at == 0 || !is_word(text[at - 1]);
    for (std::size_t group = 0; matches && group < kGroups.size(); ++group) {
      if (group > 0) matches = end < text.size() && text[end++] == '-';
      for (std::size_t i = 0; matches && i < kGroups[group]; ++i) {
        matches = end < text.size() && is_hex(text[end++]);
      }
    }
    if (matches && (end == text.size() || !is_word(text[end]))) {
      out += '-';
      at = end;
    } else {
      out += text[at++];
    }
  }
  return out;
}

bool is_identity_key(std::string_view key) {
  std::string plain;
  for (const char c : key) {
    if (is_word(c) && c != '_')
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return among(kKeys, plain);
}

// `<info name="KEY" value="…"/>` and `"key": "…"`: the text between the quotes after the key.
std::string replace_quoted(std::string line) {
  for (std::size_t at = 0; (at = line.find('"', at)) != std::string::npos;) {
    const std::size_t end = line.find('"', at + 1);
    if (end == std::string::npos) break;
    const std::string_view key = std::string_view(line).substr(at + 1, end - at - 1);
    const std::size_t open = line.find('"', end + 1);
    at = end + 1;
    if (!is_identity_key(key) || open == std::string::npos) continue;
    const std::string_view between =
        trimmed(std::string_view(line).substr(end + 1, open - end - 1));
    const std::size_t close = line.find('"', open + 1);
    if (close == std::string::npos || (between != ":" && between != "value=")) continue;
    line.replace(open + 1, close - open - 1, "-");
    at = open + 3;
  }
  return line;
}

// The source of a network mount names a server, its options addresses and users; only rw or ro
// stays.
std::string anonymise_mount(const std::string& line) {
  const std::size_t mark = line.find(" - ");
  if (mark == std::string::npos) return line;
  const std::size_t type_end = line.find(' ', mark + 3);
  if (type_end == std::string::npos) return line;
  if (!among(kNetworkFilesystems, std::string_view(line).substr(mark + 3, type_end - mark - 3))) {
    return line;
  }
  const std::size_t options = line.find(' ', type_end + 1);
  const bool read_only =
      options != std::string::npos && std::string_view(line).substr(options + 1).starts_with("ro");
  return line.substr(0, type_end) + " - " + (read_only ? "ro" : "rw");
}

std::string anonymise_line(std::string line, bool mounts) {
  if (mounts) return anonymise_mount(line);
  const std::size_t colon = line.find(':');
  if (colon != std::string::npos && line.find('"') == std::string::npos &&
      is_identity_key(std::string_view(line).substr(0, colon))) {
    return line.substr(0, colon + 1) + " -";
  }
  return replace_quoted(std::move(line));
}

std::string replace_home(std::string text, const std::string& home) {
  // "/home/anna" becomes "/home/-": where it lies matters for disks, whose it is does not.
  const std::size_t cut = home.rfind('/');
  if (cut == std::string::npos || cut + 1 >= home.size() || home == "/root") return text;
  const std::string to = home.substr(0, cut + 1) + "-";
  std::size_t at = 0;
  while ((at = text.find(home, at)) != std::string::npos) {
    const std::size_t end = at + home.size();
    if (end < text.size() && (is_word(text[end]) || text[end] == '-' || text[end] == '.')) {
      at = end;
      continue;
    }
    text.replace(at, home.size(), to);
    at += to.size();
  }
  return text;
}

// Other people's home folders, as they stand in mount tables.
std::string replace_home_folders(std::string text) {
  constexpr std::string_view kHomes = "/home/";
  std::size_t at = 0;
  while ((at = text.find(kHomes, at)) != std::string::npos) {
    const std::size_t from = at + kHomes.size();
    const std::size_t end = std::min(text.find_first_of("/ \t\n\":,;", from), text.size());
    if (end > from) text.replace(from, end - from, "-");
    at = from;
  }
  return text;
}

std::string replace_identity(const Identity& identity, std::string text) {
  text = replace_home(std::move(text), identity.home);
  text = replace_home_folders(std::move(text));
  for (const std::string& word : identity.words) text = replace_words(std::move(text), word);
  return text;
}

}  // namespace

Identity identity_of(const Host& host) {
  Identity identity;
  for (const char* name : {"USER", "LOGNAME", "SUDO_USER", "HOSTNAME"}) {
    if (const auto value = host.environment(name)) add_word(identity, *value);
  }
  if (const auto home = host.environment("HOME"); home && home->starts_with('/')) {
    identity.home = *home;
    while (identity.home.size() > 1 && identity.home.back() == '/') identity.home.pop_back();
    add_word(identity, std::string_view(identity.home).substr(identity.home.rfind('/') + 1));
  }
  constexpr std::size_t kSmall = 65536;
  for (const char* path :
       {"/proc/sys/kernel/hostname", "/etc/hostname", "/etc/machine-id",
        "/proc/sys/kernel/random/boot_id", "/sys/class/dmi/id/product_serial",
        "/sys/class/dmi/id/product_uuid", "/sys/class/dmi/id/board_serial",
        "/sys/class/dmi/id/chassis_serial", "/sys/class/dmi/id/chassis_asset_tag"}) {
    if (const auto text = host.read_file(path, kSmall)) {
      const std::string_view word = trimmed(*text);
      add_word(identity, word);
      // The first part of a full name ("lab7.example.com") is a name of its own.
      if (word.find(' ') == std::string_view::npos)
        add_word(identity, word.substr(0, word.find('.')));
    }
  }
  // Longer words first, so that a name that holds another is replaced whole.
  std::stable_sort(identity.words.begin(), identity.words.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return identity;
}

std::string anonymise_text(const Identity& identity, std::string_view path, std::string_view text) {
  const std::string_view file = path.substr(path.rfind('/') + 1);
  const bool kernel_file = path.starts_with("/proc/") || path.starts_with("/sys/");
  if ((kernel_file || path.starts_with("/etc/")) && among(kWholeFiles, file)) {
    return text.empty() ? std::string() : "-\n";
  }
  const bool mounts = file == "mountinfo" || file == "mounts";
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += anonymise_line(std::string(text.substr(at, end - at)), mounts);
    if (end < text.size()) out += '\n';
    at = end + 1;
  }
  out = replace_mac_addresses(out);
  // A GPU's UUID tells one card seen twice from two cards and stays; ids of disks and boards go.
  if (mounts || file == "cmdline" || path.find("/dmi/") != std::string_view::npos) {
    out = replace_uuids(out);
  }
  return replace_identity(identity, std::move(out));
}

std::string anonymise_path(const Identity& identity, std::string_view path) {
  const bool of_kernel = (path.starts_with("/proc/") || path.starts_with("/sys/")) &&
                         !path.starts_with("/sys/fs/cgroup/");
  if (of_kernel || path.starts_with("/etc/")) return std::string(path);
  return replace_identity(identity, std::string(path));
}

}  // namespace weighin
