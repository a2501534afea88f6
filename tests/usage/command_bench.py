#!/usr/bin/python3
"""Does `weighin bench` measure, check its results, and refuse what it cannot do?"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import check, equal, finish, run, run_json  # noqa: E402

code, bench = run_json("bench", "--bench-seconds", "1")
equal(code, 0, "bench")
equal(bench.get("schema"), "weighin/bench/1", "schema")
names = {each["name"] for each in bench["measurements"]}
for name in ("memory read", "decode q4_0", "decode q8_0", "decode f16"):
    check(name in names, f"no measurement {name}: {sorted(names)}")
for each in bench["measurements"]:
    if each["status"] in ("ok", "unstable"):
        rate = each.get("bytes_per_second") or each.get("operations_per_second")
        check(rate and 0 < rate["low"] <= rate["mid"] <= rate["high"], f"rate of {each['name']}: {rate}")
        check(each["checked"], f"{each['name']} was not checked")
    else:
        check(each["why"], f"{each['name']} is {each['status']} without a reason")
equal(run("bench", "--isa", "abacus").returncode, 64, "an instruction set that does not exist")
code, bench = run_json("bench", "--isa", "base", "--bench-seconds", "0.5", "--bench-only", "q4_0")
equal({each["isa"] for each in bench["measurements"]}, {"base"}, "a forced instruction set")
finish()
