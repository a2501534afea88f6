#!/usr/bin/python3
"""Does what was measured decide between the CPU and a GPU that shares its memory, and a rule where nothing was?

The device is described, and the measurements are made up (tests/golden/places): one laptop, whose integrated GPU writes about twice as fast as
its CPU (`faster`), at less than half of its speed (`slower`), about as fast but reads prompts much faster (`alike`), or was not measured
(`unmeasured`). So the answers are those of the arithmetic, whatever machine runs the test; `python3 golden_places.py SOURCE BUILD --write`
writes them anew.
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import SOURCE, check, equal, finish, run, run_json  # noqa: E402

FOLDER = SOURCE / "tests" / "golden" / "places"
DEVICE = FOLDER / "laptop-integrated.json"
MODELS = ("mistral-7b", "llama-3.2-1b", "bge-small")
KINDS = ("faster", "slower", "alike", "unmeasured")


def ask(kind, *words):
    return run_json("check", *words, "--device", DEVICE, "--measured", FOLDER / f"{kind}.bench.json", "--quiet")[1]["verdicts"]


def told(verdict):
    rate = verdict["decode_tokens_per_second"].get("mid")
    return {"place": verdict["place"], "decode": rate and float(f"{rate:.3g}"),
            "why": [note for note in verdict["notes"] if " rather than " in note]}


found = {kind: {verdict["model"]: told(verdict) for verdict in ask(kind, *MODELS)} for kind in KINDS}
text = run("check", "mistral-7b", "--device", DEVICE, "--measured", FOLDER / "faster.bench.json", "--quiet",
           env={"COLUMNS": "80", "LC_ALL": "C.UTF-8"}).stdout
if "--write" in sys.argv:
    (FOLDER / "places.json").write_text(json.dumps(found, indent=1) + "\n")
    (FOLDER / "check_80.txt").write_text(text)
expected = json.loads((FOLDER / "places.json").read_text())
for kind, models in expected.items():
    for model, wanted in models.items():
        equal(found[kind][model], wanted, f"{kind}: {model}")
equal(text, (FOLDER / "check_80.txt").read_text(), "the text of check")

# What must hold whatever the constants are.
for kind, place, reason in (("faster", "gpu0", "by what was measured it writes"), ("slower", "cpu", "by what was measured it writes"),
                            ("alike", "gpu0", "reads prompts"), ("unmeasured", "cpu", "by rule")):
    verdict = found[kind]["mistral-7b-v0.3"]
    equal(verdict["place"], place, f"{kind}: the place of a 7B model")
    check(len(verdict["why"]) == 1 and reason in verdict["why"][0], f"{kind}: {verdict['why']}")
# The user's word is above both.
equal(ask("slower", "mistral-7b", "--gpu-layers", "99")[0]["place"], "gpu0", "layers that were asked for")
equal(ask("faster", "mistral-7b", "--no-gpu")[0]["place"], "cpu", "no GPU")
finish()
