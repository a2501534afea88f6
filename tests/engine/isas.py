#!/usr/bin/env python3
"""Which instruction sets are compared on this machine: OURS:THE ENGINE'S LIBRARY, the best one and AVX2 alone.

Usage: isas.py WEIGHIN FOLDER, the folder being that of the engine's libraries.
"""
import json
import os
import subprocess
import sys

# The engine's own variants (ggml/src/CMakeLists.txt: ggml_add_cpu_backend_variant), best first, with the features that tell them.
VARIANTS = [("sapphirerapids", {"amx_int8", "avx512_bf16", "avx512_vnni"}), ("zen4", {"avx512_bf16", "avx512_vnni"}),
            ("icelake", {"avx512_vnni", "avx512_vbmi"}), ("cascadelake", {"avx512_vnni"}), ("skylakex", {"avx512f"}),
            ("alderlake", {"avx_vnni"}), ("haswell", {"avx2"})]


def main():
    weighin, folder = sys.argv[1:]
    probe = subprocess.run([weighin, "probe", "--no-gpu", "--json"], capture_output=True, text=True, check=True).stdout
    have = set(json.loads(probe)["cpu"]["simd"])
    bench = subprocess.run([weighin, "bench", "--json", "--fresh", "--bench-seconds", "0.2", "--bench-only", "memory read"],
                           capture_output=True, text=True, check=True).stdout
    best = json.loads(bench)["measurements"][0]["isa"]
    library = next(name for name, need in VARIANTS
                   if need <= have and os.path.exists(os.path.join(folder, f"libggml-cpu-{name}.so")))
    pairs = [f"{best}:{library}"]
    if best != "avx2":
        pairs.append("avx2:haswell")
    print(",".join(pairs))


main()
