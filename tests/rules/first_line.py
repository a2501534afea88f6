#!/usr/bin/python3
"""Does every source ask its question in its first line, and stay short?"""
import pathlib
import sys

root = pathlib.Path(sys.argv[1])
LONGEST = 600
faults = []
count = 0
for folder in ("src", "probes", "tests"):
    for path in sorted((root / folder).rglob("*")):
        if path.suffix not in (".cpp", ".hpp", ".h", ".c", ".cmake", ".comp"):
            continue
        count += 1
        lines = path.read_text(errors="replace").splitlines()
        first = lines[0] if lines else ""
        if not first.lstrip().startswith(("//", "#", "/*")) or "?" not in first:
            faults.append(f"{path.relative_to(root)}:1: the first line asks no question: {first[:60]}")
        if len(lines) > LONGEST:
            faults.append(f"{path.relative_to(root)}: {len(lines)} lines, more than {LONGEST}: it answers several questions")
if count < 20:
    faults.append("hardly any file was found: the rule checks nothing")
print("\n".join(faults) or f"{count} files")
sys.exit(1 if faults else 0)
