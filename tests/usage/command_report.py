#!/usr/bin/python3
"""Does `weighin report` write a file as a whole or not at all?"""
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from program import check, equal, finish, run  # noqa: E402

with tempfile.TemporaryDirectory() as folder:
    target = pathlib.Path(folder) / "report.json"
    done = run("report", "--json", "--no-bench", "--no-gpu", "-o", target)
    equal(done.returncode, 0, f"report: {done.stderr}")
    equal(done.stdout, "", "stdout of a report to a file")
    equal(json.loads(target.read_text())["schema"], "weighin/report/1", "schema")
    equal([p.name for p in pathlib.Path(folder).iterdir()], ["report.json"], "no temporary file is left")
    before = target.read_text()
    missing = pathlib.Path(folder) / "no" / "such" / "report.json"
    equal(run("report", "--json", "--no-bench", "--no-gpu", "-o", missing).returncode, 74, "a folder that is missing")
    equal(target.read_text(), before, "the old report is untouched")
    page = pathlib.Path(folder) / "report.html"
    equal(run("report", "--html", "--no-bench", "--no-gpu", "-o", page).returncode, 0, "report --html")
    html = page.read_text()
    check(html.lstrip().lower().startswith("<!doctype html") and "</html>" in html, "an HTML page")
    check("src=\"http" not in html and "href=\"http" not in html.replace('href="https://huggingface.co', ""), "the page loads nothing from elsewhere")
    text = pathlib.Path(folder) / "report.md"
    equal(run("report", "--markdown", "--no-bench", "--no-gpu", "-o", text).returncode, 0, "report --markdown")
    check("|" in text.read_text(), "a table in Markdown")
equal(run("report", "--json", "--no-bench", "--no-gpu", "-o", "/dev/full").returncode, 74, "a full disk")
equal(run("report", "--json", "--html", "-o", "x").returncode, 64, "two formats at once")
equal(run("report", "--as", "cuneiform").returncode, 64, "a format that does not exist")
done = run("report", "--as", "ndjson", "--no-bench", "--no-gpu")
lines = done.stdout.splitlines()
check(len(lines) > 100 and all(json.loads(line) for line in lines), "one JSON document a line")
finish()
