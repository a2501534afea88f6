#!/usr/bin/python3
"""Are GPUs that nobody here owns told truly, from the Vulkan loader to the verdict?

Each file of tests/golden/gpus is one machine: what its Vulkan drivers say (served by the fake driver of
tests/drivers through the system's own loader), what NVML and the kernel say where they matter, how much memory the
system has, where the figures come from, and what must be told of it, reasoned from those facts in "why".

The program is run three times a machine: `doctor --save` with the fake drivers, which records their answers; then
`probe` and `check` on a recorded machine that has those answers and the fixture's memory.
"""
import json
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import BUILD, SOURCE, check, equal, finish, run, run_json, skip  # noqa: E402

LEAST = 25
# What each machine must say of a GPU and of a model that runs.
TOLD_OF_GPU = {"name", "type", "software", "vram_bytes", "vram_free_bytes"}
# Every kind of machine that is worth having, and who stands for it.
KINDS = {
    "discrete NVIDIA with resizable BAR": ["nvidia-rtx4060-rebar"],
    "discrete NVIDIA without": ["nvidia-rtx2070s-small-bar", "nvidia-4g-windows"],
    "AMD discrete": ["amd-rx6800xt-rebar", "amd-rx580-small-bar"],
    "AMD APU with a small carve-out and a large GTT": ["amd-vega8-gtt-82g", "amd-strix-halo-gtt-124g"],
    "Strix Halo with a carve-out of 96 GB": ["amd-strix-halo-96g", "amd-strix-halo-96g-overcommitted"],
    "Intel integrated": ["intel-hd620-mesa", "intel-b390-budget-above-heap"],
    "Intel Arc": ["intel-arc-a770", "intel-arc-a380-small-bar"],
    "Apple through MoltenVK": ["apple-m1-8g", "apple-m2-max-96g"],
    "phones": ["phone-adreno", "phone-mali-venus"],
    "Jetson": ["nvidia-jetson-xavier-nx"],
    "two unlike cards": ["two-unlike-cards", "three-nvidia-cards"],
    "integrated and discrete": ["laptop-uhd630-gtx1060", "laptop-ryzen5800h-rtx3060"],
    "one GPU by two drivers": ["one-gpu-two-drivers"],
    "a slice of a GPU": ["nvidia-a100-mig", "nvidia-vgpu-a10-8q"],
    "software": ["swiftshader", "raspberry-pi-3-llvmpipe"],
    "a budget above its heap": ["intel-b390-budget-above-heap"],
    "usage above the budget": ["usage-above-budget", "amd-8g-negative-budget"],
    "no memory_budget": ["no-memory-budget-nvml", "laptop-uhd630-gtx1060"],
    "no heaps": ["zero-heaps"],
}
FIXTURES = sorted((SOURCE / "tests" / "golden" / "gpus").glob("*.json"))


def serve(folder, drivers):
    """Writes a manifest for each driver, with its devices beside it; gives the list for VK_DRIVER_FILES."""
    listed = []
    for name, driver in drivers.items():
        stem = name[: -len(".json")]
        os.symlink(BUILD / "drivers" / "libfake.so", folder / f"lib{stem}.so")
        manifest = {"file_format_version": "1.0.0", "ICD": {"api_version": "1.3.0", "library_path": f"./lib{stem}.so"}}
        (folder / name).write_text(json.dumps(manifest))
        (folder / f"{stem}.gpu").write_text(json.dumps(driver))
        listed.append(str(folder / name))
    return ":".join(listed)


def answers_of(folder, drivers):
    """What the drivers answer to the program, through the loader."""
    if not drivers:
        return {"schema": "weighin-gpu-answer/1", "drivers": []}
    saved = folder / "saved"
    done = run("doctor", "--save", saved, "--quiet", "--driver-timeout", 30, env={"VK_DRIVER_FILES": serve(folder, drivers)})
    check(done.returncode == 0, f"doctor --save in {folder}: {done.stderr}")
    return json.loads((saved / "answers" / "vulkan.json").read_text())


def machine_of(folder, fixture):
    """The recorded machine of a fixture."""
    answer = answers_of(folder, fixture["drivers"])
    if any("loader is not installed" in driver.get("why", "") for driver in answer["drivers"]):
        skip("no Vulkan loader (libvulkan1) on this machine")
    if "nvml" in fixture:
        answer["drivers"].append({"driver": "nvml", "interface": "nvml", "status": "ok", **fixture["nvml"]})
    machine = folder / "machine"
    memory = fixture["memory_kib"]
    files = {
        "answers/vulkan.json": json.dumps(answer),
        "root/proc/meminfo": f"MemTotal: {memory['total']} kB\nMemFree: {memory['available']} kB\n"
                             f"MemAvailable: {memory['available']} kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
    }
    files.update({f"root/{path}": text for path, text in fixture.get("files", {}).items()})
    for path, text in files.items():
        (machine / path).parent.mkdir(parents=True, exist_ok=True)
        (machine / path).write_text(text)
    return machine


def told(gpu, key):
    """A figure of the report; None where it says why there is none."""
    value = gpu.get(key)
    if value is None:
        value = gpu.get("limits", {}).get(key)
    if isinstance(value, dict):
        check(value.get("why"), f"{gpu['name']}: {key} is not known and says why")
        return None
    return value


def compare_gpus(name, report, expected):
    equal([gpu["name"] for gpu in report["gpus"]], [gpu["name"] for gpu in expected["gpus"]], f"{name}: GPUs")
    for gpu, wanted in zip(report["gpus"], expected["gpus"]):
        for key, value in wanted.items():
            equal(told(gpu, key), value, f"{name}, {gpu['name']}: {key} ({expected['why']})")
    faults = {fault["driver"]: fault["status"] for fault in report["gpu_faults"] if fault["status"] == "error"}
    equal(faults, expected.get("faults", {}), f"{name}: drivers that failed")


def compare_verdicts(name, report, expected):
    for verdict, (model, wanted) in zip(report["verdicts"], expected["verdicts"].items()):
        for key, value in wanted.items():
            equal(verdict[key], value, f"{name}, {model}: {key} ({expected['why']})")
        codes = [reason["code"] for reason in verdict["reasons"]]
        check(codes or verdict["verdict"] == "fits", f"{name}, {model}: no reason")
        if model in expected.get("says", {}):
            words = verdict["notes"] + [reason["advice"] for reason in verdict["reasons"]]
            check(any(expected["says"][model] in each for each in words), f"{name}, {model}: {words}")
        if model in expected.get("reasons", {}):
            equal(codes, expected["reasons"][model], f"{name}, {model}: reasons")


stems = {path.stem for path in FIXTURES}
for kind, machines in KINDS.items():
    check(set(machines) <= stems, f"{kind}: {sorted(set(machines) - stems)} is missing")
check(len(FIXTURES) >= LEAST, f"only {len(FIXTURES)} machines")
for path in FIXTURES:
    fixture = json.loads(path.read_text())
    name, expected = path.stem, fixture["expected"]
    for key in ("about", "source", "drivers", "memory_kib"):
        check(key in fixture, f"{name} has no \"{key}\"")
    check(expected.get("why"), f"{name} does not say why that is expected")
    for gpu in expected["gpus"]:
        wanted = TOLD_OF_GPU | (set() if gpu.get("software") else {"unified"}) | ({"carve_out_bytes"} if gpu.get("unified") else set())
        check(wanted <= set(gpu), f"{name}, {gpu['name']}: nothing is expected of {sorted(wanted - set(gpu))}")
    check(len(expected["verdicts"]) >= 3, f"{name}: verdicts on fewer than three models")
    for model, verdict in expected["verdicts"].items():
        check(verdict["verdict"] not in ("fits", "tight") or verdict.get("place"), f"{name}, {model}: nothing is expected of its place")
    with tempfile.TemporaryDirectory() as folder:
        machine = machine_of(pathlib.Path(folder), fixture)
        code, report = run_json("probe", "--device", machine, "--quiet")
        equal(code, 0, f"{name}: exit code of probe")
        compare_gpus(name, report, expected)
        code, report = run_json("check", *expected["verdicts"], "--device", machine, "--no-bench", "--quiet")
        compare_verdicts(name, report, expected)
        equal(code, 0 if all(v["verdict"] in ("fits", "tight") for v in expected["verdicts"].values()) else 1,
              f"{name}: exit code of check")
print(f"{len(FIXTURES)} machines")
finish()
