#!/usr/bin/python3
"""Does `weighin models` list, show and validate the catalogue, and an overlay?"""
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import SOURCE, check, equal, finish, run, run_json  # noqa: E402

code, models = run_json("models", "list")
equal(code, 0, "models list")
check(len(models["models"]) >= 198, f"{len(models['models'])} models")
code, one = run_json("models", "show", "gemma-2b")
equal(one["models"][0]["parameters"], 2506172416, "models show gemma-2b")
check("2.51B" in run("models", "show", "Gemma 2B").stdout, "models show in words")
done = run("models", "validate")
equal(done.returncode, 0, f"the catalogue is sound: {done.stdout[-400:]}")
shown = run("models", "show", "llama-3.2-1b").stdout
for said in ("learned from", "llama-3.1-8b", "2024-09-25", "models/llama3_2/LICENSE"):
    check(said in shown.replace("\n              ", ""), f"models show says {said}: {shown}")
for said in ("languages", "en, de", "adapter", "Llama-3.2-1B-Instruct-QLORA_INT4_EO8, rank not told"):
    check(said in " ".join(shown.split()), f"models show says {said}: {shown}")
llama = run_json("models", "show", "llama-3.2-1b")[1]["models"][0]
equal(llama["distilled_from"]["model"], "llama-3.1-8b", "its teacher")
equal([("rank" in each, each["name"]) for each in llama["adapters"]],
      [(False, "Llama-3.2-1B-Instruct-QLORA_INT4_EO8")], "its adapters, a rank that is not told left out")
check(llama["facts"]["languages"]["value"].startswith("en, de"), f"its languages: {llama['facts']['languages']}")
# Nobody checked some licences and dates: that is said, and most are checked.
open_models = [each for each in models["models"] if not each["hosted_only"]]
check(len(open_models) >= 240, f"{len(open_models)} open models")
for fact in ("license", "release"):
    unverified = [each["id"] for each in open_models if each["facts"][fact].get("confidence") == "low"]
    check(0 < len(unverified) < len(open_models) / 3, f"{len(unverified)} unverified: {fact}")
equal(run("models", "show", "nonsense").returncode, 64, "an unknown model")
equal(run("models", "list", "--class", "9Z").returncode, 64, "an unknown class")
equal(run("models").returncode, 64, "models without a verb")
web = run_json("models", "list", "--runtime", "webllm")[1]["models"]
check(0 < len(web) < len(models["models"]), "models that a runtime runs")
check(not any(each["id"].startswith("whisper") for each in web), "MLC compiles no Whisper")
phone = SOURCE / "tests" / "golden" / "devices" / "phone-8gb.json"
fit = run_json("models", "list", "--fits", "--device", phone)[1]["models"]
check(0 < len(fit) < len(models["models"]), "models that fit a phone")
check(not any(each["id"] == "llama-3.1-70b" for each in fit), "a 70B model does not")
equal(run("models", "list", "--runtime", "abacus").returncode, 64, "a runtime that is none")
check(run("models", "list", "--class", "2B").stdout.count("\n") >= 3, "models of a class")

with tempfile.TemporaryDirectory() as folder:
    broken = pathlib.Path(folder) / "mine.json"
    text = (SOURCE / "models.json").read_text()
    broken.write_text(text[: len(text) // 2])
    done = run("models", "validate", "--catalogue", broken)
    equal(done.returncode, 65, "a catalogue that is cut off")
    check(f"{broken}:" in done.stderr, f"file and line: {done.stderr}")
    broken.write_text('{\n "schema": "weighin/catalogue/1",\n "models": [\n  {"id": 5}\n ]\n}\n')
    done = run("models", "list", "--catalogue", broken)
    equal(done.returncode, 65, "a catalogue with a wrong type")
    check(f"{broken}:4" in done.stderr, f"file and line: {done.stderr}")
    equal(run("models", "list", "--catalogue", pathlib.Path(folder) / "none.json").returncode, 66, "a missing catalogue")
finish()
