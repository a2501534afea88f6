#!/usr/bin/python3
"""Do the commands of the README and of the pages for its three uses run, against a recorded machine, and end as is said?"""
import pathlib
import re
import shlex
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import SOURCE, check, equal, finish, recorded_machine, run, skip  # noqa: E402

machine = recorded_machine()
if machine is None:
    skip("there is no recorded machine under tests/machines")
text = (SOURCE / "README.md").read_text()
commands = []
for page in ("README.md", "docs/person.md", "docs/fleet.md", "docs/gating.md"):
    for block in re.findall(r"```console\n(.*?)```", (SOURCE / page).read_text(), re.S):
        commands += [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    check(page in text or page == "README.md", f"the README does not lead to {page}")
check(len(commands) >= 8, f"the README shows only {len(commands)} commands")
ran = 0
NO_DEVICE = {"estimate", "models", "schema", "--version", "--help"}
with tempfile.TemporaryDirectory() as folder:
    for command in commands:
        command, _, remark = command.partition("  #")
        words = shlex.split(command)
        if words[0] == "script/run":
            words[0] = "weighin"
        if words[0] != "weighin":
            check(words[0] in ("script/test", "git", "cmake", "ctest"), f"a command that is not tested: {command}")
            continue
        words = words[1:]
        # Each page has a place of its own: two may save the same machine.
        place = pathlib.Path(tempfile.mkdtemp(dir=folder))
        # What stands after the program's own words (a pipe, &&) belongs to the shell.
        for end in ("&&", "|", ";", "||"):
            if end in words:
                words = words[: words.index(end)]
        words = [str(place / word) if "/" not in word and word.endswith((".json", ".html", ".md", "-machine")) and words[i - 1] in ("-o", "--save") else word
                 for i, word in enumerate(words)]
        verb = words[0] if words else "check"
        takes_device = verb not in NO_DEVICE and "--device" not in words
        words += ["--device", str(machine)] if takes_device else []
        if "--device" in words and not takes_device:
            at = words.index("--device") + 1
            words[at] = str(machine)
        expected = re.search(r"exit (\d+)", remark)
        done = run(*words, cwd=SOURCE)
        allowed = {int(expected.group(1))} if expected else {0, 1, 2}
        check(done.returncode in allowed, f"{command}: exit {done.returncode}, {done.stderr[-300:]}")
        check("error" not in done.stderr or done.returncode >= 64, f"{command}: {done.stderr[-300:]}")
        ran += 1
check(ran >= 6, f"only {ran} commands of weighin were run")
for script in ("script/run", "script/test"):
    check(script in text, f"the README does not say {script}")
    equal((SOURCE / script).exists(), True, script)
finish()
