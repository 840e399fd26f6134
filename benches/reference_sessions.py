"""Times debug sessions of the reference (py-rattler-build); reads a plan on standard input, prints one JSON line.

The plan: {"recipe": text, "simple": text, "channels": [...], "work": folder, "add": spec, "rounds": n, "variants": {...}}.
Times are wall-clock milliseconds, one list a measurement.
"""

import json
import os
import shutil
import sys
import time
from pathlib import Path

plan = json.load(sys.stdin)
work = Path(plan["work"])
os.environ["RATTLER_CACHE_DIR"] = str(work / "reference-cache")

from rattler_build import DebugSession, Stage0Recipe, ToolConfiguration, VariantConfig  # noqa: E402

times = {name: [] for name in ("create simple", "create cold", "create warm", "run", "add")}


def timed(name, function):
    start = time.perf_counter()
    result = function()
    times[name].append((time.perf_counter() - start) * 1000)
    return result


def variant(text):
    return Stage0Recipe.from_yaml(text).render(VariantConfig(plan["variants"]))[0]


def create(text, output):
    return DebugSession.create(variant(text), channels=plan["channels"], output_dir=output)


for round_ in range(plan["rounds"]):
    output = work / f"reference-simple-{round_}"
    session = timed("create simple", lambda: create(plan["simple"], output))
    for _ in range(5):
        timed("run", lambda: session.run_script())
    shutil.rmtree(output)

    shutil.rmtree(work / "reference-cache", ignore_errors=True)
    for name in ("create cold", "create warm"):
        output = work / f"reference-{round_}"
        session = timed(name, lambda: create(plan["recipe"], output))
        if name == "create warm":
            timed("add", lambda: session.add_packages([plan["add"]]))
        shutil.rmtree(output)

print(json.dumps(times))
