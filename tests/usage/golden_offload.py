#!/usr/bin/python3
"""What speed is promised on a GPU, on a part of it, and without it, by one set of measurements?

The device is described (tests/golden/devices/laptop-rtx4060.json), and the measurements are made up: figures of the size that a laptop's
RTX 4060 (256 GB/s nominal, PCIe 4.0 x8), its processor and its disk have (tests/golden/offload/laptop-rtx4060.bench.json). So the answers
below are those of the arithmetic, whatever machine runs the test; `python3 golden_offload.py SOURCE BUILD --write` writes them anew.
"""
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import SOURCE, check, equal, finish, run, run_json  # noqa: E402

FOLDER = SOURCE / "tests" / "golden" / "offload"
DEVICE = SOURCE / "tests" / "golden" / "devices" / "laptop-rtx4060.json"
MEASURED = FOLDER / "laptop-rtx4060.bench.json"
SPEEDS = ("decode_tokens_per_second", "prefill_tokens_per_second", "first_token_seconds", "load_seconds")
ASKED = {
    "mistral-7b": (),
    "mistral-7b on the CPU": ("--no-gpu",),
    "mistral-7b, 16 layers": ("--gpu-layers", "16"),
    "qwen2.5-14b": (),
    "qwen2.5-14b, 20 layers": ("--gpu-layers", "20"),
    "qwen2.5-32b": (),
    "qwen3-30b-a3b, 12 layers": ("--gpu-layers", "12"),
}


def three(value):
    return float(f"{value:.3g}")


def told(verdict):
    made = {"place": verdict["place"]}
    for key in SPEEDS:
        value = verdict[key]
        made[key] = value["why"] if "why" in value else [three(value[end]) for end in ("low", "mid", "high")]
    made["bound_by"] = verdict["decode_tokens_per_second"].get("bound_by")
    return made


def ask(name, words):
    report = run_json("check", name.split(",")[0].split(" on ")[0], "--device", DEVICE, "--measured", MEASURED, "--quiet", *words)[1]
    return report["verdicts"][0]


found = {name: told(ask(name, words)) for name, words in ASKED.items()}
text = run("check", "mistral-7b", "qwen2.5-14b", "--device", DEVICE, "--measured", MEASURED, "--quiet",
           env={"COLUMNS": "100", "LC_ALL": "C.UTF-8"}).stdout
if "--write" in sys.argv:
    (FOLDER / "speeds.json").write_text(json.dumps(found, indent=1) + "\n")
    (FOLDER / "check_100.txt").write_text(text)
expected = json.loads((FOLDER / "speeds.json").read_text())
for name, wanted in expected.items():
    for key, value in wanted.items():
        equal(found[name][key], value, f"{name}: {key}")
equal(text, (FOLDER / "check_100.txt").read_text(), "the text of check")


# What must hold whatever the constants are.
def decode(name):
    return found[name]["decode_tokens_per_second"][1]


equal(found["mistral-7b"]["place"], "gpu0", "an 8 GB card takes a 7B whole")
check(decode("mistral-7b") > decode("mistral-7b, 16 layers") > decode("mistral-7b on the CPU"), "more layers on the GPU are faster")
# 4.4 GB before 236 GB/s are 54 tokens a second at the very most; before 62 GB/s 14.
check(30 < decode("mistral-7b") < 54, f"a card's speed: {decode('mistral-7b')}")
check(5 < decode("mistral-7b on the CPU") < 14, f"a processor's speed: {decode('mistral-7b on the CPU')}")
check(found["qwen2.5-14b, 20 layers"]["place"] == "gpu0+cpu", "a split by hand")
equal(found["qwen2.5-14b, 20 layers"]["bound_by"], "the layers on the CPU", "what bounds a split")
evidence = run_json("check", "mistral-7b", "--device", DEVICE, "--measured", MEASURED, "--quiet")[1]["evidence"]
check("assumed" in evidence["verdicts.0.decode_tokens_per_second"]["source"], "what is assumed is said")

# The file is read as any input.
with tempfile.TemporaryDirectory() as folder:
    equal(run("check", "mistral-7b", "--device", DEVICE, "--measured", f"{folder}/none").returncode, 66, "no such file")
    (pathlib.Path(folder) / "wrong").write_text("{}")
    equal(run("check", "mistral-7b", "--device", DEVICE, "--measured", f"{folder}/wrong").returncode, 65, "a file of another kind")
finish()
