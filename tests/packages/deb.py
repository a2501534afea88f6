#!/usr/bin/python3
"""Is the .deb installed, run, built against with a C compiler alone, and removed without a trace?"""
import gzip
import os
import pathlib
import re
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from packages import binary, done, expect, folder, root_with_libraries, run, skip, source  # noqa: E402

for tool in ("dpkg", "dpkg-deb", "dpkg-shlibdeps", "cpack"):
    if shutil.which(tool) is None:
        skip(f"{tool} is not installed: no .deb can be made here")

holder, place = folder()
run("cpack", "-G", "DEB", "-B", place / "out", cwd=binary)
package = next((place / "out").glob("*.deb"))
fields = dict(re.findall(r"^ ?([\w-]+): (.*)$", run("dpkg-deb", "-f", package).stdout, re.M))
depends = {word.split()[0] for word in fields["Depends"].split(", ")}
expect({"libc6", "libstdc++6", "libhwloc15", "libfmt9", "libprotobuf-lite32"} <= depends, "it depends on what it links",
       depends)
expect(not depends & {"libcurl4", "libzip4", "libvulkan1"}, "it does not depend on what it opens at run time", depends)
expect({"libcurl4", "libvulkan1"} <= set(fields["Recommends"].split(", ")), "it recommends what it opens", fields)
expect(fields["Package"] == "weighin" and re.match(r"^\d+\.\d+\.\d+$", fields["Version"]), "name and version", fields)
print(f"{package.name}: {package.stat().st_size} bytes, depends on {fields['Depends']}")

# Installed into a root of its own by dpkg itself, which keeps its own records there: this machine stays as it is.
root = place / "root"
admin = root / "var/lib/dpkg"
for name in ("info", "updates", "triggers"):
    (admin / name).mkdir(parents=True)
(admin / "status").touch()
dpkg = ["dpkg", f"--root={root}", "--force-depends", "--force-not-root", "--force-script-chrootless",
        f"--log={place / 'log'}"]
before = {path for path in root.rglob("*") if not path.is_relative_to(admin)}
run(*dpkg, "-i", package)
status = run("dpkg-query", f"--admindir={admin}", "-W", "-f=${Status}", "weighin").stdout
expect(re.match(r"install ok (installed|triggers-)", status), "it is installed", status)
manual = gzip.decompress((root / "usr/share/man/man1/weighin.1.gz").read_bytes()).decode()
expect(".TH" in manual and "gate" in manual, "the manual is one", manual[:200])
for name in ("usr/share/bash-completion/completions/weighin", "usr/share/doc/weighin/copyright",
             "usr/share/doc/weighin/changelog.gz"):
    expect((root / name).is_file(), f"{name} is installed")

surroundings = dict(os.environ, HOME=str(place), XDG_CACHE_HOME=str(place / "cache"),
                    LD_LIBRARY_PATH=str(root / "usr/lib"))
surroundings.pop("WEIGHIN_CATALOGUE", None)
program = root / "usr/bin/weighin"
listed = run(program, "models", "list", env=surroundings).stdout
expect("gemma-2b" in listed, "the catalogue beside the program is found", listed[:300])
gate = run(program, "gate", "--model", "smollm2-135m", "--json", env=surroundings, codes=(0, 1, 2))
expect('"schema":"weighin/gate/1"' in gate.stdout.replace(" ", ""), "the gate answers", gate.stdout)

# The C example against it: gcc, no header of C++, no other package of ours.
example = place / "gate"
run("gcc", "-std=c11", "-Wall", "-Werror", "-nostdinc", "-isystem", run("gcc", "-print-file-name=include").stdout.strip(),
    "-isystem", "/usr/include", "-isystem", f"/usr/include/{run('gcc', '-print-multiarch').stdout.strip()}",
    "-I", root / "usr/include", source / "docs/examples/gate.c", "-L", root / "usr/lib", "-lweighin", "-o", example)
built = run(example, "smollm2-135m", env=surroundings, codes=(0, 1, 2))
expect(built.returncode == gate.returncode, "the C example decides as the program", built.stdout)

# In a root where there is nothing else but the libraries.
if os.geteuid() == 0 and shutil.which("chroot"):
    root_with_libraries(root, program)
    (root / "proc").mkdir()
    inside = run("chroot", root, "/usr/bin/weighin", "estimate", "gemma-2b", "--json", codes=None)
    expect(inside.returncode == 0 and "weighin/estimate/1" in inside.stdout, "it runs in its own root",
           f"{inside.returncode} {inside.stderr}")
    shutil.rmtree(root / "proc")
else:
    print("skipped: running it in its own root (only root may chroot)")

run(*dpkg, "-r", "weighin")
left = [str(path) for path in root.rglob("*weighin*") if not path.is_relative_to(admin)]
expect(not left, "nothing is left when it is removed", left)
expect(before is not None and not (root / "usr/bin/weighin").exists(), "the program is gone")
done()
