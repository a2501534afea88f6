#!/usr/bin/python3
"""Does `weighin gate` decide, with an exit code and one line?"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import MACHINES, SOURCE, check, equal, finish, run  # noqa: E402


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
equal(run("gate", "--model", "gemma-2b", "--preset", "chromium").returncode, 64, "two questions at once")

# Policies: the recorded machines, with nothing of this one.
import os  # noqa: E402
import tempfile  # noqa: E402

with tempfile.TemporaryDirectory() as folder:
    def policy(text, name="app.json"):
        path = os.path.join(folder, name)
        with open(path, "w") as file:
            file.write(text if isinstance(text, str) else json.dumps(text))
        return path

    def wrong(text, where, meant, what):
        done = run("gate", "--policy", policy(text), "--json")
        equal(done.returncode, 65, what)
        check(where in done.stderr and meant in done.stderr, f"{what}: {done.stderr}")

    start = '{"schema": "weighin/policy/1",\n '
    wrong(start + '"choises": []}', "app.json:2:2", '"choices" is meant?', "an unknown key")
    wrong(start + '"choices": [{"model": "m"}],\n "exceptions": [{"reason": "diskFul", "until": "2027-01-01", "why": "x"}]}',
          "app.json:3:28", '"diskFull" is meant?', "a misspelt reason")
    wrong(start + '"choices": [{"conditions": {"min_vram": -1}}]}', "app.json:2:42", "not negative", "a negative size")
    wrong(start + '"choices": [{"model": "llama-3.1-70b", "conditions": {"max_download": "1GB"}}]}',
          "app.json:2:14", "can never pass", "a policy that can never pass")
    wrong(start + '"include": "app.json"}', "app.json:2:13", "includes itself", "a cyclic include")
    wrong(start + '"choices": [{"model": "gema-2b"}]}', "app.json:2:14", "gemma", "a model that nobody knows")
    wrong(start + '"name": "' + "a" * (50 << 20) + '"}', "app.json", "larger than", "a policy of 50 MB")
    equal(run("gate", "--policy", folder + "/none.json").returncode, 66, "a policy that is not there")

    app = policy({"schema": "weighin/policy/1", "name": "app", "fallback": {"hosted": "our server"},
                  "choices": [{"name": "large", "model": "llama-3.1-70b"},
                              {"name": "small", "model": "smollm2-135m", "degraded": True}]})
    machines = [path for path in sorted(MACHINES.iterdir()) if path.is_dir()]
    check(len(machines) >= 3, f"recorded machines: {machines}")
    for machine in machines:
        words = ["gate", "--policy", app, "--device", machine, "--json"]
        first, second = run(*words), run(*words)
        equal(first.stdout, second.stdout, f"{machine.name}: the same bytes")
        answer = json.loads(first.stdout)
        equal(first.returncode, answer["exit_code"], f"{machine.name}: the exit code is in the document")
        check(answer["decision"] in ("allow_degraded", "fallback"), f"{machine.name}: {answer['decision']}")
        equal(run(*words, "--strict").returncode, 1, f"{machine.name}: --strict")
    cloud = MACHINES / "cloud-vm-xeon"
    words = ["gate", "--model", "smollm2-135m", "--device", cloud]
    equal(run(*words, "--min-vram", "6GiB").returncode, 1, "no GPU")
    equal(run(*words, "--min-vram", "6GiB", "--what-if", "vram=8GiB").returncode, 0, "with a supposed GPU")
    equal(run(*words, "--what-if", "ram=lots").returncode, 64, "a wrong supposition")
    equal(run(*words, "--min-decode", "5").returncode, 2, "a speed of another machine")
    equal(run(*words, "--min-decode", "5", "--on-unknown", "allow").returncode, 0, "--on-unknown allow")
    equal(run(*words, "--min-decode", "5", "--on-unknown", "deny").returncode, 1, "--on-unknown deny")
    bench = policy((SOURCE / "tests/golden/bench.json").read_text(), "bench.json")
    check(run(*words, "--min-decode", "1", "--measured", bench).returncode in (0, 1, 2), "speeds from a file")
    sarif = json.loads(run(*words, "--min-vram", "6GiB", "--as", "sarif").stdout)
    equal(sarif["runs"][0]["results"][0]["ruleId"], "softwareGpuOnly", "SARIF: the recorded machine has a rasterizer")
    import xml.etree.ElementTree as xml  # noqa: E402
    suite = xml.fromstring(run(*words, "--min-vram", "6GiB", "--as", "junit").stdout)[0]
    equal((suite.get("failures"), suite.get("tests")), ("1", "2"), "JUnit")
    for preset in run("gate", "--list-presets").stdout.split():
        code = run("gate", "--preset", preset, "--device", cloud, "--json").returncode
        check(code in (0, 1, 2), f"preset {preset}: {code}")
        copy = policy(run("gate", "--show-preset", preset).stdout, preset + ".json")
        equal(run("gate", "--policy", copy, "--device", cloud, "--json").returncode, code, f"a copy of {preset}")
    equal(run("gate", "--preset", "chromum").returncode, 64, "a preset that is none")
equal(run("gate", "--model", "smollm2-135m", "--max-download", "many").returncode, 64, "a size that is none")
finish()
