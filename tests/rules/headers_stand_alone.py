#!/usr/bin/python3
"""Does every public header compile by itself?"""
import pathlib
import subprocess
import sys

root = pathlib.Path(sys.argv[1])
faults = []
headers = sorted((root / "src/include/weighin").glob("*.hpp"))
for header in headers:
    done = subprocess.run(
        ["g++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-x", "c++",
         "-I", root / "src/include", "-include", header, "/dev/null"], capture_output=True, text=True)
    if done.returncode != 0:
        faults.append(f"{header.name}:\n{done.stderr}")
if not headers:
    faults.append("no public header was found")
print("\n".join(faults) or f"{len(headers)} headers stand alone")
sys.exit(1 if faults else 0)
