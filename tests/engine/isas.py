#!/usr/bin/env python3
"""Which instruction sets are compared on this machine: OURS:THE ENGINE'S LIBRARY, the best one and AVX2 alone.

Usage: isas.py WEIGHIN FOLDER, the folder being that of the engine's libraries; isas.py --processor WEIGHIN prints VENDOR:CORES.
"""
import ctypes
import glob
import json
import os
import subprocess
import sys


def probed(weighin):
    return json.loads(subprocess.run([weighin, "probe", "--no-gpu", "--json"], capture_output=True, text=True, check=True).stdout)["cpu"]


def chosen(folder):
    """The library that the engine itself would load: each says how well it suits this processor, 0 = not at all."""
    ctypes.CDLL(os.path.join(folder, "libggml-base.so"), mode=ctypes.RTLD_GLOBAL)
    scores = {}
    for path in glob.glob(os.path.join(folder, "libggml-cpu-*.so")):
        scores[os.path.basename(path)[len("libggml-cpu-"):-len(".so")]] = ctypes.CDLL(path).ggml_backend_score()
    return max(scores, key=scores.get)


def main():
    if sys.argv[1] == "--processor":
        said = [probed(sys.argv[2])[name] for name in ("vendor", "microarchitecture")]
        print(":".join(word if isinstance(word, str) else "" for word in said))
        return
    weighin, folder = sys.argv[1:]
    bench = subprocess.run([weighin, "bench", "--json", "--fresh", "--bench-seconds", "0.2", "--bench-only", "memory read"],
                           capture_output=True, text=True, check=True).stdout
    best = json.loads(bench)["measurements"][0]["isa"]
    pairs = [f"{best}:{chosen(folder)}"]
    if best != "avx2":
        pairs.append("avx2:haswell")
    print(",".join(pairs))


main()
