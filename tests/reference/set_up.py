"""Sets up debug sessions with the reference (py-rattler-build) and reports the results.

Reads one JSON object: {"recipe": file, "variants": {key: [value]}, "platform": target platform or null, "experimental":
bool, "channels": [...], "outputs": [an output folder for each variant]}. Writes a list of one object for each rendered variant:
its paths, scripts, packages and what it logged, or its error.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

import rattler_build
from rattler_build import DebugSession, PlatformConfig, RenderConfig, Stage0Recipe, VariantConfig

# What the reference prints goes elsewhere: standard output carries the answer.
answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def packages(prefix):
    records = [json.loads(path.read_text()) for path in (Path(prefix) / "conda-meta").glob("*.json")]
    return sorted(f"{record['name']} {record['version']} {record['build']}" for record in records)


def files_below(folder, output):
    """Path, mode and content of each file, without the name of the output folder; what is not of a source or a package has
    its path alone."""
    files = []
    for path in Path(folder).rglob("*"):
        name = str(path.relative_to(folder))
        if name.startswith(("conda-meta/", "__clobbers__/")):
            continue
        if path.is_symlink():
            files.append(f"{name} -> {os.readlink(path).replace(output, '<outputDir>')}")
        elif name in ("build_env.sh", "conda_build.sh", ".source_info.json", "CACHEDIR.TAG"):
            files.append(name)
        elif path.is_file():
            content = path.read_bytes().replace(output.encode(), b"<outputDir>")
            # Of a script for another interpreter the end of the last line may be missing.
            content = content.rstrip(b"\n") if name.startswith("conda_build_") else content
            files.append(f"{name} {path.stat().st_mode & 0o777:o} {hashlib.sha256(content).hexdigest()}")
    return sorted(files)


def told(variant, output, channels):
    made = {"name": str(variant.recipe.package.name), "buildString": variant.recipe.build.string}
    try:
        session = DebugSession.create(variant, channels=channels, output_dir=output)
    except rattler_build.RattlerBuildError as error:
        return {**made, "error": str(error), "log": getattr(error, "log", [])}
    paths = session.paths
    return {
        **made,
        "paths": {
            "workDir": str(paths.work_dir),
            "hostPrefix": str(paths.host_prefix),
            "buildPrefix": str(paths.build_prefix),
            "buildDir": str(paths.build_dir),
            "outputDir": str(paths.output_dir),
            "recipeDir": str(paths.recipe_dir),
        },
        "env": Path(paths.build_env_script).read_text(),
        "script": Path(paths.build_script).read_text(),
        "files": files_below(paths.work_dir, str(paths.output_dir)),
        "prefixes": [files_below(prefix, str(paths.output_dir)) for prefix in (paths.build_prefix, paths.host_prefix)],
        "build": packages(paths.build_prefix),
        "host": packages(paths.host_prefix),
        "log": session.setup_log,
    }


plan = json.loads(sys.stdin.readline())
recipe = Stage0Recipe.from_file(plan["recipe"])
platforms = {"target_platform": plan["platform"]} if plan["platform"] else {}
config = RenderConfig(PlatformConfig(**platforms, experimental=plan["experimental"]))
variants = recipe.render(VariantConfig(plan["variants"]), config)
outputs = plan["outputs"]
assert len(outputs) == len(variants), f"{len(variants)} variants"
json.dump([told(variant, output, plan["channels"]) for variant, output in zip(variants, outputs)], answer)
