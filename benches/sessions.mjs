// usage: node benches/sessions.mjs [--channel CHANNEL] [--reference PYTHON] [--rounds N]
//
// Times debug sessions, and with a Python that has the reference (py-rattler-build) the same of the reference, in one
// run: a session without dependencies, one with a compiler and a library from cold and from warm caches, running the
// script again, adding a package. Medians of wall-clock milliseconds, and ratios.
//
// The overhead of `runScript` is what it takes more than `bash conda_build.sh` started by the same process: that
// script sources `build_env.sh` by itself.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DebugSession, Stage0Recipe, VariantConfig } from "../ts-sdk/dist/index.js";

const { values: options } = parseArgs({
  options: {
    channel: { type: "string", default: new URL("../.sidewinder/channel", import.meta.url).pathname },
    reference: { type: "string" },
    rounds: { type: "string", default: "7" },
    build: { type: "string", multiple: true },
    host: { type: "string", multiple: true },
    add: { type: "string", default: "greet-config" },
  },
});
const rounds = Number(options.rounds);
const channels = [options.channel];
const variants = { c_compiler: ["cc"] };
const list = (specs) => specs.map((spec) => `    - ${spec}\n`).join("");
const simple = `package:
  name: bench-simple
  version: 1.0.0
build:
  noarch: generic
  script:
    content: |
      echo "one line"
`;
const recipe = `package:
  name: bench
  version: 1.0.0
build:
  script:
    content: |
      echo "one line"
requirements:
  build:
${list(options.build ?? ["${{ compiler('c') }}"])}  host:
${list(options.host ?? ["libgreet"])}`;

const work = mkdtempSync(join(tmpdir(), "sidewinder-bench-"));
try {
  const own = await sidewinder();
  const reference = options.reference && JSON.parse(referenceTimes());
  report(own, reference || undefined);
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function sidewinder() {
  const names = ["create simple", "create cold", "create warm", "run", "add", "bash conda_build.sh"];
  const times = Object.fromEntries(names.map((name) => [name, []]));
  const timed = async (name, work) => {
    const started = performance.now();
    const result = await work();
    times[name].push(performance.now() - started);
    return result;
  };
  for (let round = 0; round < rounds; round++) {
    const session = await timed("create simple", () => create(simple, `simple-${round}`, "cache-simple"));
    await session.runScript();
    for (let again = 0; again < 20; again++) {
      await timed("run", () => session.runScript());
      await timed("bash conda_build.sh", () => bash(session.workDir));
    }
    await session.close();
    for (const name of ["create cold", "create warm"]) {
      const session = await timed(name, () => create(recipe, `full-${round}`, `cache-${round}`));
      if (name === "create warm") await timed("add", () => session.addPackages([options.add]));
      await session.close();
      rmSync(join(work, `full-${round}`), { recursive: true });
    }
  }
  return times;
}

async function create(text, output, cache) {
  const [variant] = Stage0Recipe.fromYaml(text).render(new VariantConfig(variants));
  return DebugSession.create(variant, {
    channels,
    outputDir: join(work, output),
    cacheDir: join(work, cache),
  });
}

/** Runs the script as a person would, and waits for its output. */
function bash(workDir) {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["conda_build.sh"], { cwd: workDir, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.resume();
    child.stderr.resume();
    child.on("error", reject);
    child.on("close", resolve);
  });
}

function referenceTimes() {
  const plan = { recipe, simple, channels, work, add: options.add, rounds, variants };
  return execFileSync(options.reference, [new URL("reference_sessions.py", import.meta.url).pathname], {
    input: JSON.stringify(plan),
    encoding: "utf8",
    stdio: ["pipe", "pipe", "ignore"],
  });
}

function report(own, reference) {
  const rows = [];
  for (const name of Object.keys(own)) {
    const mine = median(own[name]);
    const other = reference?.[name] && median(reference[name]);
    rows.push({
      what: name,
      "sidewinder ms": mine.toFixed(1),
      ...(reference && {
        "reference ms": other?.toFixed(1) ?? "",
        ratio: other === undefined ? "" : (mine / other).toFixed(2),
      }),
    });
  }
  console.table(rows);
  const overhead = median(own.run) - median(own["bash conda_build.sh"]);
  console.log(
    `runScript over bash conda_build.sh: ${overhead.toFixed(1)} ms more (medians of ${own.run.length})`,
  );
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
