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

# What an expert would recommend without a measurement: class, models that would do, and why. A class larger than that is a
# promise that nobody can keep; a smaller one leaves what the device can do unused.
RECOMMENDED = {
    VM: ("7B", {"qwen3.5-9b"},
         "20 GiB would hold a 24B in 4 bits, but two cores read about 29 GB/s: 14 GB of weights for a token are 2 tokens a second, 5 GB "
         "are 5, the slowest that one reads along with. So a 7B to 9B at most; the newest of them is Qwen3.5 9B. A mixture that holds "
         "30B and reads 4B for a token runs as fast and is worth more: the runner-up"),
    PHONE: ("4B", {"qwen3.5-4b", "gemma-4-e2b", "qwen3-4b-2507"},
            "4.0 GiB free of 8: a 4B in 4 bits takes 3.3 GiB with its cache, a 7B 5. Its GPU holds 128 MiB a buffer, so the CPU does it"),
    LAPTOP: ("7B", {"qwen3.5-9b", "gemma-4-e4b", "qwen3-8b"},
             "7.2 GiB free on the GPU: a 9B in 4 bits takes 6.0 with its cache, whole on the GPU; a 12B leaves layers to the CPU and is "
             "several times slower. 32B would lie in main memory: it fits, and nobody would wait for it"),
    SERVER: ("120B", {"qwen3.5-122b-a10b", "nemotron-3-super-120b-a12b"},
             "139 GiB on the GPU: a 106B to 123B in 4 bits takes 60 to 75 GiB and leaves room for long contexts; 235B in 4 bits with its "
             "cache takes 134 GiB, more than nine tenths. What needs the 1.4 TiB of main memory too fits, and is slow. Of that size "
             "Qwen3.5 122B and Nemotron 3 Super are of the spring of 2026 and read 10B and 13B for a token; gpt-oss and GLM 4.5 Air are of 2025"),
}
RELEASE = {each["id"]: each["facts"]["release"]["value"] for each in run_json("models", "list")[1]["models"] if not each["hosted_only"]}
for device, (expected, models, why) in RECOMMENDED.items():
    report = run_json("check", "--device", DEVICES / f"{device}.json", "--no-bench", "--quiet")[1]
    found = report["recommendation"]
    named = f"on {device} ({why})"
    equal(found["size_class"], expected, f"class {named}")
    check(found["model"] in models, f"{found['model']} is one of {sorted(models)} {named}")
    equal(found["format"], "Q4_K_M", f"four bits, not fewer, {named}")
    by_id = {verdict["model"]: verdict for verdict in report["verdicts"]}
    best, runner = by_id[found["model"]], by_id[found["runner_up"]]
    equal(best["verdict"], FITS, f"the recommended one fits {named}")
    # Nothing of three years ago beside the best of today, and a smallest download that one can talk to.
    for each in (runner, by_id[found["smallest_model"]]):
        check(RELEASE[each["model"]] >= "2024-04", f"{each['model']} of {RELEASE[each['model']]} is not stale, {named}")
    check(found["smallest_download_bytes"] < best["download_bytes"], f"the smallest is smaller {named}")
limit = run_json("check", "--device", DEVICES / f"{VM}.json", "--no-bench", "--quiet")[1]["recommendation"]["limited_by"]
equal(limit.split(",")[0], "speed", "two cores are kept from a larger class by their speed, not by memory")

# The quality floor: 235B in 3 bits lies whole on the H200, and is not what is recommended; nor is anything, were 3 bits asked of all.
verdict = run_json("check", "qwen3-235b-a22b", "--format", "Q3_K_M", "--device", DEVICES / f"{SERVER}.json", "--no-bench",
                   "--quiet")[1]["verdicts"][0]
equal((verdict["verdict"], verdict["place"]), (FITS, "gpu0"), "235B in 3 bits fits the H200")
report = run_json("check", "--format", "Q3_K_M", "--device", DEVICES / f"{SERVER}.json", "--no-bench", "--quiet")[1]
found = report["recommendation"]
for verdict in report["verdicts"]:
    if verdict["model"] == found["model"]:
        check(verdict["bits_per_weight"] >= 4.5, f"3 bits asked: only what falls back to more is named, not {verdict['model']}")
check(found["size_class"] in ("100M", "350M", "0.5B"), "a K-format of three bits falls back to wider ones in small models only")

# What it is for decides: the model that an expert would take for it on the laptop, and why.
USES = {
    "code": ({"qwen3.5-9b", "qwen2.5-coder-7b"}, "a coding model of 2024 is no better at it than a general one of 2026"),
    "embed": ({"qwen3-embedding-0.6b", "embeddinggemma-300m"}, "embeddings of 2025, not BERT's of 2023"),
    "transcribe": ({"whisper-large-v3-turbo"}, "four decoder layers in place of 32: nearly as right, several times faster"),
    "classify": ({"modernbert-base"}, "an encoder of 2024 that takes 8192 tokens"),
    "chat": ({"qwen3.5-9b", "gemma-4-e4b"}, "the newest of the class"),
    "summarize": ({"qwen3.5-9b", "gemma-4-e4b"}, "the newest of the class"),
    "translate": ({"qwen3.5-9b", "gemma-4-e4b"}, "languages: 201 and 140, T5 of 2019 knows four"),
}
kinds = {"embed": "embedding", "transcribe": "speech", "classify": "encoder"}
for use, (models, why) in USES.items():
    report = run_json("check", "--use", use, "--device", DEVICES / f"{LAPTOP}.json", "--no-bench", "--quiet")[1]
    found = report["recommendation"]
    check(found["model"] in models, f"{found['model']} to {use} is one of {sorted(models)}: {why}")
    equal(found["use"], use, "the use is told")
    if use in kinds:
        code, shown = run_json("models", "show", found["model"])
        equal(shown["models"][0].get("modality"), kinds[use], f"{found['model']} is made to {use}")
finish()
