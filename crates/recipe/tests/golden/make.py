#!/usr/bin/env python3
"""Makes `expected.jsonl` anew: what the reference implementation answers to `jobs.jsonl`.

Needs `py-rattler-build` 0.73.0. Nothing is built and nothing is downloaded. All paths are relative to the folder of
this file, and nothing of the machine gets into the answers.
"""

import json
import os
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent
REFERENCE = "0.73.0"


def without_root(value):
    """The same value with the name of the folder taken out of every text."""
    if isinstance(value, dict):
        return {key: without_root(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_root(item) for item in value]
    return value.replace(str(ROOT), "<root>") if isinstance(value, str) else value


def variant(rendered, platform):
    """One rendered variant in the form of a record."""
    recipe = rendered.recipe.to_dict()
    build = recipe.get("build", {})
    noarch, info = build.get("noarch"), rendered.hash_info
    pins = {}
    for key, pin in rendered.pin_subpackages.items():
        pins[key] = {
            "name": pin.name,
            "version": str(pin.version),
            "build_string": pin.build_string,
            "exact": pin.exact,
        }
    return {
        "name": recipe["package"]["name"],
        "version": recipe["package"]["version"],
        "build_string": build.get("string"),
        "build_number": rendered.recipe.build.number,
        "hash": info and info.hash,
        "hash_prefix": info and info.prefix,
        "noarch": noarch,
        "subdir": "noarch" if noarch else platform,
        # The reference's interface does not tell; recipes with several outputs show it by leaving the output out.
        "skip": None,
        "variant": dict(rendered.variant),
        "pin_subpackages": pins,
        "recipe": recipe,
    }


def render(job):
    """All variants of one job, in render order."""
    import rattler_build as reference

    platform = reference.PlatformConfig(
        target_platform=job["platform"],
        host_platform=job["platform"],
        build_platform=job["build_platform"],
        experimental=job.get("experimental", False),
    )
    revisions = reference.RepodataRevision
    revision = revisions.V3 if job.get("repodata_revision") == "v3" else revisions.LEGACY
    recipe = reference.Stage0Recipe.from_file(ROOT / job["recipe"], repodata_revision=revision)
    if files := [ROOT / path for path in job["config"]]:
        config = reference.VariantConfig.from_files_with_context(files, reference.JinjaConfig(platform=platform))
    else:
        config = reference.VariantConfig()
    options = reference.RenderConfig(platform=platform, repodata_revision=revision)
    return [variant(rendered, job["platform"]) for rendered in recipe.render(config, options)]


def record(job):
    """The record of one job. Of an error it only says that there is one."""
    answer = {
        "id": job["id"],
        "platform": job["platform"],
        "build_platform": job["build_platform"],
        "config": job["config"],
        "experimental": job.get("experimental", False),
        "repodata_revision": job.get("repodata_revision", "legacy"),
    }
    try:
        variants = render(job)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the reference is not an Exception
        if "-v" in sys.argv:
            print(f"{job['id']}: {error}", file=sys.stderr)
        return answer | {"ok": False}
    return answer | {"ok": True, "variants": without_root(variants)}


def main():
    if version("py-rattler-build") != REFERENCE:
        sys.exit(f"needs py-rattler-build {REFERENCE}")
    # Recipes ask for variables of the environment: the answers must not depend on whose it is.
    os.environ.clear()
    jobs = [json.loads(line) for line in (ROOT / "jobs.jsonl").read_text().splitlines()]
    lines = [json.dumps(record(job), sort_keys=True, ensure_ascii=False) + "\n" for job in jobs]
    (ROOT / "expected.jsonl").write_text("".join(lines), encoding="utf-8")
    print(f"{len(jobs)} jobs")


if __name__ == "__main__":
    main()
