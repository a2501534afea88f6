#!/usr/bin/python3
"""Does the .tar.gz run where there is nothing but libc and libstdc++, and is its program small enough?"""
import json
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from packages import binary, done, expect, folder, needed, root_with_libraries, run, skip  # noqa: E402

MOST_BYTES = 8 << 20
MAY_NEED = {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}

if not (binary / "portable/weighin").exists():
    skip("no portable program was built: libhwloc.a or libprotobuf-lite.a is not installed")

holder, place = folder()
run("cpack", "-G", "TGZ", "-B", place / "out", cwd=binary)
archive = next((place / "out").glob("*.tar.gz"))
run("tar", "-xzf", archive, "-C", place)
tree = next(path for path in place.glob("weighin-*") if path.is_dir())
program = tree / "bin/weighin"
names = set(needed(program))
print(f"{archive.name}: {archive.stat().st_size} bytes; {program.name}: {program.stat().st_size} bytes, "
      f"needs {', '.join(sorted(names))}")
expect(names <= MAY_NEED, "it needs the base libraries alone", sorted(names - MAY_NEED))
expect(program.stat().st_size <= MOST_BYTES, "it has at most 8 MiB", program.stat().st_size)
expect(".symtab" not in run("readelf", "-SW", program).stdout, "it is stripped")

surroundings = {"PATH": os.environ["PATH"], "HOME": str(place), "XDG_CACHE_HOME": str(place / "cache")}
ours = run(binary / "weighin", "estimate", "gemma-2b", "--json", env=surroundings).stdout
theirs = run(program, "estimate", "gemma-2b", "--json", env=surroundings).stdout
expect(ours == theirs, "the portable program answers as the other", theirs[:300])
probe = json.loads(run(program, "probe", "--json", env=surroundings).stdout)
expect("hwloc" in json.dumps(probe["evidence"]), "its own hwloc answers", json.dumps(probe["evidence"])[:300])

# A root with these libraries, the tree, and nothing else at all.
if os.geteuid() == 0 and shutil.which("chroot"):
    root = place / "root"
    root.mkdir()
    root_with_libraries(root, program)
    libraries = sorted(path.name for path in root.rglob("*") if path.is_file())
    shutil.copytree(tree, root / "opt/weighin", symlinks=True)
    for words, codes in ((["--version"], (0,)), (["estimate", "gemma-2b", "--json"], (0,)),
                         (["gate", "--model", "smollm2-135m", "--json"], (0, 1, 2)),
                         (["probe", "--json"], (0,)), (["schema", "gate"], (0,))):
        inside = run("chroot", root, "/opt/weighin/bin/weighin", *words, codes=None)
        expect(inside.returncode in codes and inside.stdout, f"{' '.join(words)} runs in a root with {libraries}",
               f"{inside.returncode} {inside.stderr}")
    url = run("chroot", root, "/opt/weighin/bin/weighin", "estimate", "https://example.org/m.gguf", codes=None)
    expect(url.returncode == 66 and "libcurl" in url.stderr, "without libcurl a URL is refused, and why", url.stderr)
else:
    print("skipped: running it in a root of its own (only root may chroot)")
done()
