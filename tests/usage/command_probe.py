#!/usr/bin/python3
"""Does `weighin probe` say of this machine what the kernel says?"""
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import SOURCE, check, equal, finish, run, run_json  # noqa: E402

code, device = run_json("probe")
equal(code, 0, "exit code")
equal(device.get("schema"), "weighin/device/1", "schema")
memory = device.get("memory", {})
meminfo = {}
for line in pathlib.Path("/proc/meminfo").read_text().splitlines():
    key, value = line.split(":")
    meminfo[key] = int(value.split()[0]) * 1024
equal(memory.get("total_bytes"), meminfo["MemTotal"], "memory.total_bytes against MemTotal")
check(0 < memory.get("usable_bytes", 0) <= meminfo["MemTotal"], f"usable memory: {memory.get('usable_bytes')}")
check(memory.get("capacity_bytes", 0) <= meminfo["MemTotal"], "capacity beyond the machine")
equal(device["evidence"]["memory.total_bytes"]["source"], "/proc/meminfo", "source of the total")

flags = set()
for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
    if line.startswith(("flags", "Features")):
        flags = set(line.split(":")[1].split())
        break
simd = set(device.get("cpu", {}).get("simd", []))
known = {"sse4_2", "avx", "f16c", "fma", "avx2", "avx_vnni", "avx512f", "avx512bw", "avx512vl", "avx512dq",
         "avx512vbmi", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_int8", "amx_bf16"}
alias = {"avx512vbmi": "avx512_vbmi"}
if device["cpu"]["architecture"] == "x86_64":
    expected = {alias.get(flag, flag) for flag in flags & known}
    equal(simd & ({alias.get(k, k) for k in known}), expected, "instruction sets against /proc/cpuinfo")

for gpu in device.get("gpus", []):
    if "llvmpipe" in gpu["name"]:
        check(gpu["software"], "llvmpipe must be marked as software")
        equal(gpu["type"], "cpu", "type of llvmpipe")

code, without = run_json("probe", "--no-gpu")
equal(code, 0, "exit code without GPUs")
equal(without.get("gpus"), [], "GPUs with --no-gpu")

equal([fault["status"] for fault in without.get("gpu_faults", [])], ["skipped"], "--no-gpu is said")

# Two cards of a described server, one of them chosen; by index, by the whole UUID and by its beginning.
GPUS = SOURCE / "tests" / "golden" / "devices" / "server-h200.json"
with tempfile.TemporaryDirectory() as folder:
    described = json.loads(GPUS.read_text())
    second = dict(described["gpus"][0], name="the second", uuid="aaaaaaaa-1111-2222-3333-444444444444")
    described["gpus"].append(second)
    two = pathlib.Path(folder) / "two.json"
    two.write_text(json.dumps(described))
    for name in ("1", "aaaaaaaa-1111-2222-3333-444444444444", "GPU-AAAAAAAA-1111-2222-3333-444444444444", "aaaaaaaa"):
        code, one = run_json("probe", "--device", two, "--gpu", name)
        equal((code, [gpu["name"] for gpu in one["gpus"]]), (0, ["the second"]), f"--gpu {name}")
        check(any(f["status"] == "skipped" and "--gpu" in f["why"] for f in one["gpu_faults"]), f"--gpu {name} says what it left out")
    code, both = run_json("probe", "--device", two, "--gpu", "0", "--gpu", "1")
    equal(len(both["gpus"]), 2, "--gpu twice")
    for command in ("probe", "check", "report", "gate", "doctor", "explain", "bench"):
        words = {"gate": ["--model", "smollm2-135m"], "explain": ["quantization", "smollm2-135m"]}.get(command, [])
        more = [] if command == "doctor" else ["--device", two]
        done = run(command, *words, *more, "--gpu", "7")
        equal(done.returncode, 64, f"{command} --gpu 7: {done.stderr}")
        if command != "doctor":
            check("the second (aaaaaaaa-1111-2222-3333-444444444444)" in done.stderr, f"{command} lists the GPUs: {done.stderr}")
    equal(run("probe", "--gpu", "0", "--no-gpu").returncode, 64, "--gpu with --no-gpu")
    code, none = run_json("probe", "--device", two, "--no-gpu")
    equal((none["gpus"], [f["status"] for f in none["gpu_faults"]]), ([], ["skipped"]), "--no-gpu on a saved profile")

text = run("probe")
equal(text.returncode, 0, "exit code of the text")
check("GiB" in text.stdout or "MiB" in text.stdout, "memory is shown in GiB")
check(all(len(line) <= 80 for line in text.stdout.splitlines()), "lines longer than 80 columns")
check("\x1b[" not in text.stdout, "colour in a pipe")
finish()
