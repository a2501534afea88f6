#!/usr/bin/python3
"""Do a thousand gates share one cache, many at once, some dying while they write, with every answer right and no file broken?

WEIGHIN_GATES=N for another number.
"""
import concurrent.futures
import json
import os
import pathlib
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import PROGRAM, check, equal, finish  # noqa: E402

GATES = int(os.environ.get("WEIGHIN_GATES", "1000"))
random.seed(7)

with tempfile.TemporaryDirectory() as home:
    surroundings = {**os.environ, "HOME": home, "XDG_CACHE_HOME": home}
    cache = pathlib.Path(home) / "weighin"
    words = [PROGRAM, "gate", "--model", "smollm2-135m", "--min-decode", "0.001", "--bench-seconds", "0.5", "--json"]

    def once(*more):
        return subprocess.run([*words, *more], capture_output=True, text=True, env=surroundings, timeout=120)

    def dies_while_writing():
        # The kernel ends it in the middle of its first file, with a hundred bytes of it written.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    def gate(number):
        # Every twentieth measures anew and writes, half of these are killed at some moment. Every twentieth asks the GPU drivers in
        # surroundings that nobody has asked them in, and dies while it writes what they said.
        fresh = number % 20 == 3
        more = {}
        if number % 20 == 5:
            more = {"preexec_fn": dies_while_writing, "env": {**surroundings, "MESA_VK_DEVICE_SELECT": f"none{number}"}}
        process = subprocess.Popen([*words, "--fresh"] if fresh else words, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   **{"env": surroundings, **more})
        if number % 40 == 3:
            time.sleep(random.uniform(0.0, 1.0))
            process.send_signal(signal.SIGKILL)
        elif number % 10 == 7:  # readers are killed, too
            time.sleep(random.uniform(0.0, 0.05))
            process.send_signal(signal.SIGKILL)
        output, errors = process.communicate(timeout=120)
        return fresh or bool(more), process.returncode, output, errors

    # The first one measures; what it found is kept, steady or not.
    for _ in range(5):
        first = once()
        kept = sorted(path.name for path in cache.glob("*.json") if not path.name.startswith("gpus-"))
        if kept:
            break
    check(kept and first.returncode == 0, f"nothing was kept: {first.returncode} {first.stdout} {first.stderr}")
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        ended = list(pool.map(gate, range(GATES)))
    elapsed = time.monotonic() - start
    answered = killed = 0
    for alone, code, output, errors in ended:
        if code in (-signal.SIGKILL, -signal.SIGXFSZ):
            killed += 1
            continue
        # One that cannot use what is kept may find no time in the crowd to ask or to measure: then it cannot decide, and says so.
        check(code == 0 or (alone and code == 2), f"a gate ended with {code}: {output[:300]} {errors[:300]}")
        document = json.loads(output)
        equal(document["schema"], "weighin/gate/1", "schema")
        equal(document["exit_code"], code, "the exit code in the document")
        answered += 1
    check(answered >= GATES * 0.8, f"only {answered} of {GATES} answered")
    for path in sorted(cache.glob("*.json")):
        try:
            json.loads(path.read_text())
        except ValueError as error:
            check(False, f"{path.name} is broken: {error}")
    halves = len(list(cache.glob(".kept-*")))
    if any(cache.glob("gpus-*")):
        check(halves > 0, "none of them died while it wrote")
    print(f"{GATES} gates in {elapsed:.0f} s: {answered} answered, {killed} killed, "
          f"{halves} of them while they wrote; kept: {', '.join(sorted(p.name for p in cache.glob('*.json')))}")

    equal(sorted(path.name for path in pathlib.Path(home).iterdir()), ["weighin"], "files outside of the cache")

    # What is kept is used: the answer has the same speed twice.
    one, two = (json.loads(once().stdout) for _ in range(2))
    equal(one["decode_tokens_per_second"], two["decode_tokens_per_second"], "the kept speed")
    # A cache that holds rubbish is no cache, and neither is one that cannot be read.
    for rubbish in (b"{\"schema\": \"weighin/bench/1\", \"measurem", b"", b"\0" * 100, b"[" * 100000):
        for path in cache.glob("*.json"):
            path.write_bytes(rubbish)
        after = once()
        check(after.returncode in (0, 2), f"a gate with a broken cache: {after.returncode} {after.stderr}")

    # The time that is given is kept, though nothing is in the cache; a second for a busy machine.
    with tempfile.TemporaryDirectory() as empty:
        cold = {**surroundings, "HOME": empty, "XDG_CACHE_HOME": empty}
        start = time.monotonic()
        short = subprocess.run([*words, "--budget-ms", "50"], capture_output=True, text=True, env=cold, timeout=120)
        elapsed = time.monotonic() - start
        check(short.returncode == 2, f"50 ms are no time to measure: {short.returncode} {short.stdout} {short.stderr}")
        reasons = [reason["code"] for reason in json.loads(short.stdout)["reasons"]]
        check("notMeasured" in reasons, f"what was not measured is said: {reasons}")
        print(f"a budget of 50 ms took {elapsed * 1000:.0f} ms")
finish()
