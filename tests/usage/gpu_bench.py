#!/usr/bin/python3
"""Does every GPU kernel run, right, through the program, on the software device of Mesa, and do the validation
layers have nothing to say of it?"""
import json
import os
import pathlib
import struct
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import PROGRAM, check, equal, failures, finish, run, run_json, skip  # noqa: E402

MANIFEST = pathlib.Path("/usr/share/vulkan/icd.d/lvp_icd.x86_64.json")
LIBRARY = pathlib.Path("/usr/lib/x86_64-linux-gnu/libvulkan_lvp.so")
LAYER = pathlib.Path("/usr/share/vulkan/explicit_layer.d/VkLayer_khronos_validation.json")
NAMES = {"memory read", "memory copy", "transfer to device", "transfer to host", "decode f16", "decode q8_0",
         "decode q4_0", "decode q4_k", "decode q6_k", "prefill f16", "prefill q8_0", "attention f16", "dispatch",
         "submit", "block dense"}

if not MANIFEST.exists() or not LIBRARY.exists():
    skip("no lavapipe (mesa-vulkan-drivers)")
env = {"VK_DRIVER_FILES": str(MANIFEST)}

# Not unless it is asked for.
code, bench = run_json("bench", "--bench-seconds", "0.3", "--bench-only", "memory read", "--fresh", env=env)
equal({each["place"] for each in bench["measurements"]}, {"cpu"}, "a rasterizer was measured unasked")

code, bench = run_json("bench", "--include-software", "--bench-seconds", "0.6", "--fresh", env=env)
equal(code, 0, "bench --include-software")
gpu = [each for each in bench["measurements"] if each["place"] == "gpu0"]
equal({each["name"] for each in gpu}, NAMES, "the figures of gpu0")
skipped = 0
for each in gpu:
    equal(each["threads"], 0, f"threads of {each['name']}")
    if each["status"] in ("ok", "unstable"):
        rate = each.get("bytes_per_second") or each.get("operations_per_second")
        check(rate and 0 < rate["low"] <= rate["mid"] <= rate["high"], f"rate of {each['name']}: {rate}")
        check(each["checked"], f"{each['name']} was not checked")
        check(each["isa"].startswith("vulkan"), f"{each['name']} by {each['isa']}")
    elif each["status"] == "skipped":
        skipped += 1
        check(each["why"], f"{each['name']} was skipped without a reason")
    else:
        check(False, f"{each['name']}: {each['status']}: {each['why']}")
print(f"{len(gpu) - skipped} figures measured, {skipped} skipped")
text = run("bench", "--include-software", "--bench-seconds", "0.3", "--bench-only", "dispatch", "--describe", env=env)
check("gpu0" in text.stdout and "dispatch:" in text.stdout, f"text and description: {text.stdout!r}")
none = run("bench", "--include-software", "--no-gpu", "--bench-seconds", "0.3", "--bench-only", "memory read", env=env)
check("gpu0" not in none.stdout, "--no-gpu measured a GPU")


def frames(data):
    """(kind, payload) of each frame: magic, kind, length, payload, end marker."""
    at = 0
    while at + 9 <= len(data):
        length = struct.unpack("<I", data[at + 5:at + 9])[0]
        yield chr(data[at + 4]), data[at + 9:at + 9 + length].decode()
        at += 9 + length + 4


def child(variant, layers, only=""):
    """Runs the child itself, with the validation layers talking to its stdout."""
    request = {"uuid": "", "name": device, "software": True, "small": True, "most_bytes": 0, "place": "gpu0",
               "seconds": 0.2, "most_seconds": 0, "only": only, "variant": variant}
    reads, writes = os.pipe()
    surroundings = dict(os.environ, VK_DRIVER_FILES=str(MANIFEST), VK_ICD_FILENAMES=str(MANIFEST),
                        VK_LOADER_LAYERS_DISABLE="~implicit~", WEIGHIN_ANSWER_FD=str(writes), **layers)
    process = subprocess.Popen([str(PROGRAM), "__gpu-bench", str(LIBRARY), json.dumps(request)],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=surroundings,
                               stdin=subprocess.DEVNULL, pass_fds=[writes])
    os.close(writes)
    with os.fdopen(reads, "rb") as answers:
        data = answers.read()
    said = process.communicate(timeout=300)[0].decode(errors="replace")
    return list(frames(data)), said


code, profile = run_json("probe", env=env)
device = next((each["name"] for each in profile["gpus"] if each["software"]), None)
if check(device, "lavapipe is not in the profile"):
    # Every variant, and not only the best one.
    for variant in ("plain", "subgroup", "dot"):
        told, _ = child(variant, {})
        equal(told[-1][0], "E", f"the last frame with the variant {variant}: {told[-1]}")
        figures = {}
        for kind, payload in told:
            if kind == "M":
                figure = json.loads(payload)
                figures[figure["name"]] = figure
        counts = {"measured": 0, "skipped": 0}
        for name, figure in figures.items():
            good = figure["status"] in ("ok", "unstable") and figure["checked"]
            counts["measured" if good else "skipped"] += 1
            check(good or (figure["status"] == "skipped" and figure["why"]), f"{variant}: {name}: {figure}")
        print(f"{variant}: {counts['measured']} measured, {counts['skipped']} skipped")
        check(counts["measured"] >= 3, f"{variant}: hardly anything was measured")
    if not LAYER.exists():
        if failures:
            finish()
        skip("no validation layers (vulkan-validationlayers); all else is as expected")
    settings = {"VK_INSTANCE_LAYERS": "VK_LAYER_KHRONOS_validation",
                "VK_LAYER_ENABLES": "VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT"}
    # A layer that did not load has nothing to say either.
    _, loud = child("", dict(settings, VK_LOADER_DEBUG="layer"), "memory read")
    check('Inserted device layer "VK_LAYER_KHRONOS_validation"' in loud, f"the layers are not there: {loud[-2000:]}")
    for variant in ("", "plain"):
        told, said = child(variant, settings)
        equal(told[-1][0], "E", f"the last frame under validation: {told[-1]}")
        check(not said.strip(), f"the validation layers say: {said[:4000]}")
finish()
