# What do script/run and script/test share?  (sourced, not run)
#
# Says what it does on stderr; stdout belongs to the program.

say() { printf '== %s\n' "$*" >&2; }
die() { printf 'script: error: %s\nhint: %s\n' "$1" "$2" >&2; exit 1; }

# Debian 12's names. To build: compiler, CMake and the libraries; glslc turns shaders into SPIR-V.
build_packages="g++ cmake ninja-build pkg-config ccache libcli11-dev libfmt-dev nlohmann-json3-dev libhwloc-dev libvulkan-dev glslc libhwy-dev libcurl4-openssl-dev libprotobuf-dev libzip-dev"
# To test: the test libraries, a software Vulkan driver, validation layers, Python with its JSON Schema validator.
test_packages="libgtest-dev libgmock-dev libbenchmark-dev libflatbuffers-dev libvulkan1 mesa-vulkan-drivers vulkan-validationlayers python3 python3-jsonschema python3-numpy binutils dpkg-dev file xz-utils bzip2 git"
# To check the Arm kernels on another architecture: compiler and emulator.
arm_packages="g++-aarch64-linux-gnu qemu-user libhwy-dev"

# Installs those of the named Debian packages that are missing.
need() {
  local missing="" package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  command -v apt-get >/dev/null 2>&1 || die "these packages are missing:$missing" "install them with this system's package manager (the names are Debian 12's)"
  local root=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || die "these packages are missing:$missing" "run as root: apt-get install$missing"
    root=sudo
  fi
  say "installing with apt:$missing"
  $root apt-get update -q >&2 || die "apt-get update failed" "check the network and /etc/apt/sources.list"
  # shellcheck disable=SC2086  # a list of words
  DEBIAN_FRONTEND=noninteractive $root apt-get install -q -y --no-install-recommends $missing >&2 ||
    die "apt-get install failed" "see the lines above"
}

# Fetches with npm what the lock file $1 pins (package, version, integrity a line) into $2/NAME.
fetch_locked() {
  local lock=$1 work=$2 package version integrity folder archive found
  command -v npm >/dev/null 2>&1 || need npm
  need openssl
  mkdir -p "$work/archives"
  while read -r package version integrity; do
    case $package in '#'*|'') continue ;; esac
    folder=$work/$(basename "$package")
    [ -d "$folder" ] && continue
    say "fetching $package $version with npm"
    archive=$(cd "$work/archives" && npm pack --silent "$package@$version") || die "npm could not fetch $package" "check the network"
    found="sha512-$(openssl dgst -sha512 -binary "$work/archives/$archive" | base64 -w0)"
    [ "$found" = "$integrity" ] || die "$package $version is not the pinned archive" "compare $lock"
    mkdir -p "$folder" && tar -xzf "$work/archives/$archive" -C "$folder" --strip-components=1
  done < "$lock"
}

# Compiles tests/engine/engine.cpp into $1/engine against the headers in $1 and the libraries in the folder $2, whose names end in $3.
compile_engine() {
  local work=$1 backends=$2 kind=$3 sources=$1/llama.cpp
  [ -d "$sources" ] || git -c advice.detachedHead=false clone -q "$work/node-llama-cpp/llama/gitRelease.bundle" "$sources"
  [ -x "$work/engine" ] && [ ! tests/engine/engine.cpp -nt "$work/engine" ] && return 0
  say "compiling tests/engine/engine.cpp against the engine's headers"
  g++ -O2 -std=c++20 -I "$sources/include" -I "$sources/ggml/include" tests/engine/engine.cpp -o "$work/engine" \
    "$backends"/libllama$kind.v*.so "$backends"/libggml$kind.v*.so "$backends"/libggml-base.so -Wl,-rpath,"$backends" ||
    die "the engine does not compile" "see the lines above"
}

# Configures the preset $1 in build/$1 and builds its targets (all, or those named).
build() {
  local preset=$1
  shift
  if command -v ccache >/dev/null 2>&1; then
    export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
  fi
  say "configuring and building (build/$preset)"
  local log=build/$preset/configure.log
  mkdir -p "build/$preset"
  cmake --preset "$preset" >"$log" 2>&1 || { cat "$log" >&2; die "configuring failed" "see the lines above"; }
  local targets=()
  [ $# -gt 0 ] && targets=(--target "$@")
  cmake --build "build/$preset" "${targets[@]}" >&2 || die "building failed" "see the lines above"
}
