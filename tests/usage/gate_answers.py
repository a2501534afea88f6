#!/usr/bin/python3
"""Are the gate's answers the same each time, whole in each form, and is a mistake told by line and column in each?"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import MACHINES, PROGRAM, SOURCE, check, equal, finish, run  # noqa: E402

CLOUD = MACHINES / "cloud-vm-xeon"
DEVICES = SOURCE / "tests/golden/devices"
SCHEMA = json.loads((SOURCE / "docs/schema/gate.json").read_text())
CODES = set(SCHEMA["$defs"]["reason"]["properties"]["code"]["enum"])
folder = tempfile.TemporaryDirectory()


def written(policy, name="app.json"):
    path = pathlib.Path(folder.name) / name
    path.write_text(policy if isinstance(policy, str) else json.dumps(policy))
    return path


APP = written({"schema": "weighin/policy/1", "name": "app <&\">", "fallback": {"hosted": "our server"},
               "choices": [{"name": "a \"large\" <one>", "model": "llama-3.1-70b", "conditions": {"min_vram": "6GiB"}},
                           {"name": "small", "model": "smollm2-135m", "degraded": True}]})

# The same facts and the same policy: the same bytes, a hundred times, in every form.
for form in ("json", "sarif", "junit", "sentence", "text"):
    words = ["gate", "--policy", APP, "--device", DEVICES / "laptop-rtx4060.json", "--date", "2026-11-23", "--as", form]
    answers = {run(*words).stdout for _ in range(100 if form == "json" else 3)}
    equal(len(answers), 1, f"different answers as {form}")

# What a code scanner asks of SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0).
for machine, words in ((CLOUD, ["--policy", APP]), (CLOUD, ["--model", "llama-3.1-405b"]), (CLOUD, ["--model", "smollm2-135m"]),
                       (CLOUD, ["--model", "smollm2-135m", "--min-decode", "5"])):
    done = run("gate", *words, "--device", machine, "--as", "sarif")
    log = json.loads(done.stdout)
    equal((log["version"], len(log["runs"])), ("2.1.0", 1), f"SARIF of {words}")
    check(log["$schema"].endswith("sarif-2.1.0.json"), f"SARIF's $schema: {log['$schema']}")
    one = log["runs"][0]
    rules = [rule["id"] for rule in one["tool"]["driver"]["rules"]]
    equal((one["tool"]["driver"]["name"], len(set(rules)), set(rules)), ("weighin", len(rules), CODES), "SARIF's tool and rules")
    for rule in one["tool"]["driver"]["rules"]:
        check(rule["shortDescription"]["text"], f"SARIF: the rule {rule['id']} says nothing")
    for result in one["results"]:
        check(result["ruleId"] in rules, f"SARIF: {result['ruleId']} is no rule")
        check(result["level"] in ("none", "note", "warning", "error"), f"SARIF's level: {result['level']}")
        check(result["message"]["text"], "SARIF: a result without a message")
        for place in result.get("locations", []):
            uri = place["physicalLocation"]["artifactLocation"]["uri"]
            check(re.fullmatch(r"[A-Za-z0-9%/._~:+-]+", uri), f"SARIF: {uri} is no URI")
    equal(done.returncode == 1, any(result["level"] == "error" for result in one["results"]), f"SARIF: an error is a no, {words}")

# What a test runner asks of JUnit's form.
for words in (["--policy", APP], ["--model", "llama-3.1-405b", "--min-vram", "6GiB"], ["--model", "smollm2-135m", "--min-decode", "5"]):
    done = run("gate", *words, "--device", CLOUD, "--as", "junit")
    suites = xml.fromstring(done.stdout)
    equal((suites.tag, len(suites)), ("testsuites", 1), "JUnit's root")
    suite = suites[0]
    cases = suite.findall("testcase")
    counted = {"tests": len(cases), "failures": len(suite.findall("testcase/failure")), "skipped": len(suite.findall("testcase/skipped")), "errors": 0}
    equal({key: int(suite.get(key)) for key in counted}, counted, f"JUnit's counts of {words}")
    equal(done.returncode == 1, counted["failures"] > 0, f"JUnit: a failure is a no, {words}")
    for case in cases:
        check(case.get("classname") and case.get("name"), "JUnit: a case without a name")

# Each condition with need, have, result and source; each reason whole; one sentence.
for device in sorted(DEVICES.glob("*.json")):
    for words in (["--preset", "chromium"], ["--preset", "webllm"], ["--policy", APP], ["--model", "llama-3.1-8b", "--min-decode", "8"]):
        done = run("gate", *words, "--device", device, "--json", "--date", "2026-11-23")
        answer = json.loads(done.stdout)
        what = f"{device.stem} {words}"
        equal(answer["exit_code"], done.returncode, what)
        check(answer["sentence"].endswith(".") and len(answer["sentence"]) < 300, f"{what}: {answer['sentence']}")
        check(answer["decision"] == "allow" or answer["reasons"], f"{what}: no reason")
        for reason in answer["reasons"]:
            check(reason["code"] in CODES and reason["class"] in ("permanent", "user_fixable", "transient"), f"{what}: {reason}")
            check({"required", "actual", "unit", "known_by", "advice"} <= set(reason) and reason["advice"], f"{what}: {reason}")
        for choice in answer["choices"]:
            for condition in choice.get("conditions", []):
                check({"need", "have", "result", "known_by", "source"} <= set(condition), f"{what}: {condition}")
                check(condition["result"] == "pass" or condition["source"] or condition["have"] != "", f"{what}: {condition}")

# --strict and --on-unknown change the exit code, and nothing of the decision.
words = ["gate", "--policy", APP, "--device", CLOUD, "--date", "2026-11-23"]
plain, strict = (json.loads(run(*words, *more, "--json").stdout) for more in ([], ["--strict"]))
equal((plain["decision"], plain["exit_code"], strict["decision"], strict["exit_code"]), ("allow_degraded", 0, "allow_degraded", 1), "--strict")
words = ["gate", "--model", "smollm2-135m", "--min-decode", "5", "--device", CLOUD]
for word, code in (("undecided", 2), ("allow", 0), ("deny", 1)):
    answer = json.loads(run(*words, "--on-unknown", word, "--json").stdout)
    equal((answer["decision"], answer["exit_code"]), ("undecided", code), f"--on-unknown {word}")

# An exception lets a reason pass until its day, and no longer.
until = {"schema": "weighin/policy/1", "choices": [{"model": "smollm2-135m", "conditions": {"min_vram": "6GiB"}}],
         "exceptions": [{"reason": "softwareGpuOnly", "until": "2027-01-31", "why": "tried by hand"}]}
for day, code in (("2027-01-31", 0), ("2027-02-01", 1)):
    equal(run("gate", "--policy", written(until), "--device", CLOUD, "--date", day).returncode, code, f"an exception on {day}")

# A policy from standard input, as of a script that holds its own.
with open(APP) as policy:
    done = subprocess.run([PROGRAM, "gate", "--policy", "-", "--device", CLOUD, "--as", "sentence"], stdin=policy, capture_output=True, text=True)
equal((done.returncode, done.stdout.startswith("Yes, ")), (0, True), f"--policy -: {done.stdout} {done.stderr}")

# The nearest change does what it says.
tried = 0
for name in ("llama-3.1-8b", "qwen2.5-32b", "llama-3.1-70b", "smollm2-135m"):
    for device in sorted(DEVICES.glob("*.json")):
        words = ["gate", "--model", name, "--device", device, "--json"]
        answer = json.loads(run(*words).stdout)
        change = answer.get("nearest_change")
        if change is None or not re.match(r"(ram|vram|disk)=", change["change"]):
            continue
        other = json.loads(run(*words, "--what-if", change["change"]).stdout)
        equal(other["decision"], change["decision"], f"{name} on {device.stem}: {change}")
        check(other["decision"] != answer["decision"], f"{name} on {device.stem}: {change} flips nothing")
        tried += 1
check(tried >= 4, f"only {tried} changes were tried")

# Mistakes: exit 65, where, and what was meant; with --json the same as a document on stdout.
START = '{"schema": "weighin/policy/1",\n '
MISTAKES = [
    ("an unknown key", START + '"choises": []}', "2:2", '"choices" is meant?'),
    ("an unknown key of a choice", START + '"choices": [{"modell": "gemma-2b"}]}', "2:15", '"model" is meant?'),
    ("an unknown condition", START + '"choices": [{"model": "gemma-2b", "conditions": {"min_decod": 5}}]}', "2:51", '"min_decode" is meant?'),
    ("a misspelt reason", START + '"choices": [{"model": "gemma-2b"}],\n "exceptions": [{"reason": "diskFul", "until": "2027-01-01", "why": "x"}]}', "3:28", '"diskFull" is meant?'),
    ("a misspelt instruction set", START + '"choices": [{"conditions": {"instruction_sets": ["avx22"]}}]}', "2:50", '"avx2" is meant?'),
    ("a misspelt word", START + '"choices": [{"model": "gemma-2b"}], "unknown": "alow"}', "2:49", '"allow" is meant?'),
    ("a misspelt preset", START + '"include": "preset:chromum"}', "2:13", '"preset:chromium" is meant?'),
    ("a misspelt model", START + '"choices": [{"model": "gema-2b"}]}', "2:14", "gemma-2b"),
    ("a negative size", START + '"choices": [{"conditions": {"min_vram": -1}}]}', "2:42", "not negative"),
    ("a negative size as a text", START + '"choices": [{"conditions": {"min_vram": "-2GB"}}]}', "2:42", "as \"2GB\""),
    ("a negative speed", START + '"choices": [{"model": "gemma-2b", "conditions": {"min_decode": -5}}]}', "2:65", "not negative"),
    ("a policy without choices", START + '"name": "x"}', "1:1", "can never pass"),
    ("a download larger than allowed", START + '"choices": [{"model": "llama-3.1-70b", "conditions": {"max_download": "1GB"}}]}', "2:14", "can never pass"),
    ("a hosted model as a choice", START + '"choices": [{"model": "gpt-4"}]}', "2:14", "can never pass"),
    ("sets that no processor has", START + '"choices": [{"conditions": {"instruction_sets": ["avx2", "dotprod"]}}]}', "2:50", "no processor has all"),
    ("memory that no device has", START + '"choices": [{"conditions": {"min_memory": "9000TB"}}]}', "2:44", "no device has"),
    ("a GPU's memory without a GPU", START + '"choices": [{"conditions": {"gpu": false, "min_vram": "2GB"}}]}', "2:56", "without a GPU"),
    ("a cyclic include", START + '"include": "app.json"}', "2:13", "includes itself"),
    ("no JSON", START + '"choices": [}', "2:14", ""),
    ("two keys of one name", START + '"name": "a", "name": "b"}', "2:", "name"),
    ("another document", '{"schema": "weighin/gate/1"}', "1:12", "weighin/policy/1"),
    ("50 MB", START + '"name": "' + "a" * (50 << 20) + '"}', "app.json", "larger than"),
    ("50 MB of choices", START + '"choices": [' + '{"model": "gemma-2b"},' * (50 << 20 >> 5) + "{}]}", "app.json", "larger than"),
]
for what, text, where, meant in MISTAKES:
    path = written(text)
    done = run("gate", "--policy", path, "--json")
    equal(done.returncode, 65, f"{what}: the exit code, {done.stderr}")
    told = " ".join(done.stderr.split())
    check((where if ":" not in where else f"app.json:{where}") in told, f"{what}: it stands at {where}: {told}")
    check(meant in told, f"{what}: {meant!r} is not said: {told}")
    error = json.loads(done.stdout)
    equal(error["schema"], "weighin/error/1", f"{what}: JSON on stdout")
    check(len(done.stdout) < 2000 and len(done.stderr) < 2000, f"{what}: a flood of words")
# A circle of several files, and a file that is included twice, which is none.
written(START + '"include": "b.json"}', "a.json")
written(START + '"include": "c.json"}', "b.json")
written(START + '"include": "a.json"}', "c.json")
done = run("gate", "--policy", pathlib.Path(folder.name) / "a.json")
equal(done.returncode, 65, "a circle of three")
check("c.json:2:13" in done.stderr and "includes itself" in done.stderr, f"a circle of three: {done.stderr}")
os.symlink(pathlib.Path(folder.name) / "d.json", pathlib.Path(folder.name) / "e.json")
written(START + '"include": "e.json"}', "d.json")
equal(run("gate", "--policy", pathlib.Path(folder.name) / "d.json").returncode, 65, "a circle through a link")

# On the command line: the option, the model, the condition.
for words, meant in ((["--polcy", "x"], "--policy is meant?"), (["--model", "gemma-2b", "--min-decod", "5"], "--min-decode is meant?"),
                     (["--model", "gema-2b"], "gemma-2b"), (["--preset", "chromum"], "chromium"),
                     (["--model", "gemma-2b", "--instruction-sets", "avx22"], '"avx2" is meant?'),
                     (["--model", "gemma-2b", "--min-vram", "-3"], "no size")):
    done = run("gate", *words, "--json")
    equal(done.returncode, 64, f"{words}: {done.stderr}")
    check(meant in done.stderr, f"{words}: {meant!r} is not said: {done.stderr}")
    equal(json.loads(done.stdout)["schema"], "weighin/error/1", f"{words}: JSON on stdout")
folder.cleanup()
finish()
