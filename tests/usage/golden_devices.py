#!/usr/bin/python3
"""Would an expert say the same: seven models, and one recommendation, on four devices?

The devices are described, not recorded (tests/golden/devices): a virtual machine with two cores and 20 GiB free, a phone with
8 GB of which 4.0 GiB are free, a laptop with an RTX 4060 of 8 GB, a server with one H200 and 1.4 TiB of memory. Nothing is measured on
them, so the verdicts are on memory, limits and what is published.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import SOURCE, check, equal, finish, run_json  # noqa: E402

DEVICES = SOURCE / "tests" / "golden" / "devices"
VM, PHONE, LAPTOP, SERVER = "vm-24gb", "phone-8gb", "laptop-rtx4060", "server-h200"
FITS, BIG, NONE = "fits", "too-big", "not-downloadable"

# (words, {device: verdict}, why an expert says so)
EXPECTED = [
    (("gemma-2b", "--runtime", "litert"), {VM: FITS, PHONE: FITS, LAPTOP: FITS, SERVER: FITS},
     "1.3 GB in int4, and less than 0.5 GiB of cache and library: made for phones"),
    (("distilbert", "--runtime", "onnx-web"), {VM: FITS, PHONE: FITS, LAPTOP: FITS, SERVER: FITS},
     "67 MB in q8 run in any page"),
    (("gemma-7b",), {VM: FITS, PHONE: BIG, LAPTOP: FITS, SERVER: FITS},
     "5.3 GB in Q4_K_M and 1.8 GiB of cache: more than a phone's 4 GiB, and than 8 GB of a GPU, not than 20 GiB of memory"),
    (("mistral-7b",), {VM: FITS, PHONE: BIG, LAPTOP: FITS, SERVER: FITS},
     "4.4 GB in Q4_K_M: above a phone's 4.0 GiB, within an 8 GB GPU"),
    (("gpt-4",), {VM: NONE, PHONE: NONE, LAPTOP: NONE, SERVER: NONE}, "its weights are not published"),
    (("gemini-pro",), {VM: NONE, PHONE: NONE, LAPTOP: NONE, SERVER: NONE}, "its weights are not published"),
    (("llama-3.1-405b",), {VM: BIG, PHONE: BIG, LAPTOP: BIG, SERVER: FITS},
     "243 GB in Q4_K_M: more than one H200, not more than the server's memory"),
]
for words, verdicts, why in EXPECTED:
    for device, expected in verdicts.items():
        code, report = run_json("check", *words, "--device", DEVICES / f"{device}.json", "--no-bench", "--quiet")
        verdict = report.get("verdicts", [{}])[0]
        named = f"{' '.join(words)} on {device} ({why})"
        equal(verdict.get("verdict"), expected, named)
        equal(code, 0 if expected == FITS else 1, f"exit code of {named}")
        check(expected == FITS or verdict.get("reasons"), f"{named} gives reasons")
        for reason in verdict.get("reasons", []):
            check(reason["advice"], f"{named} advises")

# Where a GPU carries a model, and where a page does.
def place(device, *words):
    return run_json("check", *words, "--device", DEVICES / f"{device}.json", "--no-bench", "--quiet")[1]["verdicts"][0]["place"]


equal(place(LAPTOP, "mistral-7b"), "gpu0", "an 8 GB GPU takes a 7B model in 4 bits whole")
equal(place(SERVER, "llama-3.1-70b"), "gpu0", "an H200 takes a 70B model in 4 bits whole")
equal(place(LAPTOP, "llama-3.2-1b", "--runtime", "webllm"), "browser", "WebLLM runs in a page")
# 128 MiB a binding on that phone: Gemma's table of 256000 words does not fit one, SmolLM2's does.
report = run_json("check", "gemma-2b", "--runtime", "webllm", "--device", DEVICES / f"{PHONE}.json", "--no-bench", "--quiet")[1]
equal(report["verdicts"][0]["reasons"][0]["code"], "gpuAllocationLimit", "a table that is larger than one binding")
report = run_json("check", "smollm2-360m", "--runtime", "webllm", "--device", DEVICES / f"{PHONE}.json", "--no-bench", "--quiet")[1]
equal(report["verdicts"][0]["verdict"], FITS, "a table within one binding")
# No GPU: WebLLM cannot run, Transformers.js can.
report = run_json("check", "llama-3.2-1b", "--runtime", "webllm", "--device", DEVICES / f"{VM}.json", "--no-bench", "--quiet")[1]
equal(report["verdicts"][0]["verdict"], "unsupported", "WebLLM without a GPU")

# The class that an expert would name, by the memory that there is and 4 bits a weight.
CLASSES = {
    VM: ("24B", "20 GiB free: 24B in Q4_K_M takes 15 GiB, 32B 20 GiB (no speed was measured: two cores would read it slowly)"),
    PHONE: ("4B", "4.0 GiB free: 4B in Q4_K_M takes 3.3 GiB, a 7B needs 5"),
    LAPTOP: ("7B", "7.2 GiB of GPU memory free: 7B to 9B in Q4_K_M, 14B only with layers left behind"),
    SERVER: ("120B", "139 GiB of GPU memory: 120B in Q4_K_M takes about 75 GiB, 235B with its cache more than nine tenths of it"),
}
for device, (expected, why) in CLASSES.items():
    report = run_json("check", "--device", DEVICES / f"{device}.json", "--no-bench", "--quiet")[1]
    found = report["recommendation"]
    equal(found["size_class"], expected, f"class of {device} ({why})")
    check(found["smallest_model"], f"a smallest download on {device}")
    check(found["runner_up"], f"a runner-up on {device}")

# What it is for decides.
USES = {"code": "codestral", "embed": "", "transcribe": "", "classify": "", "chat": "", "summarize": "", "translate": ""}
kinds = {"embed": "embedding", "transcribe": "speech", "classify": "encoder"}
for use in USES:
    report = run_json("check", "--use", use, "--device", DEVICES / f"{LAPTOP}.json", "--no-bench", "--quiet")[1]
    found = report["recommendation"]
    check(found["model"], f"a model to {use}")
    equal(found["use"], use, "the use is told")
    chosen = [v for v in report["verdicts"] if v["model"] == found["model"]]
    if use in kinds and chosen:
        code, shown = run_json("models", "show", found["model"])
        equal(shown["models"][0].get("modality"), kinds[use], f"{found['model']} is made to {use}")
finish()
