"""Times the reference (py-rattler-build) over the jobs of a corpus; one JSON line with CPU seconds.

Variant files are loaded once and shared by all recipes, as sidewinder does; loading is timed on its own.
"""

import json
import sys
import time
from pathlib import Path

from rattler_build import JinjaConfig, PlatformConfig, RenderConfig, RepodataRevision, Stage0Recipe, VariantConfig


def main():
    root, jobs, repeat = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    jobs = [json.loads(line) for line in jobs.read_text().splitlines() if line.strip()]
    best = None
    for _ in range(repeat):
        seconds = {"config": 0.0, "parse": 0.0, "render": 0.0, "variants": 0, "failed": 0}
        configs = {}
        for job in jobs:
            target, build = job["platform"], job.get("build_platform") or job["platform"]
            experimental = bool(job.get("experimental"))
            platform = PlatformConfig(
                target_platform=target, build_platform=build, host_platform=target, experimental=experimental
            )
            v3 = job.get("repodata_revision") == "v3"
            revision = RepodataRevision.V3 if v3 else RepodataRevision.LEGACY
            key = (target, build, experimental, tuple(job.get("config") or ()))
            if key not in configs:
                start = time.process_time()
                if key[3]:
                    files = [root / path for path in key[3]]
                    configs[key] = VariantConfig.from_files_with_context(files, JinjaConfig(platform=platform))
                else:
                    configs[key] = VariantConfig()
                seconds["config"] += time.process_time() - start
            start = time.process_time()
            try:
                recipe = Stage0Recipe.from_file(root / job["recipe"], repodata_revision=revision)
                seconds["parse"] += time.process_time() - start
                start = time.process_time()
                rendered = recipe.render(configs[key], RenderConfig(platform=platform, repodata_revision=revision))
                # What a caller reads of the result crosses the border, as it does in JavaScript.
                for variant in rendered:
                    variant.recipe.to_dict()
                seconds["variants"] += len(rendered)
                seconds["render"] += time.process_time() - start
            except BaseException as error:  # the reference's panics are no Exceptions
                if isinstance(error, KeyboardInterrupt):
                    raise
                seconds["failed"] += 1
                seconds["render"] += time.process_time() - start
        total = seconds["parse"] + seconds["render"]
        if best is None or total < best["parse"] + best["render"]:
            best = seconds
    print(json.dumps(best))


if __name__ == "__main__":
    main()
