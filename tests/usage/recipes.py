#!/usr/bin/python3
"""Do the recipes of docs/recipes let an app in on a yes, silently, and keep it out on a no, with the sentence?

Each is run as its installer runs it: dpkg installs a package into a root of its own, npm a packed one, `cmake --install` a
project; sh reads the script from a pipe. Where an installer is not here, what it would run is run, and the script says so.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import MACHINES, PROGRAM, SOURCE, check, equal, finish  # noqa: E402

RECIPES = SOURCE / "docs/recipes"
MACHINE = MACHINES / "cloud-vm-xeon"
# What the recipes ask, answered for a recorded machine: none of its speeds is known.
FITS = {"schema": "weighin/policy/1", "choices": [{"name": "full", "model": "smollm2-135m"}]}
TOO_BIG = {"schema": "weighin/policy/1", "choices": [{"name": "full", "model": "llama-3.1-405b"}]}
NOT_KNOWN = {"schema": "weighin/policy/1", "choices": [{"name": "full", "model": "smollm2-135m", "conditions": {"min_decode": 5}}]}
MISTAKEN = {"schema": "weighin/policy/1", "choises": []}
SENTENCE = "No, Llama 3.1 405B will not run on this device"
tried = []


class Place:
    """A folder with a `weighin` that weighs the recorded machine, and surroundings that find it first."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        programs = self.folder / "programs"
        programs.mkdir()
        self.weighin = programs / "weighin"
        # `report` and `gate` both take --device.
        self.weighin.write_text(f'#!/bin/sh\nexec "{PROGRAM}" "$@" --device "{MACHINE}"\n')
        self.weighin.chmod(0o755)
        self.surroundings = {**os.environ, "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
                             "HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache")}

    def run(self, *words, **more):
        env = {**self.surroundings, **more.pop("env", {})}
        return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=300, env=env,
                              **{"stdin": subprocess.DEVNULL, **more} if "input" not in more else more)

    def policy(self, policy, folder):
        (folder / "app.policy.json").write_text(json.dumps(policy, indent=1))


def stops(done, what, sentence=SENTENCE):
    check(done.returncode != 0, f"{what}: it went on")
    check(sentence in done.stdout + done.stderr, f"{what}: the sentence is missing: {done.stdout}{done.stderr}")


def debian(place):
    """A real dpkg installs a tiny package into a root of its own."""
    if not shutil.which("dpkg-deb") or os.geteuid() != 0:
        print("not tried: dpkg is not installed, or nobody here may install with it")
        return
    recipe = (RECIPES / "preinst").read_text()
    check("--model gemma-2b" in recipe, "the preinst names its model")
    packages = {}
    for name, model in (("fits", "smollm2-135m"), ("too-big", "llama-3.1-405b")):
        tree = place.folder / f"deb-{name}"
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "usr/share/notes-app").mkdir(parents=True)
        (tree / "usr/share/notes-app/app").write_text("the app\n")
        (tree / "DEBIAN/control").write_text(
            "Package: notes-app\nVersion: 1.0\nArchitecture: all\nMaintainer: Nobody <nobody@example.org>\n"
            "Pre-Depends: weighin\nDescription: an app with a model\n")
        script = tree / "DEBIAN/preinst"
        script.write_text(recipe.replace("gemma-2b", model).replace("#DEBHELPER#\n", ""))
        script.chmod(0o755)
        packages[name] = place.folder / f"{name}.deb"
        built = place.run("dpkg-deb", "--root-owner-group", "--build", tree, packages[name])
        equal(built.returncode, 0, f"dpkg-deb: {built.stderr}")
    # The gate itself, as dpkg sees it.
    tree = place.folder / "deb-weighin"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text("Package: weighin\nVersion: 1.0\nArchitecture: all\nMaintainer: Nobody "
                                         "<nobody@example.org>\nDescription: stands for the real one\n")
    packages["weighin"] = place.folder / "weighin.deb"
    equal(place.run("dpkg-deb", "--root-owner-group", "--build", tree, packages["weighin"]).returncode, 0, "dpkg-deb")

    def install(name, root):
        # Maintainer scripts run outside of the root: it holds no shell.
        return place.run("dpkg", f"--root={root}", "--force-script-chrootless", "--force-not-root",
                         "--log=/dev/null", "--install", packages[name])

    for name in ("fits", "too-big"):
        root = place.folder / f"root-{name}"
        for part in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers"):
            (root / part).mkdir(parents=True)
        (root / "var/lib/dpkg/status").touch()
        app = root / "usr/share/notes-app/app"
        stops(install(name, root), f"dpkg without weighin, {name}", "weighin")
        equal(install("weighin", root).returncode, 0, "dpkg installs what stands for weighin")
        done = install(name, root)
        status = place.run("dpkg-query", f"--root={root}", "--show", "--showformat=${Status}", "notes-app").stdout
        if name == "fits":
            equal(done.returncode, 0, f"dpkg: {done.stderr}")
            equal(done.stderr, "", "the preinst is silent on a yes")
            check(app.exists() and status == "install ok installed", f"dpkg installed it: {status}")
        else:
            stops(done, "dpkg")
            check("notes-app: No, Llama" in done.stderr, f"the preinst says whose no it is: {done.stderr}")
            check(not app.exists() and "not-installed" in status, f"nothing was unpacked: {status}")
    tried.append("dpkg")


def npm(place):
    """npm installs the packed package, offline; else sh runs what npm would run, where npm would."""
    package = place.folder / "npm-package"
    shutil.copytree(RECIPES / "npm", package)
    script = json.loads((package / "package.json").read_text())["scripts"]["preinstall"]
    real = shutil.which("npm") and shutil.which("node")
    settings = {"npm_config_cache": str(place.folder / "npm-cache"), "npm_config_update_notifier": "false"}
    for name, policy, code in (("yes", FITS, 0), ("no", TOO_BIG, 1), ("not known", NOT_KNOWN, 0), ("mistaken", MISTAKEN, 1)):
        place.policy(policy, package)
        for way in ["sh"] + (["npm"] if real else []):
            env = dict(settings)
            app = place.folder / f"npm-app-{name}-{way}"
            app.mkdir()
            if way == "npm":
                packed = place.run("npm", "pack", "--pack-destination", app, cwd=package, env=env)
                equal(packed.returncode, 0, f"npm pack: {packed.stderr[-500:]}")
                (app / "package.json").write_text('{"name": "a", "version": "1.0.0", "private": true}')
                words = ["npm", "install", "--offline", "--no-audit", "--no-fund", "./notes-app-1.0.0.tgz"]
                env["npm_config_ignore_scripts"] = "false"  # whatever its user has set
                done = place.run(*words, cwd=app, env=env)
                installed = (app / "node_modules/notes-app/package.json").exists()
                equal(installed, code == 0, f"npm, {name}: {done.stdout[-300:]} {done.stderr[-600:]}")
            else:
                done = place.run("sh", "-c", script, cwd=package, env=env)
                if code == 0:
                    equal(done.stdout + done.stderr, "", f"the npm script is silent, {name}")
            equal(done.returncode, code, f"{way}, {name}: {done.stderr[-600:]}")
            if name == "no":
                stops(done, f"{way}, {name}")
            if name == "mistaken":
                stops(done, f"{way}, {name}", '"choices" is meant?')
    place.policy(TOO_BIG, package)
    equal(place.run("sh", "-c", script, cwd=package, env={"NOTES_APP_FORCE": "1"}).returncode, 0, "the user knows better")
    bare = {"PATH": "/usr/bin:/bin"}
    if not shutil.which("weighin", path=bare["PATH"]):
        equal(place.run("sh", "-c", script, cwd=package, env=bare).returncode, 0, "npm without weighin")
    tried.append("npm" if real else "npm's script (npm itself is not installed)")


def piped(place):
    """curl | sh."""
    text = (RECIPES / "install.sh").read_text()
    start, end = text.index("<<'POLICY'\n") + 11, text.index("POLICY\n", text.index("<<'POLICY'\n") + 11)
    json.loads(text[start:end])
    for name, policy, code, words in (("yes", FITS, 0, "installed the full model"), ("no", TOO_BIG, 1, SENTENCE),
                                      ("not known", NOT_KNOWN, 0, "Installing anyway"),
                                      ("mistaken", MISTAKEN, 65, "could not be weighed (exit 65)")):
        script = text[:start] + json.dumps(policy) + "\n" + text[end:]
        prefix = place.folder / f"prefix {name}"
        env = {"PREFIX": str(prefix)}
        if shutil.which("curl"):
            page = place.folder / "install.sh"
            page.write_text(script)
            done = place.run("sh", "-c", f"curl -fsSL 'file://{page}' | sh", env=env)
        else:
            done = place.run("sh", input=script, env=env)
        equal(done.returncode, code, f"curl | sh, {name}: {done.stdout} {done.stderr}")
        check(words in done.stdout + done.stderr, f"curl | sh, {name}: {done.stdout} {done.stderr}")
        equal((prefix / "share/notes-app/choice").exists(), code == 0, f"curl | sh, {name}: something was written")
        if code == 0:
            equal((prefix / "share/notes-app/choice").read_text(), "full\n", "the choice")
        # Broken off anywhere, nothing runs.
        for length in (len(script) // 3, len(script) * 2 // 3, len(script) - 3):
            prefix = place.folder / f"cut {name} {length}"
            place.run("sh", input=script[:length], env={"PREFIX": str(prefix)})
            check(not prefix.exists(), f"curl | sh, {name}, broken off at {length}: something was written")
    equal([str(p) for p in place.folder.glob("tmp.*")], [], "temporary files are left")
    tried.append("curl | sh" if shutil.which("curl") else "| sh (curl is not installed)")


def cmake(place):
    """cmake --install of a project that includes the recipe."""
    project = place.folder / "cmake-project"
    project.mkdir()
    shutil.copy(RECIPES / "gate.cmake", project)
    (project / "model.txt").write_text("a model\n")
    (project / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(app NONE)\ninclude(gate.cmake)\n"
        "install(FILES model.txt DESTINATION share/app)\n")
    place.policy(FITS, project)
    built = place.run("cmake", "-S", project, "-B", project / "build")
    equal(built.returncode, 0, f"cmake: {built.stderr}")
    for name, policy, code, words in (("yes", FITS, 0, ""), ("no", TOO_BIG, 1, SENTENCE), ("not known", NOT_KNOWN, 0, ""),
                                      ("mistaken", MISTAKEN, 1, '"choices" is meant?')):
        place.policy(policy, project)
        prefix = place.folder / f"cmake-{name}"
        done = place.run("cmake", "--install", project / "build", "--prefix", prefix)
        equal(done.returncode, code, f"cmake --install, {name}: {done.stderr}")
        folded = " ".join((done.stdout + done.stderr).split())
        check(words in folded, f"cmake --install, {name}: {folded}")
        equal((prefix / "share/app/model.txt").exists(), code == 0, f"cmake --install, {name}: what was copied")
    tried.append("cmake --install")


def systemd(place):
    """ExecCondition=: the unit is sound for systemd, and its codes are those that it is promised."""
    unit = place.folder / "notes-app.service"
    policy = place.folder / "app.policy.json"
    unit.write_text((RECIPES / "notes-app.service").read_text().replace("/etc/notes-app/app.policy.json", str(policy)))
    if shutil.which("systemd-analyze"):
        done = place.run("systemd-analyze", "verify", "--man=no", unit)
        said = [line for line in done.stderr.splitlines() if "notes-app" in line]
        equal((done.returncode, said), (0, []), "systemd-analyze verify")
    condition = re.search(r"^ExecCondition=/bin/sh -c '(.*)'$", unit.read_text(), re.M).group(1)
    command = condition.replace("$$", "$")  # as systemd does
    for name, wanted, code in (("yes", FITS, 0), ("no", TOO_BIG, 1), ("not known", NOT_KNOWN, 2), ("mistaken", MISTAKEN, 255)):
        policy.write_text(json.dumps(wanted))
        done = place.run("/bin/sh", "-c", command)
        equal(done.returncode, code, f"ExecCondition, {name}: {done.stderr}")
        if name == "no":
            check(SENTENCE in done.stdout, f"the sentence is in the journal: {done.stdout}")
    policy.unlink()
    equal(place.run("/bin/sh", "-c", command).returncode, 255, "ExecCondition without its policy")
    bare = {"PATH": "/usr/bin:/bin"}
    if not shutil.which("weighin", path=bare["PATH"]):
        equal(place.run("/bin/sh", "-c", command, env=bare).returncode, 255, "ExecCondition without weighin")
    tried.append("systemd" if systemd_itself(place) else "ExecCondition's command (systemd cannot be run here)")


# A manager of its own, in a place of its own, so that nothing of this machine's is touched.
MANAGER = """
mkdir -p /run/systemd && mount -t tmpfs none /run/systemd && mkdir /run/systemd/system || exit 3
/lib/systemd/systemd --user >/dev/null 2>&1 &
manager=$!
trap 'kill $manager; wait $manager 2>/dev/null' EXIT
for _ in $(seq 100); do
    [ "$(systemctl --user is-system-running 2>/dev/null)" = running ] && break
    sleep 0.2
done
[ "$(systemctl --user is-system-running 2>/dev/null)" = running ] || exit 3
for name in "$@"; do
    systemctl --user start "$name.service" >/dev/null 2>&1
    echo "$name $? $(systemctl --user is-failed "$name.service")"
done
"""


def systemd_itself(place):
    """systemd starts the service, skips it, or fails it. False: it cannot be run here."""
    if os.geteuid() != 0 or not shutil.which("unshare") or not pathlib.Path("/lib/systemd/systemd").exists():
        return False
    runtime = place.folder / "runtime"
    units = runtime / "systemd/user"
    units.mkdir(parents=True)
    runtime.chmod(0o700)
    expected = {"yes": (FITS, True, "0 inactive"), "no": (TOO_BIG, False, "0 inactive"), "unknown": (NOT_KNOWN, False, "0 inactive"),
                "mistaken": (MISTAKEN, False, "1 failed"), "missing": (FITS, False, "1 failed")}
    if shutil.which("weighin", path="/usr/bin:/bin"):
        del expected["missing"]
    for name, (policy, _, _) in expected.items():
        path = place.folder / f"{name}.json"
        path.write_text(json.dumps(policy))
        programs = "/usr/bin:/bin" if name == "missing" else place.surroundings["PATH"]
        text = (RECIPES / "notes-app.service").read_text().replace("/etc/notes-app/app.policy.json", str(path))
        text = text.replace("ExecStart=/bin/true", f"ExecStart=/usr/bin/touch {place.folder}/{name}.started")
        text = re.sub(r"Environment=XDG_CACHE_HOME=.*", f"Environment=XDG_CACHE_HOME={place.folder}/cache PATH={programs}", text)
        (units / f"{name}.service").write_text(text)
    done = place.run("unshare", "--mount", "--propagation", "private", "bash", "-c", MANAGER, "manager", *expected,
                     env={"XDG_RUNTIME_DIR": str(runtime)})
    if done.returncode == 3 or "unshare" in done.stderr:
        return False
    for line in done.stdout.splitlines():
        name, _, ended = line.partition(" ")
        equal(ended, expected[name][2], f"systemd, {name}: how it ended")
        equal((place.folder / f"{name}.started").exists(), expected[name][1], f"systemd, {name}: whether it started")
    equal(len(done.stdout.splitlines()), len(expected), f"services that systemd was asked for: {done.stdout} {done.stderr}")
    return True


def labels(place):
    """node-feature-discovery reads NAME=VALUE lines of files below 64 KiB, whose names begin with no dot."""
    features = place.folder / "features.d"
    done = place.run("sh", RECIPES / "node-labels.sh", env={"FEATURES_D": str(features)})
    equal((done.returncode, done.stdout, done.stderr), (0, "", ""), "node-labels.sh")
    equal([path.name for path in features.iterdir()], ["weighin"], "what the worker finds")
    text = (features / "weighin").read_text()
    check(len(text) < 65536, "the worker ignores larger files")
    found = dict(line.split("=", 1) for line in text.splitlines())
    part = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
    for name, value in found.items():
        check(part.fullmatch(name) and part.fullmatch(value), f"no label: {name}={value}")
        check("/" not in name, f"no namespace of others: {name}")
    sizes = json.loads(place.run("weighin", "report", "--json", "--quiet").stdout)
    equal(found.get("weighin.size-class"), sizes["recommendation"]["size_class"], f"labels: {text}")
    equal(found.get("weighin.usable-memory-mib"), str(sizes["device"]["memory"]["usable_bytes"] >> 20), "MiB, as the name says")
    equal(found.get("weighin.gpu"), "false", "a rasterizer is no GPU")
    tried.append("node labels")


for recipe in (debian, npm, piped, cmake, systemd, labels):
    with tempfile.TemporaryDirectory() as folder:
        recipe(Place(folder))
guide = (SOURCE / "docs/gating.md").read_text()
for path in sorted(RECIPES.rglob("*")):
    if path.is_file():
        check(str(path.relative_to(SOURCE / "docs")) in guide, f"docs/gating.md does not name {path.name}")
print("tried: " + ", ".join(tried))
finish()
