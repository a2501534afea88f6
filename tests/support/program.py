"""How do the tests of the whole program run it?"""
import json
import os
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(sys.argv[1]).resolve()
BUILD = pathlib.Path(sys.argv[2]).resolve()
PROGRAM = BUILD / "weighin"
MACHINES = SOURCE / "tests" / "machines"

failures = []


def run(*words, env=None, **more):
    """Runs weighin; gives the finished process with stdout and stderr as text."""
    surroundings = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    surroundings.update(env or {})
    return subprocess.run([str(PROGRAM), *map(str, words)], capture_output=True, text=True, env=surroundings,
                          stdin=subprocess.DEVNULL, timeout=120, **more)


def run_json(*words, **more):
    """Runs weighin with --json; gives (exit code, document)."""
    done = run(*words, "--json", **more)
    try:
        return done.returncode, json.loads(done.stdout)
    except json.JSONDecodeError as error:
        check(False, f"weighin {' '.join(map(str, words))} --json printed no JSON ({error}): {done.stdout[:200]!r} {done.stderr[:400]!r}")
        return done.returncode, {}


def check(condition, what):
    """Remembers a failure and goes on, so that one run shows all of them."""
    if not condition:
        failures.append(what)
        print(f"FAILED: {what}")
    return bool(condition)


def equal(got, expected, what):
    return check(got == expected, f"{what}: got {got!r}, expected {expected!r}")


def skip(why):
    print(f"SKIPPED: {why}")
    sys.exit(77)


def finish():
    print(f"{len(failures)} failures" if failures else "all as expected")
    sys.exit(1 if failures else 0)


def recorded_machine():
    """A recorded machine of the tests that has answers of its own."""
    for folder in sorted(MACHINES.iterdir()) if MACHINES.exists() else []:
        # Whole: with the disk's figures, so that every question can be decided.
        if (folder / "root").is_dir() and any((folder / "answers").glob("statfs*")):
            return folder
    return None
