// usage: node benches/index.mjs [--reference PYTHON] [--index FOLDER --specs FILE] [--names N --releases N] [--rounds N]
//
// Times reading an index of conda-forge's size over HTTP on this machine, and solving twenty specs against it: from empty
// caches and from those of the round before, each in a process of its own. With a Python that has py-rattler, the same
// there. Medians of wall-clock milliseconds, and of the memory that the work took at most, without what the process had
// before. `cargo xtask index` makes the index, unless a folder is given that has it.

import { execFileSync, spawn } from "node:child_process";
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const own = fileURLToPath(import.meta.url);
if (process.argv[2] === "--one") {
  await one(JSON.parse(process.argv[3]));
  process.exit(0);
}

const { values: options } = parseArgs({
  options: {
    reference: { type: "string" },
    index: { type: "string" },
    specs: { type: "string" },
    names: { type: "string", default: "30000" },
    releases: { type: "string", default: "19" },
    rounds: { type: "string", default: "5" },
  },
});
const work = mkdtempSync(join(tmpdir(), "sidewinder-bench-index-"));
const index = options.index ?? join(work, "index");
try {
  const specs =
    options.specs === undefined ? makeIndex() : readFileSync(options.specs, "utf8").trim().split("\n");
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const channel = `http://127.0.0.1:${server.address().port}/`;
  const runs = { sidewinder: [process.execPath, own, "--one"] };
  if (options.reference !== undefined) {
    runs.reference = [options.reference, fileURLToPath(new URL("reference_index.py", import.meta.url))];
  }
  await report(runs, { channel, specs });
  server.close();
} finally {
  rmSync(work, { recursive: true, force: true });
}

function makeIndex() {
  const args = ["run", "--quiet", "--release", "-p", "xtask", "--", "index", index];
  return execFileSync("cargo", [...args, options.names, options.releases], { encoding: "utf8" })
    .trim()
    .split("\n");
}

/** Serves the files of the sharded index; answers 404 for other index formats. */
function answer(request, response) {
  const file = join(index, normalize(decodeURIComponent(new URL(request.url, "http://x").pathname)));
  let found;
  try {
    found = statSync(file);
  } catch {
    response.writeHead(404).end();
    return;
  }
  const etag = `"${found.size}-${found.mtimeMs}"`;
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  response.writeHead(200, { "content-length": found.size, etag, "cache-control": "public, max-age=0" });
  if (request.method === "HEAD") response.end();
  else createReadStream(file).pipe(response);
}

async function report(runs, plan) {
  const times = {};
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [who, [program, ...args]] of Object.entries(runs)) {
      const cache = join(work, `cache-${who}-${round}`);
      for (const caches of ["cold", "warm"]) {
        const text = await output(program, [...args, JSON.stringify({ ...plan, cache })]);
        const { milliseconds, bytes, packages } = JSON.parse(text);
        times[caches] ??= {};
        times[caches][who] ??= { milliseconds: [], megabytes: [], packages };
        const row = times[caches][who];
        row.milliseconds.push(milliseconds);
        row.megabytes.push(bytes / 1e6);
      }
      rmSync(cache, { recursive: true, force: true });
    }
  }
  console.table(
    Object.entries(times).flatMap(([caches, { sidewinder, reference }]) =>
      ["milliseconds", "megabytes"].map((unit) => ({
        caches,
        unit,
        sidewinder: median(sidewinder[unit]).toFixed(0),
        ...(reference && {
          reference: median(reference[unit]).toFixed(0),
          ratio: (median(sidewinder[unit]) / median(reference[unit])).toFixed(2),
        }),
        packages: sidewinder.packages,
      })),
    ),
  );
}

function output(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.on("error", reject);
    child.on("close", (status) =>
      status === 0 ? resolve(text) : reject(new Error(`${program} ended with ${status}`)),
    );
  });
}

/** One solve in this process; it is stopped when it is about to download packages, which do not exist. */
async function one({ channel, specs, cache }) {
  const { DebugSession, Stage0Recipe } = await import("../ts-sdk/dist/index.js");
  const list = specs.map((spec) => `    - ${spec}\n`).join("");
  const text = `package: {name: bench, version: "1"}\nrequirements:\n  host:\n${list}`;
  const [variant] = Stage0Recipe.fromYaml(text).render();
  // Loads the addon, so that what the process has before the work counts it.
  await (
    await DebugSession.create(Stage0Recipe.fromYaml("package: {name: a, version: '1'}").render()[0])
  ).close();
  const before = memory("VmRSS");
  const stop = new AbortController();
  const started = performance.now();
  let result;
  let packages = 0;
  const creating = DebugSession.create(variant, {
    channels: [channel],
    cacheDir: cache,
    signal: stop.signal,
    onProgress: (event) => {
      if (event.kind === "log" && event.message.includes("│ Package")) {
        packages = event.message.split("\n").filter((line) => line.startsWith("│ pkg-")).length;
      }
      if (event.kind !== "phase" || event.phase !== "solve" || event.state !== "finished") return;
      result ??= { milliseconds: performance.now() - started, bytes: memory("VmHWM") - before };
      setImmediate(() => stop.abort());
    },
  });
  await creating.catch((error) => {
    if (result === undefined) throw error;
  });
  console.log(JSON.stringify({ ...result, packages }));
}

function memory(field) {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024;
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
