#!/usr/bin/python3
"""Do the completions and the manual name the options that --help names, and can the shells read them?"""
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import check, equal, finish, run  # noqa: E402

man = run("completions", "man").stdout.replace("\\", "")
bash = run("completions", "bash").stdout
for command in ("gate", "check", "estimate", "bench", "report"):
    for option in set(re.findall(r"(--[a-z][a-z-]+)", run(command, "--help").stdout)):
        check(option in man, f"{command} {option} is not in the manual")
        check(option in bash, f"{command} {option} is not completed")
if shutil.which("bash"):
    equal(subprocess.run(["bash", "-n"], input=bash, text=True).returncode, 0, "bash reads it")
equal(run("completions", "horoscope").returncode, 64, "a shell that is none")
done = run("gate", "--polcy", "x")
equal(done.returncode, 64, "a mistyped option")
check("--policy is meant?" in done.stderr, done.stderr)
finish()
