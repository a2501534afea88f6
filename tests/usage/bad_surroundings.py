#!/usr/bin/python3
"""Does the program stay upright in a bad place: little memory, no home, no terminal, closed pipes?"""
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import BUILD, PROGRAM, check, equal, finish, run  # noqa: E402

SANITIZED = any("SANITIZE:" in line and len(line.strip().split("=")[-1]) > 0
                for line in (BUILD / "CMakeCache.txt").read_text().splitlines() if line.startswith("WEIGHIN_SANITIZE"))


def limited(kind, amount):
    return lambda: resource.setrlimit(kind, (amount, amount))


if not SANITIZED:  # sanitizers reserve terabytes of addresses
    for megabytes in (256, 128, 64):
        done = run("check", "--bench-seconds", "0.5", preexec_fn=limited(resource.RLIMIT_AS, megabytes << 20))
        check(done.returncode in (0, 70), f"RLIMIT_AS {megabytes} MB: exit {done.returncode} {done.stderr[-300:]}")
        if done.returncode == 70:
            check("weighin: error:" in done.stderr, f"one clear error under {megabytes} MB: {done.stderr}")
        if megabytes == 256:
            equal(done.returncode, 0, f"RLIMIT_AS of 256 MB: {done.stderr[-300:]}")
            check("rlimit" in run("probe", "--json", "--no-gpu", preexec_fn=limited(resource.RLIMIT_AS, megabytes << 20)).stdout,
                  "the limit is named")

with tempfile.TemporaryDirectory() as folder:
    os.chmod(folder, 0o555)
    done = run("check", "--no-bench", "--no-gpu", env={"HOME": folder, "XDG_CACHE_HOME": folder, "TMPDIR": folder})
    equal(done.returncode, 0, f"a read-only home: {done.stderr}")
done = run("check", "--no-bench", "--no-gpu", env={"HOME": "/nonexistent", "TERM": "dumb"})
equal(done.returncode, 0, f"no home, no terminal: {done.stderr}")
empty = subprocess.run([str(PROGRAM), "check", "--no-bench", "--no-gpu"], env={}, capture_output=True, text=True, timeout=60)
equal(empty.returncode, 0, f"an empty environment: {empty.stderr}")

# A reader that has seen enough is no failure; an output that cannot be written is.
done = subprocess.run(["sh", "-c", f"'{PROGRAM}' check --no-bench --no-gpu --json 2>&1 >/dev/full; echo $?"], capture_output=True, text=True, timeout=60)
check(done.stdout.strip().endswith("74"), f"standard output on a full disk: {done.stdout}")
done = subprocess.run(["bash", "-c", f"set -o pipefail; '{PROGRAM}' models list | head -1"], capture_output=True, text=True, timeout=60)
check(done.returncode in (0, 141), f"a closed pipe: {done.returncode} {done.stderr}")
check("error" not in done.stderr, f"a closed pipe: {done.stderr}")


# A real memory cgroup, where one may be made: v2 under /sys/fs/cgroup, v1 under its memory folder.
def make_group(name, limit):
    v2 = pathlib.Path("/sys/fs/cgroup")
    v1 = v2 / "memory"
    try:
        if (v1 / "memory.limit_in_bytes").exists():
            own = next((line.split(":")[2] for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines()
                        if line.split(":")[1] == "memory"), "/")
            base = v1 / own.strip("/")
            group = (base if base.is_dir() else v1) / name
            group.mkdir(parents=True, exist_ok=True)
            (group / "memory.limit_in_bytes").write_text(str(limit))
        elif "memory" in (v2 / "cgroup.subtree_control").read_text():
            group = v2 / name
            group.mkdir(parents=True, exist_ok=True)
            (group / "memory.max").write_text(str(limit))
        else:
            return None
        return group
    except OSError as error:
        print(f"no memory cgroup can be made here: {error}")
        return None


def inside(group):
    return lambda: (group / "cgroup.procs").write_text(str(os.getpid()))


skipped = True
for name, limit in (("weighin-test", 2 << 30), ("weighin-test/nested", 1 << 30)):
    group = make_group(name, limit)
    if group is None:
        break
    skipped = False
    done = run("check", "llama-3.1-8b", "--format", "Q8_0", "--no-bench", "--no-gpu", "--json", preexec_fn=inside(group))
    equal(done.returncode, 1, f"an 8 GB model in a cgroup of {limit} bytes")
    check('"bound_by": "cgroup"' in done.stdout or '"bound_by":"cgroup"' in done.stdout, "the report says what bounds the memory")
    check("limitedByContainer" in done.stdout, "the reason names the container's limit")
    done = run("probe", "--json", "--no-gpu", preexec_fn=inside(group))
    check(f'{limit}' in done.stdout, f"the limit of {limit} bytes is in the profile")
if not skipped:
    tiny = make_group("weighin-tiny", 32 << 20)
    if tiny is not None and not SANITIZED:
        done = run("check", "--bench-seconds", "0.5", "--no-gpu", preexec_fn=inside(tiny))
        check(done.returncode == 0, f"a cgroup of 32 MB: exit {done.returncode} {done.stderr[-300:]}")
    for name in ("weighin-tiny", "weighin-test/nested", "weighin-test"):
        group = make_group(name, 1 << 30)
        if group is not None:
            try:
                group.rmdir()
            except OSError:
                pass
else:
    print("PART SKIPPED: no memory cgroup can be made here")
finish()
