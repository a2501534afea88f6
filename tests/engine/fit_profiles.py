#!/usr/bin/env python3
"""Which shares of our kernels' rates explain the engine's times best?  Prints rows for src/advise/engine_profiles.cpp.

Takes what tests/engine/compare.py kept of the pairs named "profile": the engine's seconds for a token are a sum of our own terms
(weighin_predict's "raw": bytes or operations over our measured rate), each divided by the engine's share. The shares and the cost
of a value are found by least squares on relative errors, with weak priors where a format has few rows.
"""
import argparse
import json
import os
import statistics
import subprocess


def quiet_samples(lines):
    samples = {}
    for line in lines:
        if "test" in line and line["other_cpu_cores"] <= 0.1:
            samples.setdefault((line["threads"], line["test"]), []).append(line["tokens_per_second"])
    return samples


def equations(options):
    """{(isa, phase): [(terms, parts, memory's seconds, seconds, label)]}"""
    found = {}
    for record in map(json.loads, open(options.load)):
        if not record["set"].startswith("profile"):
            continue
        for each in record["rounds"]:
            if each.get("changed"):
                continue
            samples = quiet_samples(each["engine"])
            if not samples:
                continue
            path = os.path.join(options.work, "bench.json")
            json.dump(each["bench"], open(path, "w"))
            lines = subprocess.run([options.predict, options.catalogue, path, record["model"], record["format"], "avx2::"] +
                                   [f"{t}:{test}" for t, test in sorted(samples)], capture_output=True, text=True, check=True).stdout
            for line in map(json.loads, lines.splitlines()):
                if line["mid"] is None:
                    continue
                key = (line["threads"], line["test"])
                phase = "prefill" if key[1].startswith("pp") else "decode"
                if record["set"] not in ("profile", f"profile-{phase}"):
                    continue
                seconds = 1 / statistics.median(samples[key])
                found.setdefault((record["isa"], phase), []).append(
                    (line["raw"], line["parts"], line["memory"], seconds, f"{record['model']} {record['format']} {key}"))
    return found


def slower(raw, memory, x, sharpness):
    """The terms of decode as memory stretches them, when the cores take raw * x."""
    made = dict(raw)
    for name, seconds in raw.items():
        if sharpness > 0 and memory.get(name) and seconds > 0 and name in x:
            made[name] = seconds * (1 + (memory[name] / (seconds * x[name])) ** sharpness) ** (1 / sharpness)
    return made


def solve_with_memory(rows, phase, sharpness):
    """As solve(), again and again with the terms stretched by memory until the shares stay."""
    names, x, count = solve([row[:2] + row[3:] for row in rows], phase)
    for _ in range(20 if sharpness > 0 and phase == "decode" else 0):
        known = dict(zip(names, x))
        names, new, count = solve([(slower(raw, memory, known, sharpness), parts, seconds, label)
                                   for raw, parts, memory, seconds, label in rows], phase)
        x = [(a + b) / 2 for a, b in zip(x, new)]
    known = dict(zip(names, x))
    return names, x, count, [(slower(raw, memory, known, sharpness) if phase == "decode" else raw, parts, seconds, label)
                             for raw, parts, memory, seconds, label in rows]


def solve(rows, phase):
    """Shares of all terms but those that the prediction fixes itself."""
    # A vector's share of what our kernels do with a batch is about a twelfth.
    usual = {name: 12.0 if name.startswith("decode ") else 1.0 for raw, _, _, _ in rows for name in raw}
    rows = [({name: value * usual[name] for name, value in raw.items()}, parts, seconds, label) for raw, parts, seconds, label in rows]
    fixed = {"state", "values written"}
    names = sorted({name for raw, _, _, _ in rows for name in raw if name not in fixed})
    count = {name: sum(name in raw and raw[name] > 0.1 * seconds for raw, _, seconds, _ in rows) for name in names}
    a, b = [], []
    for raw, parts, seconds, _ in rows:
        rest = sum(parts[name] for name in parts if name in fixed)
        a.append([raw.get(name, 0.0) / seconds for name in names])
        b.append(1 - rest / seconds)
    # Priors: a share of 0.8, a cost of 1 us; weak, but enough for what no row speaks of.
    for i, name in enumerate(names):
        row = [0.0] * len(names)
        row[i] = 0.02
        a.append(row)
        b.append(0.02 * (1.0 if name == "values" else 1.25))
    # Least squares with every unknown at least its least (a share of at most 6.7), one unknown after the other until none moves.
    least = [0.0 if name == "values" else 0.15 for name in names]
    x = [1.2] * len(names)
    for _ in range(3000):
        moved = 0.0
        for i in range(len(names)):
            above = below = 0.0
            for row, wanted in zip(a, b):
                if row[i]:
                    above += row[i] * (wanted - sum(v * w for j, (v, w) in enumerate(zip(row, x)) if j != i and v))
                    below += row[i] * row[i]
            new = max(least[i], above / below)
            moved = max(moved, abs(new - x[i]))
            x[i] = new
        if moved < 1e-6:
            break
    return names, [value * usual[name] for name, value in zip(names, x)], count


PARTS = {"decode": ("decode", "attention"), "prefill": ("prefill", "attention_batch")}


def main():
    parser = argparse.ArgumentParser()
    for name in ("predict", "catalogue", "work", "load", "where"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--sharpness", type=float, default=3.0, help="EngineProfile::sharpness; 0: the rows are effective rates")
    parser.add_argument("--decode-error", type=float, default=0.12, help="the least error of decode; more where memory changes its speed")
    options = parser.parse_args()
    costs = []
    for (isa, phase), rows in sorted(equations(options).items()):
        names, x, count, rows = solve_with_memory(rows, phase, options.sharpness)
        misses = {}
        for raw, parts, seconds, label in rows:
            made = sum(raw.get(n, 0) * v for n, v in zip(names, x))
            made += sum(parts[n] for n in parts if n in ("state", "values written"))
            for n in names:
                if raw.get(n, 0) * dict(zip(names, x))[n] > 0.3 * seconds:
                    misses.setdefault(n, []).append(abs(made / seconds - 1))
            print(f"//   {isa} {phase} {label}: {100 * (made / seconds - 1):+.1f} %")
        for name, value in zip(names, x):
            if name == "values":
                if phase == "decode":
                    costs.append((isa, value * 1e-6))
                continue
            words = name.split()
            part = PARTS[phase][1] if name == "attention" else PARTS[phase][0] + ("_experts" if "experts" in words else "")
            form = "F16" if name == "attention" else words[1]
            if count[name] < 1:
                continue
            # Other models than those fitted are off by more: as far as the held pairs were, at four in five.
            # Attention also goes with the distance between a head's rows, which the count of products does not know.
            least = 0.3 if name == "attention" else 0.15 if phase == "prefill" else options.decode_error
            error = max(least, 1.5 * statistics.mean(misses.get(name, [0.1])))
            print(f'    Row{{"llama.cpp", "{isa}", "{form}", EnginePart::{part}, {1 / value:.4f}, {min(error, 0.3):.2f}}},  // {count[name]} runs')
    for isa, value in costs:
        print(f'    Cost{{"llama.cpp", "{isa}", {value:.2e}, 0.5}},')


main()
