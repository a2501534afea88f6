#!/usr/bin/env python3
"""How far are predicted speeds and memory from what the real engine does, side by side?

Called by script/compare-engine. For each model and format: our measurement, the engine, ours again, the engine (A B A B A), all
kept as one JSON object a line in --save. A host may move a guest's cores in the midst of this; the engine then ran on another
machine than the one that was measured: where our measurements before and after a run of the engine differ by more than a tenth in
what memory gives, that run is left out and another one is made. A row is the middle of what a pair's rounds predicted against the
middle of what they measured. With --load nothing runs: the predictions are made anew from what was kept. --resume goes on where an
earlier run stopped, --before and --pause share the machine: each measurement runs under a command, and others have their turn.
"""
import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def output(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 2):
        sys.exit(f"compare: {' '.join(command)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


def read_pairs(path):
    """Lines 'MODEL FORMAT SET', SET being 'profile' or 'held'; '#' begins a comment."""
    pairs = []
    for line in open(path):
        words = line.split("#")[0].split()
        if words:
            pairs.append(tuple(words))
    return pairs


def turn(options, command):
    """Measures by `command`, then leaves the machine to others for a share of the time that it took."""
    start = time.monotonic()
    made = output(options.before + command)
    time.sleep(options.pause * (time.monotonic() - start))
    return made


def model_file(options, pair):
    file = os.path.join(options.work, f"{pair[0]}-{pair[1]}.gguf")
    if not os.path.exists(file):
        output(options.aside + [options.synthetic, options.catalogue, pair[0], pair[1], file + ".part"])
        os.rename(file + ".part", file)
    return file


def tests_of(options, file):
    """What a model of this size is tested with: a large one with fewer tokens."""
    if options.tests:
        return options.tests
    size = os.path.getsize(file)
    return "pp256,tg24@0,tg8@1024" if size < 5e8 else "pp256,tg16@0" if size < 3.5e9 else "pp128,tg12@0"


def memory_rate(bench):
    """What all threads together read from memory in our measurement."""
    rates = [(m["threads"], m["bytes_per_second"]["mid"]) for m in bench["measurements"]
             if m["name"] == "memory read" and "mid" in (m.get("bytes_per_second") or {})]
    return max(rates)[1]


def is_another_machine(before, after):
    return abs(memory_rate(after) / memory_rate(before) - 1) > 0.1


def measure(options, pair, isa, rounds):
    model, form, kind = pair
    name, backend = isa.split(":")
    file = model_file(options, pair)

    def ours():
        return json.loads(turn(options, [options.weighin, "bench", "--json", "--fresh", "--isa", name,
                                         "--bench-seconds", str(options.bench_seconds)]))

    made, good = [], 0
    before = ours()
    while good < rounds and len(made) < 2 * rounds:
        lines = [json.loads(line) for line in turn(
            options, [options.engine, os.path.join(options.backends, f"libggml-cpu-{backend}.so"), file,
                      options.threads, tests_of(options, file), str(options.repeats)]).splitlines()]
        after = ours()
        changed = is_another_machine(before, after)
        made.append({"bench": before, "engine": lines, "changed": changed})
        good += not changed
        before = after
    return {"model": model, "format": form, "set": kind, "isa": name, "backend": backend, "processor": options.processor, "rounds": made}


def rounds_kept(options):
    """{(model, format, isa, backend): rounds} of an earlier run."""
    kept = {}
    if options.resume and os.path.exists(options.save):
        for record in map(json.loads, open(options.save)):
            key = tuple(record[name] for name in ("model", "format", "isa", "backend"))
            kept[key] = kept.get(key, 0) + sum(not each.get("changed") for each in record["rounds"])
    return kept


def measure_all(options):
    records, kept = [], rounds_kept(options)
    for pair in read_pairs(options.pairs):
        for isa in options.isa.split(","):
            rounds = options.rounds - kept.get((pair[0], pair[1], *isa.split(":")), 0)
            if rounds <= 0:
                continue
            records.append(measure(options, pair, isa, rounds))
            if options.save:
                with open(options.save, "a") as file:
                    file.write(json.dumps(records[-1]) + "\n")
        if not options.keep and os.path.exists(file := os.path.join(options.work, f"{pair[0]}-{pair[1]}.gguf")):
            os.remove(file)
    return records


def repack(backend):
    """What the engine's library repacks weights for, in the words of the estimate's plan."""
    return {"sapphirerapids": "amx", "haswell": "avx2", "alderlake": "avx2"}.get(backend, "avx512")


def predictions(options, record, bench, tests):
    """{(threads, test): (low, mid, high)} and the predicted peak memory."""
    path = os.path.join(options.work, "bench.json")
    with open(path, "w") as file:
        json.dump(bench, file)
    lines = output([options.predict, options.catalogue, path, record["model"], record["format"],
                    f"{repack(record['backend'])}:{record.get('processor', ':')}"] +
                   [f"{threads}:{test}" for threads, test in tests]).splitlines()
    made = {}
    for line in lines:
        words = json.loads(line)
        made[(words["threads"], words["test"])] = words
    return made


def rows_of(options, record):
    rows = []
    for at, each in enumerate(record["rounds"]):
        if each.get("changed"):
            print(f"{record['model']} {record['format']} {record['isa']}: a round left out, memory gave another rate after it")
            continue
        samples = {}
        peak = None
        disturbed = 0
        for line in each["engine"]:
            if "test" in line and line["other_cpu_cores"] > 0.1:
                disturbed += 1  # another program took a tenth of a core and more: that is no measurement
            elif "test" in line:
                samples.setdefault((line["threads"], line["test"]), []).append(line["tokens_per_second"])
            else:
                peak = line["peak_rss_bytes"]
        if disturbed:
            print(f"{record['model']} {record['format']} {record['isa']}: {disturbed} samples left out, another program was running")
        if not samples:
            continue
        made = predictions(options, record, each["bench"], sorted(samples))
        for key, values in sorted(samples.items()):
            measured = statistics.median(values)
            p = made[key]
            if p["mid"] is None:
                rows.append(dict(record=record, round=at, threads=key[0], test=key[1], measured=measured, mid=None))
                continue
            rows.append(dict(record=record, round=at, threads=key[0], test=key[1], measured=measured,
                             spread=(max(values) - min(values)) / measured, low=p["low"], mid=p["mid"], high=p["high"],
                             error=p["mid"] / measured - 1, peak=peak, memory=p["memory_bytes"], raw=p["raw"],
                             parts={what: f"{1e3 * seconds:.3f} ms" for what, seconds in p["parts"].items()}))
    return rows


def middle_of(rows):
    """One row for each (model, format, kernels, threads, test): the middle of its rounds."""
    groups = {}
    for row in rows:
        at = row["record"]
        groups.setdefault((at["model"], at["format"], at["isa"], at["backend"], row["threads"], row["test"]), []).append(row)
    made = []
    for group in groups.values():
        known = [row for row in group if row["mid"] is not None]
        row = dict((known or group)[0], rounds=len(known))
        for name in ("low", "mid", "high", "measured", "peak", "memory") if known else ():
            row[name] = statistics.median(each[name] for each in known)
        if known:
            row["error"] = row["mid"] / row["measured"] - 1
        made.append(row)
    return made


def set_of(row):
    """"profile" where the row's phase made rows of the profile, else "held"."""
    phase = "prefill" if row["test"].startswith("pp") else "decode"
    return "profile" if row["record"]["set"] in ("profile", f"profile-{phase}") else "held"


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def markdown(rows):
    print("| model | format | set | ours / the engine's | threads | test | predicted low - mid - high | measured | error |")
    print("|---|---|---|---|---|---|---|---|---|")
    for r in rows:
        at = r["record"]
        if r["mid"] is not None:
            print(f"| {at['model']} | {at['format']} | {set_of(r)} | {at['isa']} / {at['backend']} | {r['threads']} | {r['test']} "
                  f"| {r['low']:.3g} - {r['mid']:.3g} - {r['high']:.3g} | {r['measured']:.3g} | {100 * r['error']:+.0f} % |")


def table(rows, verbose):
    print(f"{'model':24} {'format':8} {'isa':12} {'t':>2} {'test':10} {'low':>8} {'mid':>8} {'high':>8} {'measured':>9} {'error':>7}")
    for r in rows:
        if r["mid"] is None:
            print(f"{r['record']['model']:24} {r['record']['format']:8} {r['record']['isa']:12} {r['threads']:2} {r['test']:10} no prediction")
            continue
        mark = "" if r["low"] <= r["measured"] <= r["high"] else "  outside"
        print(f"{r['record']['model']:24} {r['record']['format']:8} {r['record']['isa']:12} {r['threads']:2} {r['test']:10} "
              f"{r['low']:8.2f} {r['mid']:8.2f} {r['high']:8.2f} {r['measured']:9.2f} {100 * r['error']:+6.1f}%{mark}")
        if verbose:
            print("      ", r["parts"])
    good = [r for r in rows if r["mid"] is not None]
    print()
    print("| phase | set | rows | median error | 90th percentile | worst | inside the range |")
    print("|---|---|---|---|---|---|---|")
    for phase, prefix in (("decode", "tg"), ("prefill", "pp")):
        for kind in ("profile", "held", "all"):
            some = [r for r in good if r["test"].startswith(prefix) and kind in ("all", set_of(r))]
            if not some:
                continue
            errors = [abs(r["error"]) for r in some]
            inside = sum(r["low"] <= r["measured"] <= r["high"] for r in some) / len(some)
            print(f"| {phase} | {kind} | {len(some)} | {100 * statistics.median(errors):.1f} % | {100 * quantile(errors, 0.9):.1f} % "
                  f"| {100 * max(errors):.1f} % | {100 * inside:.0f} % |")
    memory = {}
    for r in good:
        if r["peak"]:
            memory[(r["record"]["model"], r["record"]["format"], r["record"]["isa"])] = r["memory"] / r["peak"] - 1
    if memory:
        errors = [abs(e) for e in memory.values()]
        print(f"| peak memory | all | {len(errors)} | {100 * statistics.median(errors):.1f} % | {100 * quantile(errors, 0.9):.1f} % "
              f"| {100 * max(errors):.1f} % | |")


def main():
    parser = argparse.ArgumentParser()
    for name in ("weighin", "predict", "synthetic", "engine", "backends", "catalogue", "work", "save", "load", "pairs"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--before", default="", help="a command that each measurement runs under")
    parser.add_argument("--aside", default="", help="a command that writing a model runs under")
    parser.add_argument("--pause", type=float, default=0.0, help="wait after each measurement, as a share of the time it took")
    parser.add_argument("--resume", action="store_true", help="measure only what --save does not have yet")
    parser.add_argument("--processor", default=":", help="VENDOR:CORES, as weighin probe names them")
    parser.add_argument("--isa", default="", help="ISA:BACKEND,…: our kernels' instruction set and the engine's library")
    parser.add_argument("--threads", default="2")
    parser.add_argument("--tests", default="", help="of the engine; chosen by the model's size if empty")
    parser.add_argument("--rounds", type=int, default=2, help="runs of the engine between our measurements")
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--bench-seconds", type=float, default=2.0)
    parser.add_argument("--keep", action="store_true", help="keep the models' files")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--markdown", action="store_true", help="the rows as a Markdown table")
    options = parser.parse_args()
    options.before, options.aside = shlex.split(options.before), shlex.split(options.aside)
    records = []
    if options.load:
        records = [json.loads(line) for line in open(options.load)]
    else:
        records = measure_all(options)
    if options.predict:
        rows = middle_of([row for record in records for row in rows_of(options, record)])
        if options.markdown:
            markdown(rows)
        table(rows, options.verbose)


main()
