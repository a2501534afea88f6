#!/usr/bin/python3
"""Do many gates at once share one cache, some killed at any moment, with every answer right and no file broken?

A thousand processes by hand: WEIGHIN_GATES=1000. Fewer by default, so that two cores are enough.
"""
import concurrent.futures
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import PROGRAM, check, equal, finish  # noqa: E402

GATES = int(os.environ.get("WEIGHIN_GATES", "60"))
random.seed(7)

with tempfile.TemporaryDirectory() as home:
    surroundings = {**os.environ, "HOME": home, "XDG_CACHE_HOME": home}
    cache = pathlib.Path(home) / "weighin"
    words = [PROGRAM, "gate", "--model", "smollm2-135m", "--min-decode", "0.5", "--bench-seconds", "0.25", "--json"]

    def gate(number):
        # Every tenth measures again and writes; every fourth is killed at some moment.
        fresh = ["--fresh"] if number % 10 == 3 else []
        process = subprocess.Popen([*words, *fresh], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=surroundings)
        if number % 4 == 1:
            time.sleep(random.uniform(0.0, 0.4))
            process.send_signal(signal.SIGKILL)
        output, errors = process.communicate(timeout=120)
        return process.returncode, output, errors

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        ended = list(pool.map(gate, range(GATES)))
    answered = 0
    for code, output, errors in ended:
        if code == -signal.SIGKILL:
            continue
        # Busy as it is, a measurement may be unstable: then the answer is "could not decide", and no crash.
        check(code in (0, 2), f"a gate ended with {code}: {output[:300]} {errors[:300]}")
        document = json.loads(output)
        equal(document["schema"], "weighin/gate/1", "schema")
        answered += 1
    check(answered >= GATES // 2, f"only {answered} of {GATES} answered")
    for path in sorted(cache.glob("*.json")):
        try:
            json.loads(path.read_text())
        except ValueError as error:
            check(False, f"{path.name} is broken: {error}")
    # What is kept is used: a gate after them measures nothing.
    calm = subprocess.run(words, capture_output=True, text=True, env=surroundings)
    check(calm.returncode in (0, 2), f"the last gate: {calm.returncode} {calm.stderr}")
    # A cache that holds rubbish is no cache.
    for path in cache.glob("*.json"):
        path.write_text("{\"schema\": \"weighin/bench/1\", \"measurem")
    after = subprocess.run(words, capture_output=True, text=True, env=surroundings)
    check(after.returncode in (0, 2), f"a gate with a broken cache: {after.returncode} {after.stderr}")
    print(f"{GATES} gates, {answered} answered, the others killed")

    # The time that is given is kept, though nothing is in the cache; a second for a busy machine.
    with tempfile.TemporaryDirectory() as empty:
        cold = {**surroundings, "HOME": empty, "XDG_CACHE_HOME": empty}
        start = time.monotonic()
        short = subprocess.run([*words, "--budget-ms", "50"], capture_output=True, text=True, env=cold)
        elapsed = time.monotonic() - start
        check(short.returncode == 2, f"50 ms are no time to measure: {short.returncode} {short.stdout} {short.stderr}")
        reasons = [reason["code"] for reason in json.loads(short.stdout)["reasons"]]
        check("notMeasured" in reasons, f"what was not measured is said: {reasons}")
        print(f"a budget of 50 ms took {elapsed * 1000:.0f} ms")
finish()
