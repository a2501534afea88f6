#!/usr/bin/python3
"""Does `weighin check` give the same answers for a machine, its saved profile and its recording?"""
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import check, equal, finish, run, run_json  # noqa: E402

code, report = run_json("check", "--bench-seconds", "0.5")
equal(code, 0, "a check without a question is done")
equal(report.get("schema"), "weighin/report/1", "schema")
for key in ("device", "measurements", "verdicts", "recommendation"):
    check(key in report, f"the report lacks {key}")
check(len(report["verdicts"]) > 100, f"only {len(report['verdicts'])} verdicts")
words = {"fits", "tight", "slow", "too-big", "unsupported", "not-downloadable", "unknown"}
for verdict in report["verdicts"]:
    check(verdict["verdict"] in words, f"verdict {verdict['verdict']}")
    if verdict["verdict"] != "fits":
        check(verdict["reasons"], f"{verdict['model']}: {verdict['verdict']} without a reason")
    if verdict["verdict"] == "fits":
        check(verdict["headroom_bytes"] > 0, f"{verdict['model']} fits without headroom")

with tempfile.TemporaryDirectory() as folder:
    saved = pathlib.Path(folder) / "device.json"
    saved.write_text(run("probe", "--json").stdout)
    one, first = run_json("check", "--device", saved)
    two, second = run_json("check", "--device", saved)
    equal(one, 0, "check of a saved profile")
    equal(first["verdicts"], second["verdicts"], "the same device gives the same verdicts")
    check(all(m["status"] == "skipped" for m in first["measurements"]), "nothing is measured on another machine")
    small = json.loads(saved.read_text())
    for key in ("total_bytes", "available_bytes", "usable_bytes", "capacity_bytes"):
        small["memory"][key] = 512 << 20
    small["gpus"] = []
    saved.write_text(json.dumps(small))
    equal(run("check", "llama-3.1-8b", "--device", saved).returncode, 1, "8B on half a GiB")
    equal(run("check", "smollm2-135m", "--device", saved).returncode, 0, "135M on half a GiB")
    saved.write_text("{broken")
    done = run("check", "--device", saved)
    equal(done.returncode, 65, "a broken profile")
    check("device.json" in done.stderr and "hint:" in done.stderr, f"message: {done.stderr}")
equal(run("check", "--device", "/nonexistent/device.json").returncode, 66, "a missing profile")

# No subcommand means check; a word that is a command must come first.
equal(run("smollm2-135m", "--no-bench", "--no-gpu").returncode, 0, "weighin MODEL")
equal(run("gpt-4", "--no-bench", "--no-gpu").returncode, 1, "a hosted model")
done = run("--no-bench", "probe")
equal(done.returncode, 64, "options before a command")
check("put it first" in done.stderr, f"hint: {done.stderr}")
equal(run("--version").returncode, 0, "--version")
check("estimate" in run("--help").stdout, "--help lists the commands")

for width in (60, 80, 120):
    done = run("check", "--no-bench", "--no-gpu", env={"COLUMNS": str(width), "LC_ALL": "C.UTF-8"})
    longest = max(map(len, done.stdout.splitlines()))
    check(longest <= width, f"a line of {longest} columns at width {width}")
done = run("check", "--no-bench", "--no-gpu", env={"LC_ALL": "C"})
check(done.stdout.isascii(), "ASCII where the locale is not UTF-8")
check("\x1b[" in run("check", "--no-bench", "--no-gpu", "--color", "always").stdout, "--color always")
check("\x1b[" not in run("check", "--no-bench", "--no-gpu", env={"NO_COLOR": "1", "FORCE_COLOR": "1"}).stdout, "NO_COLOR")
finish()
