#!/usr/bin/python3
"""What does the gate decide for each kept device under each policy, and by which reasons?

Devices: those described in tests/golden/devices (a phone, a laptop, a guest, a server) and those recorded in tests/machines.
Policies: the presets, and four of an app's author. The answers stand in tests/golden/gate_table.txt, one a line; an answer
that is meant to change is written anew by `gate_table.py SOURCE BUILD --write`, and read before it is kept.
"""
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import MACHINES, SOURCE, check, equal, finish, run  # noqa: E402

TABLE = SOURCE / "tests/golden/gate_table.txt"
AUTHORS = {
    "notes": json.loads((SOURCE / "docs/recipes/app.policy.json").read_text()),
    "fits or hosted": {"schema": "weighin/policy/1", "fallback": {"hosted": "our server"},
                       "choices": [{"name": "8B", "model": "llama-3.1-8b"}, {"name": "2B", "model": "gemma-2b", "degraded": True}]},
    "GPU": {"schema": "weighin/policy/1", "choices": [{"name": "gpu", "conditions": {"gpu": True, "min_vram": "6GiB", "min_vulkan": "1.2"}}]},
    "x86, roomy": {"schema": "weighin/policy/1", "choices": [{"name": "small", "model": "smollm2-135m", "conditions": {
        "architectures": ["x86_64"], "instruction_sets": ["avx2"], "min_memory": "4GiB", "disk_reserve": "10GB", "os": ["linux"]}}]},
}
devices = sorted((SOURCE / "tests/golden/devices").glob("*.json")) + sorted(path for path in MACHINES.iterdir() if path.is_dir())
rows = []
with tempfile.TemporaryDirectory() as folder:
    policies = {}
    for name, policy in AUTHORS.items():
        policies[name] = ["--policy", pathlib.Path(folder) / f"{name}.json"]
        policies[name][1].write_text(json.dumps(policy))
    for name in run("gate", "--list-presets").stdout.split():
        policies[name] = ["--preset", name]
    for device in devices:
        for name, words in policies.items():
            done = run("gate", *words, "--device", device, "--date", "2026-11-23", "--json")
            answer = json.loads(done.stdout)
            equal(done.returncode, answer["exit_code"], f"{device.stem}, {name}: the exit code")
            passed = [each["name"] for each in answer["choices"] if each["result"] == "pass"]
            codes = sorted({reason["code"] for reason in answer["reasons"]})
            rows.append(f"{device.stem:24} {name:17} {answer['decision']:15} {' '.join(passed) or '-':31} {' '.join(codes) or '-'}")
text = "\n".join(rows) + "\n"
if "--write" in sys.argv:
    TABLE.write_text(text)
expected = TABLE.read_text().splitlines()
for got in rows:
    check(got in expected, f"not in the table: {got}")
for line in expected:
    check(line in rows, f"only in the table: {line}")
check(len(rows) >= 60, f"only {len(rows)} cases")
print(f"{len(rows)} cases: {len(devices)} devices, {len(policies)} policies")
finish()
