#!/usr/bin/python3
"""Do the kernels' objects share anything with the rest of the program?  No weak symbol may be in them.

A weak symbol (an inline or template function with external linkage) exists once in the program, and the
linker may keep the copy that was compiled with AVX-512: a crash on every older processor.
"""
import pathlib
import re
import subprocess
import sys

build = pathlib.Path(sys.argv[2])
cache = (build / "CMakeCache.txt").read_text()
if re.search(r"^WEIGHIN_SANITIZE:\w+=.+$", cache, re.M):
    print("skipped: sanitizers add symbols of their own")
    sys.exit(77)
isas = re.search(r'set\(WEIGHIN_ISAS ""\)', (pathlib.Path(sys.argv[1]) / "src/cmake/isa.cmake").read_text())
objects = sorted(build.glob("CMakeFiles/weighin_kernels_*.dir/src/kernels/cpu/*.o"))
if not isas or len(objects) < 10:
    print(f"only {len(objects)} kernel objects found in {build}: the rule checks nothing")
    sys.exit(1)
faults = []
rows = 0
for path in objects:
    isa = re.search(r"weighin_kernels_(\w+)\.dir", str(path)).group(1)
    listing = subprocess.run(["nm", "-C", str(path)], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        kind, _, name = line[17:].partition(" ")
        where = f"{isa}/{path.name}: {name}"
        if kind in "WVu" or (kind in "wv" and "sanitizer" not in name):
            faults.append(f"{where} is weak ({kind})")
        # The row is the one thing that others may see, and it stands in its instruction set's namespace.
        elif kind in "TDBR":
            rows += 1
            if not re.fullmatch(rf"weighin::kernels::{isa}::\w+_kernel", name):
                faults.append(f"{where} is visible to others")
if rows != len(objects):
    faults.append(f"{len(objects)} objects define {rows} rows")
print("\n".join(faults) or f"{len(objects)} objects, one visible row each, nothing weak")
sys.exit(1 if faults else 0)
