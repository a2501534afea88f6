"""What do the tests of what is installed share?"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

source = pathlib.Path(sys.argv[1])
binary = pathlib.Path(sys.argv[2])
failures = 0


def cache(name):
    """A value of the build's own CMakeCache.txt; "" where it has none."""
    found = re.search(rf"^{name}(?::\w+)?=(.*)$", (binary / "CMakeCache.txt").read_text(), re.M)
    return found.group(1) if found else ""


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


if cache("WEIGHIN_SANITIZE") or cache("WEIGHIN_FUZZ") == "ON":
    skip("a build with sanitizers is not what is installed")


def expect(true, what, got=""):
    global failures
    if not true:
        failures += 1
        print(f"FAILED: {what}{': ' if got else ''}{got}")


def run(*words, codes=(0,), **more):
    """Runs a command; its output. Any other code than those named ends the test."""
    words = [str(word) for word in words]
    done = subprocess.run(words, capture_output=True, text=True, timeout=500, check=False, **more)
    if codes is not None and done.returncode not in codes:
        print(f"FAILED: {' '.join(words)} ended with {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        sys.exit(1)
    return done


def folder():
    made = tempfile.TemporaryDirectory(prefix="weighin-")
    return made, pathlib.Path(made.name)


def needed(file):
    """The libraries that a program or library names, as readelf lists them."""
    text = run("readelf", "-d", file).stdout
    return sorted(re.findall(r"\(NEEDED\).*\[(.*)\]", text))


def functions_of_header():
    text = (source / "src/include/weighin.h").read_text()
    return sorted(re.findall(r"^WEIGHIN_API .*?\b(weighin_\w+)\(", text, re.M))


def symbols(library):
    """What a shared library shows to others, without the names of its versions."""
    lines = run("nm", "-D", "--defined-only", library).stdout.splitlines()
    return sorted({line.split()[2].split("@")[0] for line in lines if line.split()[1] != "A"})


def root_with_libraries(root, program):
    """Copies the libraries that `program` needs into a root folder, and nothing else."""
    for line in run("ldd", program).stdout.splitlines():
        for word in line.split():
            if word.startswith("/") and os.path.exists(word):
                target = root / word.lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.exists():
                    shutil.copy2(word, target)


def done():
    print(f"{failures} failures" if failures else "all well")
    sys.exit(1 if failures else 0)
