#!/usr/bin/python3
"""Does a URL answer as the file does, for the price of its header, and a bad server with one clear error?"""
import http.server
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import BUILD, SOURCE, check, equal, finish, run, run_json  # noqa: E402

folder = pathlib.Path(tempfile.mkdtemp(prefix="weighin-url-"))
model = folder / "model.gguf"
made = subprocess.run([BUILD / "tests" / "weighin_synthetic", SOURCE / "models.json", "smollm2-135m", "Q4_K_M", model],
                      capture_output=True, text=True)
equal(made.returncode, 0, "the synthetic model: " + made.stderr)
SIZE = model.stat().st_size
sent = {"bytes": 0, "requests": 0}


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, headers=(), body=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name == "Content-Length" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
            sent["bytes"] += len(body)
        except OSError:
            self.close_connection = True

    def do_GET(self):
        sent["requests"] += 1
        way = self.path.split("/")[1]
        if way == "missing":
            return self.answer(404)
        if way == "closed":
            return self.answer(401)
        if way == "away":
            return self.answer(302, [("Location", "/ranges/model.gguf")])
        if way == "clear":
            return self.answer(302, [("Location", "http://stranger.invalid/model.gguf")])
        asked = self.headers.get("Range")
        if way == "plain" or asked is None:
            with open(model, "rb") as file:
                return self.answer(200, [], file.read() if way == "plain" else file.read(1 << 20))
        first, last = asked.split("=")[1].split("-")
        first, last = int(first), min(int(last) if last else SIZE - 1, SIZE - 1)
        with open(model, "rb") as file:
            file.seek(first)
            body = file.read(last - first + 1)
        total = SIZE * 3 if way == "lies" else SIZE
        if way == "cut":
            headers = [("Content-Range", f"bytes {first}-{last}/{SIZE}"), ("Content-Length", str(len(body)))]
            self.close_connection = True
            return self.answer(206, headers, body[: len(body) // 2])
        if way == "shifted":
            first += 7
        return self.answer(206, [("Content-Range", f"bytes {first}-{last}/{total}")], body)


class Quiet(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass  # the program hangs up when it has seen enough


server = Quiet(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_port}"

code, local = run_json("estimate", model)
equal(code, 0, "the file itself")
header = local["model"]["file"]["header_bytes"]
sent["bytes"] = 0
done = run("estimate", f"{base}/ranges/model.gguf", "--json", "--verbose")
equal(done.returncode, 0, "a server with ranges: " + done.stderr)
check(sent["bytes"] <= header + (1 << 20), f"{sent['bytes']} bytes were sent for a header of {header}")
check("fetched" in done.stderr and "bytes" in done.stderr, f"what was fetched is told: {done.stderr!r}")
code, remote = run_json("estimate", f"{base}/ranges/model.gguf")
for part in ("memory", "download_bytes", "bits_per_weight", "parts"):
    equal(remote[part], local[part], f"{part} by URL")
print(f"{SIZE} bytes, header {header}: {sent['bytes'] // 2} bytes fetched in {sent['requests'] // 2} requests")

equal(run("estimate", f"{base}/away/model.gguf").returncode, 0, "a redirect is followed on the same host")
sent["bytes"] = 0
for way, needle in (("plain", "range"), ("missing", "404"), ("closed", "401"), ("cut", ""), ("shifted", ""),
                    ("clear", "http")):
    done = run("estimate", f"{base}/{way}/model.gguf", "--quiet")
    check(done.returncode in (65, 66), f"{way}: exit {done.returncode}, {done.stderr!r}")
    check(needle in done.stderr, f"{way} says why: {done.stderr!r}")
    lines = done.stderr.strip().splitlines()
    equal(len(lines), 2, f"{way}: two lines, {done.stderr!r}")
check(sent["bytes"] < 8 << 20, f"no file was downloaded whole: {sent['bytes']}")
done = run("estimate", f"{base}/lies/model.gguf", "--quiet")
check(done.returncode in (0, 65, 66), f"a wrong length: exit {done.returncode}")
equal(run("estimate", "http://127.0.0.1:1/model.gguf", "--quiet").returncode, 66, "nobody listens")
equal(run("estimate", "ftp://127.0.0.1/model.gguf").returncode != 0, True, "another scheme")

server.shutdown()
shutil.rmtree(folder, ignore_errors=True)
finish()
