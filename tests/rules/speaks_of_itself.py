#!/usr/bin/python3
"""Do the files keep to the project: no unfinished work, no path of somebody's machine?"""
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(sys.argv[1])
WORDS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
PATHS = re.compile(r"(/work/|/root/|/home/[a-z]+/)")
faults = []
listed = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True)
names = listed.stdout.split("\n") if listed.returncode == 0 else [
    str(p.relative_to(root)) for p in root.rglob("*") if "build" not in p.parts and ".git" not in p.parts]
count = 0
for name in names:
    path = root / name
    if path.suffix not in (".cpp", ".hpp", ".c", ".cmake", ".py", ".md", ".json", ".sh", ".txt", "") or not path.is_file():
        continue
    if name.startswith(("tests/machines/", "tests/fuzz/corpus/")) or path.name == pathlib.Path(__file__).name:
        continue  # recorded data speaks for itself
    count += 1
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        if WORDS.search(line):
            faults.append(f"{name}:{number}: unfinished work: {line.strip()[:80]}")
        if PATHS.search(line) and not name.startswith("tests/"):
            faults.append(f"{name}:{number}: a path of a machine: {line.strip()[:80]}")
if count < 20:
    faults.append("hardly any file was found: the rule checks nothing")
print("\n".join(faults) or f"{count} files")
sys.exit(1 if faults else 0)
