#!/usr/bin/python3
"""Does any storey look up?  Reads every #include line against the arrows of docs/design.md."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
# Who may include whose private headers: the arrows of CMakeLists.txt, with what they reach.
ARROWS = {
    "core": set(),
    "kernels": set(),
    "vulkan": {"core"},
    "catalogue": {"core"},
    "remote": {"core"},
    "estimate": {"catalogue", "core"},
    "probes": {"vulkan", "core"},
    "bench": {"kernels", "vulkan", "core"},
    "advise": {"estimate", "catalogue", "bench", "probes", "core"},
    "report": {"advise", "estimate", "catalogue", "bench", "probes", "core"},
    "session": {"report", "advise", "estimate", "catalogue", "bench", "probes", "remote", "core"},
    "capi": {"session", "report", "advise", "estimate", "catalogue", "bench", "probes", "remote", "core"},
    "cli": {"session", "report", "advise", "estimate", "catalogue", "bench", "kernels", "probes", "vulkan", "remote", "core"},
}
# Public headers hold the types that flow; each belongs to the storey that makes its values.
PUBLIC = {
    "known": "core", "result": "core", "units": "core", "formats": "core", "host": "core", "core": "core", "process": "core", "cancel": "core",
    "bytes": "core", "model_file": "catalogue", "remote": "remote",
    "device": "probes", "catalogue": "catalogue", "estimate": "estimate", "bench": "bench",
    "advise": "advise", "gate": "advise", "report": "report",
    "weighin": "capi",
}
# A measurement is made for a device profile: bench reads that type, and calls nothing of the probes.
TYPES_ONLY = {("bench", "device")}
# Pure storeys touch no file, clock, thread or device.
PURE = {"estimate", "advise"}
IMPURE_HEADERS = {"fstream", "filesystem", "chrono", "thread", "ctime", "random", "unistd.h", "fcntl.h",
                  "sys/stat.h", "dlfcn.h", "cstdio", "iostream", "time.h", "stdlib.h"}


def storey_of(path):
    parts = path.relative_to(root).parts
    if parts[0] == "probes":
        return "probes"
    return parts[1] if parts[0] == "src" and len(parts) > 2 else None


faults = []
checked = 0
files = [p for folder in ("src", "probes") for p in (root / folder).rglob("*") if p.suffix in (".cpp", ".hpp", ".h")]
for path in sorted(files):
    storey = storey_of(path)
    if storey == "include":
        own = PUBLIC.get(path.stem)
        if own is None:
            faults.append(f"{path.relative_to(root)}: a public header that no storey owns")
            continue
    elif storey in ARROWS:
        own = storey
    else:
        continue
    may = ARROWS[own] | {own}
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        where = f"{path.relative_to(root)}:{number}"
        match = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
        if match:
            checked += 1
            target = match.group(1)
            if target.startswith("weighin/"):
                stem = pathlib.PurePath(target).stem
                belongs = PUBLIC.get(stem)
                if own == "kernels":
                    faults.append(f"{where}: kernels include only kernel.hpp and Highway, not {target}")
                elif belongs is None:
                    faults.append(f"{where}: {target} belongs to no storey")
                elif belongs not in may and (own, stem) not in TYPES_ONLY:
                    faults.append(f"{where}: {own} looks up at {target} ({belongs})")
            else:
                belongs = target.split("/")[0]
                if belongs in ARROWS and belongs not in may:
                    faults.append(f"{where}: {own} looks up at {target}")
        match = re.match(r"\s*#\s*include\s*<([^>]+)>", line)
        if match and own in PURE and storey != "include" and match.group(1) in IMPURE_HEADERS:
            faults.append(f"{where}: {own} is pure and may not include <{match.group(1)}>")
if checked < 20:
    faults.append(f"only {checked} #include lines were read: the rule checks nothing")
# The libraries must be linked by the same arrows.
cmake = (root / "CMakeLists.txt").read_text()
for name, links in re.findall(r"weighin_storey\((\w+)\s+\S+\s+LINKS ([^)]*)\)", cmake):
    for link in links.split():
        if link in ARROWS and link not in ARROWS[name]:
            faults.append(f"CMakeLists.txt: {name} links {link} against the arrows")
print("\n".join(faults) or f"{checked} includes, none looks up")
sys.exit(1 if faults else 0)
