#!/usr/bin/python3
"""Do the completions and the manual name just what --help names, and do the shells complete by them?"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import check, equal, finish, run  # noqa: E402

texts = {form: run("completions", form).stdout for form in ("man", "bash", "zsh", "fish")}
man = texts["man"].replace("\\", "")
commands = re.findall(r"^  ([a-z]+) {2,}\S", run("--help").stdout.partition("ubcommands")[2], re.M)
check(len(commands) >= 9 and "gate" in commands, f"the commands of --help: {commands}")
for command in commands:
    helped = set(re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", "\n".join(
        line[:40] for line in run(command, "--help").stdout.splitlines() if re.match(r" +-", line))))
    check("--help" in helped, f"{command} --help names no option")
    section = re.search(rf"^\.SH WEIGHIN {command}$(.*?)(?=^\.SH |\Z)", man, re.M | re.S)
    in_man = set(re.findall(r"fB(--[a-z][a-z-]+)fR", section.group(1))) if section else set()
    in_bash = set(re.findall(r"--[a-z][a-z-]+", re.search(rf"^    {command}\) words='(.*?)' ;;$", texts["bash"], re.M).group(1)))
    in_zsh = set(re.findall(r"^    '(--[a-z][a-z-]+)\[", re.search(rf"^{command}\)$(.*?)^  ;;$", texts["zsh"], re.M | re.S).group(1), re.M))
    in_fish = set("--" + name for line in texts["fish"].splitlines() if f"seen_subcommand_from {command}'" in line
                  for name in re.findall(r" -l ([a-z-]+)", line.split(" -d ")[0]))
    for where, named in (("the manual", in_man), ("bash", in_bash), ("zsh", in_zsh), ("fish", in_fish)):
        equal(sorted(named ^ helped), [], f"{command}: --help and {where} differ in")

# The shells themselves; those that are not installed are named.
tried, missing = [], []
with tempfile.TemporaryDirectory() as folder:
    for shell, flags in (("bash", ["-n"]), ("zsh", ["-n"]), ("fish", ["--no-execute"])):
        if not shutil.which(shell):
            missing.append(shell)
            continue
        script = pathlib.Path(folder) / f"weighin.{shell}"
        script.write_text(texts[shell])
        done = subprocess.run([shell, *flags, script], capture_output=True, text=True, env={"HOME": folder, "PATH": "/usr/bin:/bin"})
        equal((done.returncode, done.stderr), (0, ""), f"{shell} reads it")
        tried.append(shell)
    lines = {"weighin ga": {"gate"}, "weighin gate --pol": {"--policy"}, "weighin gate --on-unknown ": {"undecided", "allow", "deny"},
             "weighin gate --color n": {"never"}, "weighin --js": {"--json"}, "weighin report --nf": {"--nfd"}}
    # fish offers the folder's files as well.
    empty = pathlib.Path(folder) / "empty"
    empty.mkdir()
    for line, expected in lines.items():
        words = line.split(" ")
        if "bash" in tried:
            ask = (f"source {folder}/weighin.bash; COMP_WORDS=({' '.join(repr(word) for word in words)}); COMP_CWORD={len(words) - 1}; "
                   "_weighin; printf '%s\\n' \"${COMPREPLY[@]}\"")
            equal(set(subprocess.run(["bash", "-c", ask], capture_output=True, text=True).stdout.split()), expected, f"bash completes {line!r}")
        if "fish" in tried:
            done = subprocess.run(["fish", "-c", f"source {folder}/weighin.fish; complete -C '{line}'"], capture_output=True, text=True,
                                  cwd=empty, env={"HOME": folder, "PATH": "/usr/bin:/bin"})
            equal({got.split("\t")[0] for got in done.stdout.splitlines()}, expected, f"fish completes {line!r}")
    if shutil.which("groff"):
        page = pathlib.Path(folder) / "weighin.1"
        page.write_text(texts["man"])
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", page], capture_output=True, text=True)
        equal((done.returncode, done.stderr), (0, ""), "groff reads the manual")
        tried.append("groff")
equal(run("completions", "horoscope").returncode, 64, "a shell that is none")
done = run("gate", "--polcy", "x")
equal(done.returncode, 64, "a mistyped option")
check("--policy is meant?" in done.stderr, done.stderr)
print("read by: " + ", ".join(tried) + ("; not installed: " + ", ".join(missing) if missing else ""))
finish()
