#!/usr/bin/python3
"""Do programs in C, C++ and Python build and run with what `cmake --install` puts into a prefix, wherever it lies?"""
import json
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from packages import binary, cache, done, expect, folder, functions_of_header, run, source, symbols  # noqa: E402

holder, place = folder()
prefix = place / "first"
run("cmake", "--install", binary, "--prefix", prefix)
# The tree may be moved: nothing in it names the place that it was installed to.
moved = place / "moved"
prefix.rename(moved)
prefix = moved
library = prefix / "lib"
surroundings = dict(os.environ, HOME=str(place), XDG_CACHE_HOME=str(place / "cache"), LD_LIBRARY_PATH=str(library),
                    PKG_CONFIG_PATH=str(library / "pkgconfig"))
surroundings.pop("WEIGHIN_CATALOGUE", None)

# What the shared library shows is what the header declares.
functions = functions_of_header()
expect(len(functions) >= 12, "the header's functions are found", functions)
expect(symbols(library / "libweighin.so.1") == functions, "the shared library shows the header's functions alone",
       symbols(library / "libweighin.so.1"))
for name in ("bin/weighin", "share/weighin/models.json", "share/man/man1/weighin.1.gz", "include/weighin.h",
             "include/weighin/report.hpp", "share/bash-completion/completions/weighin", "lib/libweighin.a",
             "share/zsh/vendor-completions/_weighin", "share/fish/vendor_completions.d/weighin.fish"):
    expect((prefix / name).is_file() and (prefix / name).stat().st_size > 0, f"{name} is installed")
for header in sorted((prefix / "include/weighin").glob("*.hpp")):
    private = [line for line in header.read_text().splitlines()
               if line.startswith('#include "') and not line.startswith('#include "weighin/')]
    expect(not private, f"{header.name} includes public headers alone", private)


def checked(what, words, codes=(0, 1, 2)):
    done = run(*words, codes=None, env=surroundings, cwd=place)
    expect(done.returncode in codes, f"{what} runs", f"{done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return done


program = checked("the program", [prefix / "bin/weighin", "gate", "--model", "smollm2-135m", "--json"])

# C, with pkg-config and a C compiler alone.
flags = run("pkg-config", "--cflags", "--libs", "weighin", env=surroundings).stdout.split()
run("gcc", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", source / "docs/examples/gate.c", "-o",
    place / "gate", *flags)
gate = checked("the C example", [place / "gate", "smollm2-135m"])
ours, theirs = (json.loads(each.stdout) for each in (gate, program))
ours.pop("elapsed_seconds", None), theirs.pop("elapsed_seconds", None)
expect(ours["decision"] == theirs["decision"] and gate.returncode == program.returncode,
       "the C example decides as the program", gate.stdout)
checked("the C example, with a demand", [place / "gate", "gpt-4"], codes=(1, 2))
wrong = checked("the C example, for a model that is none", [place / "gate", "no such model"], codes=(64,))
expect("weighin/error/1" in wrong.stderr, "an error is a document", wrong.stderr)

# C++, with pkg-config, against the static library.
flags = run("pkg-config", "--cflags", "--libs", "weighin-cxx", env=surroundings).stdout.split()
run("g++", "-std=c++20", "-Wall", "-Wextra", "-Werror", source / "docs/examples/estimate.cpp", "-o",
    place / "estimate", *flags)
estimate = checked("the C++ example", [place / "estimate", prefix / "bin/weighin", "gemma-2b"], codes=(0, 1))
expect("Gemma 2B" in estimate.stdout, "the C++ example estimates", estimate.stdout)
# The C interface lies in the static library too.
flags = ["-I", prefix / "include", library / "libweighin.a", *[f for f in flags if f.startswith("-l") and ":" not in f]]
run("gcc", "-c", "-I", prefix / "include", source / "docs/examples/gate.c", "-o", place / "gate.o")
run("g++", place / "gate.o", *flags, "-ldl", "-pthread", "-o", prefix / "bin/static-gate")
checked("the C example, linked statically", [prefix / "bin/static-gate", "smollm2-135m"])

# Both with find_package, from outside.
outside = place / "outside"
shutil.copytree(source / "docs/examples", outside)
run("cmake", "-S", outside, "-B", place / "found", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}")
run("cmake", "--build", place / "found")
checked("the C example of find_package", [place / "found/gate", "smollm2-135m"])
checked("the C++ example of find_package", [place / "found/estimate", prefix / "bin/weighin", "7B"], codes=(0, 1))
(outside / "CMakeLists.txt").write_text(
    "cmake_minimum_required(VERSION 3.25)\nproject(c_alone LANGUAGES C)\nfind_package(weighin REQUIRED COMPONENTS c)\n"
    "add_executable(gate gate.c)\ntarget_link_libraries(gate PRIVATE weighin::c)\n")
run("cmake", "-S", outside, "-B", place / "c", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}")
run("cmake", "--build", place / "c")
(outside / "CMakeLists.txt").write_text(
    "cmake_minimum_required(VERSION 3.25)\nproject(newer LANGUAGES CXX)\nfind_package(weighin 0.99 REQUIRED)\n")
refused = run("cmake", "-S", outside, "-B", place / "newer", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", codes=None)
expect(refused.returncode != 0 and "0.99" in refused.stderr, "a version that is not there is refused", refused.stderr)

# The sources as a part of another project: configured whole, and built as far as its lowest storey goes (all of it is
# this very build). Nothing of ours but what is asked for is built or installed there.
(outside / "CMakeLists.txt").write_text(
    "cmake_minimum_required(VERSION 3.25)\nproject(around LANGUAGES C CXX)\n"
    f"add_subdirectory({source} weighin EXCLUDE_FROM_ALL)\n"
    "if(NOT TARGET weighin::weighin OR NOT TARGET weighin::c OR TARGET fuzz_targets)\n"
    "  message(FATAL_ERROR \"targets\")\nendif()\n"
    "add_executable(gate EXCLUDE_FROM_ALL gate.c)\ntarget_link_libraries(gate PRIVATE weighin::c)\n"
    "add_executable(estimate EXCLUDE_FROM_ALL estimate.cpp)\ntarget_link_libraries(estimate PRIVATE weighin::weighin)\n"
    "add_executable(around around.cpp)\ntarget_link_libraries(around PRIVATE weighin::core)\n")
(outside / "around.cpp").write_text(
    "#include <cstdio>\n#include <weighin/core.hpp>\nint main() { std::puts(weighin::version()); }\n")
run("cmake", "-S", outside, "-B", place / "around", "-G", "Ninja",
    *[f"-D{name}={cache(name)}" for name in ("CMAKE_CXX_COMPILER_LAUNCHER", "CMAKE_C_COMPILER_LAUNCHER",
                                             "CMAKE_BUILD_TYPE", "CMAKE_CXX_FLAGS_RELWITHDEBINFO") if cache(name)])
run("cmake", "--build", place / "around")
version = checked("a program around the sources", [place / "around/around"], codes=(0,)).stdout.strip()
expect(version == cache("CMAKE_PROJECT_VERSION"), "it is this version", version)

# Python, with ctypes.
python = checked("the Python example", [sys.executable, source / "docs/examples/probe.py", "smollm2-135m"])
expect("memory:" in python.stdout, "the Python example probes", python.stdout)

# Without the program beside it the library asks no driver, and says so.
(prefix / "bin/weighin").unlink()
text = ("import sys; sys.path.insert(0, sys.argv[1]); from probe import Weighin; "
        "import json; print(json.dumps(Weighin().ask('probe')[1]['gpu_faults']))")
faults = json.loads(checked("a probe without the program", [sys.executable, "-c", text, source / "docs/examples"],
                            codes=(0,)).stdout)
expect(all(fault["status"] in ("skipped", "unsupported") for fault in faults), "no driver was asked", faults)
done()
