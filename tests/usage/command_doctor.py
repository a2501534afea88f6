#!/usr/bin/python3
"""Does a machine written by `weighin doctor --save` give the same device and verdicts when replayed?"""
import os
import pathlib
import socket
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import check, equal, finish, run, run_json  # noqa: E402

with tempfile.TemporaryDirectory() as folder:
    machine = pathlib.Path(folder) / "machine"
    done = run("doctor", "--save", machine)
    equal(done.returncode, 0, f"doctor --save: {done.stderr}")
    code, replay = run_json("check", "--device", machine)
    equal(code, 0, "check of the recording")
    code, again = run_json("check", "--device", machine)
    equal(replay["device"], again["device"], "a recording is always the same")
    code, live = run_json("probe")

    # What changes from second to second (free memory, temperatures) is left out of the comparison.
    def steady(device):
        kept = {key: value for key, value in device.items() if key not in ("schema", "evidence", "storage", "power", "limits")}
        memory = dict(kept["memory"])
        for key in ("available_bytes", "usable_bytes", "swap_free_bytes"):
            memory.pop(key, None)
        kept["memory"] = memory
        gpus = []
        for gpu in kept["gpus"]:
            gpu = dict(gpu)
            gpu.pop("vram_free_bytes", None)
            gpu.pop("heaps", None)
            gpus.append(gpu)
        kept["gpus"] = gpus
        return kept

    def differences(one, two, path=""):
        if isinstance(one, dict) and isinstance(two, dict):
            return [d for key in sorted(set(one) | set(two)) for d in differences(one.get(key), two.get(key), f"{path}.{key}")]
        if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
            return [d for i, pair in enumerate(zip(one, two)) for d in differences(*pair, f"{path}.{i}")]
        return [] if one == two else [f"{path}: {one!r} against {two!r}"]

    equal(differences(steady(replay["device"]), steady(live)), [], "the recording against the machine")
    # Nothing that names somebody.
    names = [name for name in (socket.gethostname(), os.environ.get("USER"), os.environ.get("LOGNAME")) if name and len(name) > 3 and name != "localhost" and name != "root"]
    for path in machine.rglob("*"):
        if path.is_file():
            text = path.read_text(errors="replace")
            for name in names:
                check(name not in text, f"{path.relative_to(machine)} names {name}")
    equal(run("doctor", "--save", machine).returncode, 74, "a folder that is not empty is not overwritten")

done = run("doctor", "--no-gpu")
equal(done.returncode, 0, "doctor")
for word in ("/proc/meminfo", "What was asked", "What it was taken for"):
    check(word in done.stdout, f"doctor does not say {word!r}")
code, document = run_json("doctor", "--no-gpu")
check(any("/proc/meminfo" in each["question"] for each in document.get("evidence_log", [])), "doctor --json lists the questions")
finish()
