#!/usr/bin/env python3
"""Does weighin tell and measure a real GPU rightly, beside the vendor's own tools and the real engine?

Called by script/compare-gpu. Four parts, each of which says why where it has nothing to compare with: the probe, our figures of memory and
decode, the matrix product, and predictions for models that the engine then runs with all layers on the GPU.
"""
import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# What a real GPU must show: shares of a plain copy, of the vendor's matrix product, and the error of a prediction.
LEAST_READ, LEAST_DECODE, LEAST_MATRIX, MOST_ERROR = 0.85, 0.70, 0.50, 0.20
MIB = 1 << 20


class Findings:
    """What is printed: rows of one table a part, and at the end how many held."""

    def __init__(self, meaningless):
        self.meaningless, self.held, self.missed, self.nothing = meaningless, 0, 0, 0

    def title(self, text):
        print(f"\n## {text}{' (a software device: these figures mean nothing)' if self.meaningless else ''}\n", flush=True)

    def verdict(self, holds):
        if self.meaningless:
            return "-"
        self.held += bool(holds)
        self.missed += not holds
        return "holds" if holds else "MISSED"

    def none(self, why):
        self.nothing += 1
        print(f"not compared: {why}", flush=True)


def output(command, allowed=(0,), env=None, seconds=3600):
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, env=dict(os.environ, **(env or {})))
    if done.returncode not in allowed:
        sys.exit(f"compare_gpu: {' '.join(command)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


def rate(bench, name, place):
    """The middle of a figure; None where it was not measured."""
    for each in bench["measurements"]:
        value = each.get("bytes_per_second") or each.get("operations_per_second")
        if each["place"] == place and each["name"] == name and value:
            return value["mid"]
    return None


def show_probe(gpu, found):
    """Every row of nvidia-smi beside ours."""
    found.title("The probe beside nvidia-smi")
    fields = ["name", "uuid", "driver_version", "memory.total", "memory.free", "pci.bus_id"]
    try:
        said = output(["nvidia-smi", f"--query-gpu={','.join(fields)}", "--format=csv,noheader,nounits"], seconds=60)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return found.none("there is no nvidia-smi here; compare by hand with this system's own tool")
    cards = [dict(zip(fields, [word.strip() for word in line.split(",")])) for line in said.splitlines()]
    card = next((card for card in cards if str(gpu["uuid"]).replace("-", "") in card["uuid"].replace("GPU-", "").replace("-", "")), cards[0])
    total, free = int(card["memory.total"]) * MIB, int(card["memory.free"]) * MIB
    ours = {"total": gpu["vram_bytes"], "free": gpu["vram_free_bytes"]}
    print("| | nvidia-smi | weighin | |\n|---|---|---|---|")
    print(f"| name | {card['name']} | {gpu['name']} | {found.verdict(gpu['name'] in card['name'] or card['name'] in gpu['name'])} |")
    print(f"| driver | {card['driver_version']} | {gpu['driver']} | {found.verdict(card['driver_version'] in str(gpu['driver']))} |")
    print(f"| UUID | {card['uuid']} | {gpu['uuid']} | {found.verdict(str(gpu['uuid']).replace('-', '') in card['uuid'].replace('-', ''))} |")
    print(f"| memory | {total} | {ours['total']} | {found.verdict(isinstance(ours['total'], int) and abs(ours['total'] - total) < 0.01 * total)} |")
    print(f"| free | {free} | {ours['free']} | {found.verdict(isinstance(ours['free'], int) and abs(ours['free'] - free) < 0.02 * total)} |")


VENDOR = r"""
import json, sys, time
try:
    import torch
except ImportError:
    print(json.dumps({"why": "PyTorch is not installed"})); sys.exit()
if not torch.cuda.is_available():
    print(json.dumps({"why": "PyTorch sees no GPU"})); sys.exit()
index = int(sys.argv[1])
torch.cuda.set_device(index)
def best(work, rounds=20):
    seconds = []
    for _ in range(rounds + 3):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record(); work(); end.record(); torch.cuda.synchronize()
        seconds.append(begin.elapsed_time(end) * 1e-3)
    return min(seconds[3:])
made = {"name": torch.cuda.get_device_name(index), "torch": torch.__version__}
count = min(1 << 30, torch.cuda.mem_get_info()[0] // 8)
a = torch.zeros(count, dtype=torch.uint8, device="cuda"); b = torch.empty_like(a)
made["copy_bytes_per_second"] = 2 * count / best(lambda: b.copy_(a))
del a, b
# The shape of our own figure, and one that any library does well.
for name, (m, n, k) in {"own": (2048, 512, 2048), "large": (4096, 4096, 4096)}.items():
    x = torch.randn(m, k, dtype=torch.float16, device="cuda"); y = torch.randn(k, n, dtype=torch.float16, device="cuda")
    work = lambda: torch.matmul(x, y)
    def many():
        for _ in range(20): work()
    made[f"matrix_{name}_per_second"] = 20 * 2.0 * m * n * k / best(many, 8)
print(json.dumps(made))
"""


def show_figures(options, bench, place, found):
    found.title("Our figures beside the vendor's own library (PyTorch)")
    vendor = {"why": "--no-vendor was given"}
    if not options.no_vendor:
        vendor = json.loads(output([options.python, "-c", VENDOR, options.vendor_index], seconds=600).splitlines()[-1])
    copy = vendor.get("copy_bytes_per_second")
    if copy is None:
        found.none(f"{vendor['why']}; our own copy stands in for a plain one")
        copy = rate(bench, "memory copy", place)
    if copy is None:
        return found.none("no copy was measured either")
    print("| figure | ours | plain copy | share | at least | |\n|---|---|---|---|---|---|")
    for name, least in (("memory read", LEAST_READ), ("memory copy", None), ("decode f16", None), ("decode q8_0", None),
                        ("decode q4_0", LEAST_DECODE), ("decode q4_k", None), ("decode q6_k", None), ("attention f16", None)):
        ours = rate(bench, name, place)
        if ours is None:
            print(f"| {name} | not measured | {copy / 1e9:.0f} GB/s | | {least or ''} | {found.verdict(False) if least else ''} |")
            continue
        word = found.verdict(ours >= least * copy) if least else ""
        print(f"| {name} | {ours / 1e9:.1f} GB/s | {copy / 1e9:.1f} GB/s | {ours / copy:.2f} | {least or ''} | {word} |")
    show_matrix(bench, place, vendor, found)


def show_matrix(bench, place, vendor, found):
    print()
    ours = rate(bench, "prefill f16", place)
    theirs = [vendor.get(f"matrix_{name}_per_second") for name in ("own", "large")]
    if ours is None or None in theirs:
        return found.none("prefill f16 was not measured" if ours is None else f"the matrix product: {vendor['why']}")
    print("| F16 matrix product | ours | the vendor's | share | at least | |\n|---|---|---|---|---|---|")
    for name, rate_of, least in (("of our shape, 2048 x 2048 times 512 vectors", theirs[0], LEAST_MATRIX), ("of 4096 x 4096 x 4096", theirs[1], None)):
        word = found.verdict(ours >= least * rate_of) if least else ""
        print(f"| {name} | {ours / 1e12:.2f} Top/s | {rate_of / 1e12:.2f} Top/s | {ours / rate_of:.2f} | {least or ''} | {word} |")
    integers = rate(bench, "prefill q8_0", place)
    print(f"\nIn 8-bit integers ours does {integers / 1e12:.2f} Top/s." if integers else "")


def pairs_of(options):
    lines = [line.split("#")[0].split() for line in open(options.pairs)] if not options.models else [pair.split(":") for pair in options.models.split(",")]
    return [tuple(words) for words in lines if words]


def model_file(options, pair):
    file = os.path.join(options.work, f"{pair[0]}-{pair[1]}.gguf")
    if not os.path.exists(file):
        output([options.synthetic, options.catalogue, pair[0], pair[1], file + ".part"])
        os.rename(file + ".part", file)
    return file


def described(profile, bench, index, options):
    """Files of the profile with that GPU alone, as gpu0, and of its figures. A rasterizer is called a GPU: otherwise it carries no model."""
    gpu = dict(profile["gpus"][index])
    if options.include_software:
        gpu.update(software=False, type="integrated", vram_bytes=profile["memory"]["total_bytes"], vram_free_bytes=profile["memory"]["usable_bytes"])
        gpu["limits"] = dict(gpu["limits"], max_storage_buffer_bytes=1 << 31)
    figures = [dict(each, place="gpu0" if each["place"] == f"gpu{index}" else each["place"]) for each in bench["measurements"]
               if not each["place"].startswith("gpu") or each["place"] == f"gpu{index}"]
    paths = [os.path.join(options.work, name) for name in ("device.json", "bench.json")]
    for path, made in zip(paths, (dict(profile, gpus=[gpu]), dict(bench, measurements=figures))):
        with open(path, "w") as file:
            json.dump(made, file)
    return paths


def engine_rates(options, pair, index):
    cpu = "x64" if options.engine_cpu == "" else options.engine_cpu
    libraries = ",".join(os.path.join(options.backends, f"libggml-{name}.so") for name in ("vulkan", f"cpu-{cpu}"))
    env = {"ENGINE_GPU_LAYERS": "99", "GGML_VK_VISIBLE_DEVICES": options.vulkan_index or str(index)}
    samples = {}
    for line in output([options.engine, libraries, model_file(options, pair), options.threads, options.tests, str(options.repeats)], env=env).splitlines():
        made = json.loads(line)
        if "test" in made:
            samples.setdefault(made["test"], []).append(made["tokens_per_second"])
    return {test: statistics.median(values) for test, values in samples.items()}


def show_predictions(options, profile, bench, index, found):
    found.title("Predictions beside llama.cpp's Vulkan backend, all layers on the GPU")
    device, measured = described(profile, bench, index, options)
    print("| model | format | test | predicted low - mid - high | measured | error | |\n|---|---|---|---|---|---|---|")
    errors = []
    for pair in pairs_of(options):
        report = json.loads(output([options.weighin, "check", pair[0], "--format", pair[1], "--device", device, "--gpu-layers", "99",
                                    "--measured", measured, "--json", "--quiet"], (0, 1, 2)))
        verdict = report["verdicts"][0]
        if not verdict["place"].startswith("gpu"):
            found.none(f"{pair[0]} in {pair[1]} does not fit on the GPU")
            continue
        for test, value in sorted(engine_rates(options, pair, index).items()):
            decode = test.startswith("tg")
            made = verdict["decode_tokens_per_second" if decode else "prefill_tokens_per_second"]
            if "why" in made:
                found.none(f"{pair[0]} in {pair[1]}, {test}: {made['why']}")
                continue
            error = made["mid"] / value - 1
            errors += [abs(error)] if decode else []
            word = found.verdict(abs(error) <= MOST_ERROR) if decode else ""
            print(f"| {pair[0]} | {pair[1]} | {test} | {made['low']:.3g} - {made['mid']:.3g} - {made['high']:.3g} | {value:.3g} | {100 * error:+.0f} % | {word} |",
                  flush=True)
        if not options.keep:
            os.remove(model_file(options, pair))
    if errors:
        print(f"\ndecode: {len(errors)} models, median error {100 * statistics.median(errors):.1f} %, worst {100 * max(errors):.1f} %")


def prepare(options):
    for pair in pairs_of(options):
        print(model_file(options, pair), flush=True)


def main():
    parser = argparse.ArgumentParser()
    for name in ("weighin", "synthetic", "engine", "backends", "catalogue", "work", "pairs"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--gpu", type=int, default=-1, help="its index in `weighin probe`; left out: the first that is no software")
    parser.add_argument("--include-software", action="store_true", help="try this script on a rasterizer")
    parser.add_argument("--prepare", action="store_true", help="write the models, and measure nothing")
    parser.add_argument("--models", default="", help="MODEL:FORMAT,… in place of tests/engine/pairs-gpu.txt")
    parser.add_argument("--tests", default="pp512,tg32@512", help="of the engine: what the prediction's middle is for")
    parser.add_argument("--threads", default="4", help="of the engine's CPU part")
    parser.add_argument("--engine-cpu", default="", help="of the engine's libraries for the CPU: haswell, zen4, …; left out: x64")
    parser.add_argument("--vulkan-index", default="", help="of the GPU among all Vulkan devices, where it is not that of the probe")
    parser.add_argument("--vendor-index", default="0", help="of the GPU as PyTorch counts")
    parser.add_argument("--no-vendor", action="store_true")
    parser.add_argument("--no-engine", action="store_true")
    parser.add_argument("--python", default="python3", help="the interpreter that has PyTorch")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--bench-seconds", default="2")
    parser.add_argument("--keep", action="store_true", help="keep the models' files")
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    if options.prepare:
        return prepare(options)
    found = Findings(options.include_software)
    profile = json.loads(output([options.weighin, "probe", "--json"]))
    index = options.gpu
    if index < 0:
        index = next((i for i, gpu in enumerate(profile["gpus"]) if options.include_software or not gpu["software"]), -1)
    if index < 0 or index >= len(profile["gpus"]):
        sys.exit("compare_gpu: there is no GPU here that is no software; --include-software tries the script on a rasterizer")
    gpu = profile["gpus"][index]
    print(f"{datetime.date.today()}, {gpu['name']}, driver {gpu['driver']}, weighin {output([options.weighin, '--version']).split()[-1]}")
    words = ["--include-software"] if options.include_software else []
    bench = json.loads(output([options.weighin, "bench", "--json", "--fresh", "--bench-seconds", options.bench_seconds, *words], (0, 2)))
    for each in bench["measurements"]:
        if each["place"] == f"gpu{index}" and each["status"] not in ("ok", "unstable"):
            print(f"{each['name']}: {each['status']}: {each['why']}")
    for warning in bench["warnings"]:
        print(f"warning: {warning}")
    show_probe(gpu, found)
    show_figures(options, bench, f"gpu{index}", found)
    if options.no_engine:
        found.none("--no-engine was given")
    else:
        show_predictions(options, profile, bench, index, found)
    if options.include_software:
        print("\nA software device was measured: the script works, and the figures mean nothing.")
    else:
        print(f"\n{found.held} held, {found.missed} missed, {found.nothing} could not be compared")
    return 1 if found.missed else 0


sys.exit(main())
