#!/usr/bin/python3
"""Does `weighin verify` hold the prediction against an engine, keep the ratio, and name it afterwards?"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import PROGRAM, SOURCE, check, equal, finish, run, run_json  # noqa: E402

folder = pathlib.Path(tempfile.mkdtemp(prefix="weighin-verify-"))
model = folder / "SmolLM2 135M.gguf"
subprocess.run([pathlib.Path(PROGRAM).parent / "tests" / "weighin_synthetic", SOURCE / "models.json", "smollm2-135m", "Q4_0", model],
               check=True, stdout=subprocess.DEVNULL)
# An engine that answers as llama-bench does, with what its arguments ask.
engine = folder / "llama-bench"
engine.write_text("""#!/usr/bin/python3
import json, sys
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
assert given["-m"].endswith("SmolLM2 135M.gguf") and given["-ngl"] == "0" and given["-o"] == "json", given
base = {"build_commit": "abc1234", "build_number": 6000, "n_threads": int(given["-t"]), "n_depth": 0}
print(json.dumps([dict(base, n_prompt=int(given["-p"]), n_gen=0, samples_ts=[400.0, 410.0, 405.0]),
                  dict(base, n_prompt=0, n_gen=int(given["-n"]), samples_ts=[90.0, 91.0, 92.0])]))
""")
engine.chmod(0o755)
env = {"XDG_CACHE_HOME": str(folder / "cache")}

code, made = run_json("verify", model, "--engine", engine, "--bench-seconds", "1", env=env)
equal(code, 0, "verify")
equal(made.get("schema"), "weighin/verify/1", "schema")
equal(made.get("engine"), "llama.cpp 6000 (abc1234)", "the engine's own name")
phases = {each["phase"]: each for each in made.get("phases", [])}
equal(set(phases), {"prefill", "decode"}, "phases")
equal(phases["decode"]["measured_tokens_per_second"]["mid"], 91.0, "the median")
for phase in phases.values():
    predicted = phase["predicted_tokens_per_second"]
    check(0 < predicted["low"] < predicted["mid"] < predicted["high"], f"a range: {predicted}")
    check(abs(phase["ratio"] * predicted["mid"] / phase["measured_tokens_per_second"]["mid"] - 1) < 1e-6, f"ratio: {phase}")
    inside = predicted["low"] <= phase["measured_tokens_per_second"]["mid"] <= predicted["high"]
    equal(phase["inside"], inside, "inside")
try:
    import jsonschema
    jsonschema.validate(made, json.loads((SOURCE / "docs/schema/verify.json").read_text()))
except ImportError:
    print("SKIPPED a check: no python3-jsonschema")

# The ratio is kept (an engine within five times of the prediction) and named by later predictions.
sane = all(0.2 <= each["ratio"] <= 5 for each in phases.values())
kept = list((folder / "cache" / "weighin").glob("calibration-*.json"))
equal(made.get("kept"), True, "kept")
equal(len(kept), 1, "one file of ratios")
code, report = run_json("check", "smollm2-135m", "--format", "Q4_0", "--no-gpu", "--bench-seconds", "1", env=env)
sources = [value["source"] for key, value in report["evidence"].items() if "decode_tokens_per_second" in key]
if sane:
    check(any("weighin verify" in source and "smollm2 135m" in source for source in sources), f"the ratio is named: {sources}")
code, again = run_json("verify", model, "--engine", engine, "--bench-seconds", "1", "--forget", env=env)
equal(again["kept"], False, "--forget keeps nothing")

text = run("verify", model, "--engine", engine, "--bench-seconds", "1", env=env)
equal(text.returncode, 0, "as a page")
check("measured 91.0 tokens/s" in text.stdout, text.stdout)

# What cannot be verified is said in one error.
for words, code in ((("verify", model, "--engine", folder / "none"), 66), (("verify", "llama-3.2-1b", "--engine", engine), 64),
                    (("verify", folder / "none.gguf", "--engine", engine), 66), (("verify", model, "--engine", "/bin/false"), 65)):
    done = run(*words, "--bench-seconds", "0.3", env=env)
    equal(done.returncode, code, f"{words}: {done.stderr}")
    equal(len(done.stderr.strip().splitlines()), 2, f"two lines: {done.stderr}")
shutil.rmtree(folder)
finish()
