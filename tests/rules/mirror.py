#!/usr/bin/python3
"""Has every source a test of its name?  src/core/units.cpp -> tests/core/units_test.cpp"""
import pathlib
import sys

root = pathlib.Path(sys.argv[1])
# Tested through something else than a unit test of the same name; each with where.
ELSEWHERE = {
    "src/cli/main/main.cpp": "tests/usage/*.py run the program",
    "src/portable/fmt_inside.cpp": "tests/packages/tarball.py runs the portable program",
    "src/bench/block_mixer.cpp": "tests/bench/block_test.cpp runs blocks with each mixer",
    "src/advise/engine_profiles/epyc.cpp": "tests/advise/engine_profiles_test.cpp looks at every row",
    "src/advise/engine_profiles/zen4.cpp": "tests/advise/engine_profiles_test.cpp looks at every row",
    "src/advise/engine_profiles/xeon.cpp": "tests/advise/engine_profiles_test.cpp looks at every row",
}
tests = {p.stem[: -len("_test")]: p for p in (root / "tests").rglob("*_test.cpp")}
missing = []
count = 0
for folder in ("src", "probes"):
    for path in sorted((root / folder).rglob("*.cpp")):
        relative = str(path.relative_to(root))
        count += 1
        if relative in ELSEWHERE or path.stem in tests:
            continue
        # A subcommand is tested by running it: tests/usage/command_NAME.py.
        if path.parent.name == "commands" and (root / "tests/usage" / f"command_{path.stem}.py").exists():
            continue
        missing.append(f"{relative}: no tests/**/{path.stem}_test.cpp")
if count < 10:
    missing.append("hardly any source was found: the rule checks nothing")
print("\n".join(missing) or f"{count} sources, each with a test")
sys.exit(1 if missing else 0)
