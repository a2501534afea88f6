#!/usr/bin/python3
"""Does `weighin gate` decide, with an exit code and one line?"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import check, equal, finish, run  # noqa: E402


def gate(*words):
    done = run("gate", *words, "--json", "--quiet")
    lines = done.stdout.splitlines()
    equal(len(lines), 1, f"lines of gate {words}")
    return done.returncode, json.loads(lines[0]) if lines else {}


code, answer = gate("--model", "smollm2-135m", "--no-gpu")
equal(code, 0, "smollm2-135m fits everywhere")
equal(answer.get("schema"), "weighin/gate/1", "schema")
equal(answer.get("decision"), "allow", "decision on smollm2-135m")

code, answer = gate("--model", "llama-3.1-405b", "--no-gpu")
equal(code, 1, "llama-3.1-405b is too big")
equal(answer.get("decision"), "deny", "decision on the 405B")
codes = [reason["code"] for reason in answer.get("reasons", [])]
check("insufficientMemory" in codes, f"reasons of the 405B: {codes}")
for reason in answer.get("reasons", []):
    check(reason.get("class") in ("permanent", "user_fixable", "transient"), f"class of {reason}")

code, answer = gate("--model", "gpt-4", "--no-gpu")
equal(code, 1, "gpt-4 is hosted only")
check("not-downloadable" in json.dumps(answer) or "notDownloadable" in json.dumps(answer), f"gpt-4: {answer}")

done = run("gate", "--model", "nonsense", "--json")
equal(done.returncode, 64, "an unknown model is wrong use")
check("hint:" in done.stderr, "an unknown model gets a hint")

code, answer = gate("--model", "smollm2-135m", "--no-gpu", "--max-download", "10MB")
equal(code, 1, "a download limit of 10 MB")
check("downloadTooLarge" in [reason["code"] for reason in answer["reasons"]], f"reasons: {answer['reasons']}")
code, answer = gate("--model", "smollm2-135m", "--no-gpu", "--min-decode", "100000", "--bench-seconds", "0.5")
check(code in (1, 2), f"a speed that nothing reaches: {code}")
code, answer = gate("--model", "smollm2-135m", "--no-gpu", "--min-decode", "1", "--no-bench")
equal(code, 2, "a speed asked for and nothing measured is not decided")
equal(answer.get("decision"), "undecided", "decision without a measurement")
equal(run("gate").returncode, 64, "gate without a model")
equal(run("gate", "--model", "smollm2-135m", "--max-download", "many").returncode, 64, "a size that is none")
finish()
