#!/usr/bin/python3
"""Does `weighin probe` say of this machine what the kernel says?"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import check, equal, finish, run, run_json  # noqa: E402

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

text = run("probe")
equal(text.returncode, 0, "exit code of the text")
check("GiB" in text.stdout or "MiB" in text.stdout, "memory is shown in GiB")
check(all(len(line) <= 80 for line in text.stdout.splitlines()), "lines longer than 80 columns")
check("\x1b[" not in text.stdout, "colour in a pipe")
finish()
