/** Logs, spans and metrics of sessions, and what the machine is found to offer. */

import { SpanStatusCode } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterEach, describe, expect, test } from "vitest";
import { DebugSession, doctor, type LogEvent, onLog } from "../ts-sdk/src/index.js";
import { instrument } from "../ts-sdk/src/opentelemetry/index.js";
import { desk } from "./support/command-line.js";
import { channel, scratch, scripted, variantOf } from "./support/workbench.js";

const recipe = scripted(["echo ran"], "requirements: {host: [libweak]}\n");

describe("spans and metrics", () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  function observe() {
    const spans = new InMemorySpanExporter();
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
    const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    // Exports when it is asked to.
    const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
    const meterProvider = new MeterProvider({ readers: [reader] });
    stops.push(instrument({ tracerProvider, meterProvider }));
    return {
      spans: () => spans.getFinishedSpans(),
      /** Data points of a metric: value, or count of a histogram, by attributes. */
      async points(name: string): Promise<[Record<string, unknown>, number][]> {
        await reader.forceFlush();
        const metrics =
          measured
            .getMetrics()
            .at(-1)
            ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
        const points = metrics.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
        return points.map(({ attributes, value }) => [
          { ...attributes },
          typeof value === "number" ? value : (value as { count: number }).count,
        ]);
      },
    };
  }

  test("show phases, cache hits, bytes and scripts", async () => {
    const seen = observe();
    const cacheDir = await scratch();
    const kinds = new Set<string>();
    const options = { channels: [channel], cacheDir };
    const first = await DebugSession.create(variantOf(recipe), {
      ...options,
      onProgress: ({ kind }) => kinds.add(kind),
    });
    await first.runScript();
    await first.close();
    const second = await DebugSession.create(variantOf(recipe), options);
    await second.exec("exit 3");
    await second.close();
    // The caller's own callback goes on to be called.
    expect(kinds).toContain("phase");

    const spans = seen.spans();
    const names = spans.map(({ name }) => name);
    const operations = names.filter((name) => !name.startsWith("sidewinder.phase."));
    const each = ["create", "run", "close", "create", "exec", "close"];
    expect(operations).toEqual(each.map((name) => `sidewinder.${name}`));
    const [create] = spans.filter(({ name }) => name === "sidewinder.create");
    expect(create?.attributes).toMatchObject({
      "sidewinder.package.name": "probe",
      "sidewinder.cache.hits": 0,
      "sidewinder.cache.misses": expect.any(Number),
    });
    const children = spans.filter(
      ({ parentSpanContext }) => parentSpanContext?.spanId === create?.spanContext().spanId,
    );
    const phases = new Set(children.map(({ name }) => name.replace("sidewinder.phase.", "")));
    expect([...phases]).toEqual(expect.arrayContaining(["repodata", "solve", "download", "link", "script"]));
    const exec = spans.find(({ name }) => name === "sidewinder.exec");
    expect(exec?.attributes).toMatchObject({
      "sidewinder.script.exitCode": 3,
      "sidewinder.script.success": false,
    });
    // A script that fails is a result, not an error.
    expect(exec?.status.code).toBe(SpanStatusCode.UNSET);

    const packages = Object.fromEntries(
      (await seen.points("sidewinder.packages")).map(([at, count]) => [at["sidewinder.cache.result"], count]),
    );
    expect(packages.miss).toBeGreaterThan(0);
    expect(packages.hit).toBe(packages.miss);
    const durations = await seen.points("sidewinder.operation.duration");
    expect(durations).toContainEqual([{ "sidewinder.operation": "create" }, 2]);
    const solved = (await seen.points("sidewinder.phase.duration")).filter(
      ([at]) => at["sidewinder.phase"] === "solve",
    );
    expect(solved.length).toBeGreaterThan(0);
    expect(await seen.points("sidewinder.script.cpu.time")).not.toEqual([]);
  });

  test("say what failed", async () => {
    const seen = observe();
    const variant = variantOf(scripted([":"], "requirements: {host: [no-such-package]}\n"));
    const created = DebugSession.create(variant, { channels: [channel] });
    await expect(created).rejects.toMatchObject({ code: "SOLVE_FAILED" });
    const create = seen.spans().find(({ name }) => name === "sidewinder.create");
    expect(create?.status.code).toBe(SpanStatusCode.ERROR);
    expect(create?.attributes).toMatchObject({ "error.type": "SOLVE_FAILED" });
    expect(await seen.points("sidewinder.operation.duration")).toContainEqual([
      { "sidewinder.operation": "create", "error.type": "SOLVE_FAILED" },
      1,
    ]);
  });
});

describe("onLog", () => {
  test("passes events of a level and above, until it is stopped", async () => {
    const events: { info: LogEvent[]; debug: LogEvent[] } = { info: [], debug: [] };
    const stops = [
      onLog((event) => events.info.push(event)),
      onLog((event) => events.debug.push(event), { level: "debug" }),
      onLog(() => {
        throw new Error("a listener that fails");
      }),
    ];
    const secret = `file://${channel}`;
    const session = await DebugSession.create(variantOf(recipe), {
      channels: [secret],
      cacheDir: await scratch(),
    });
    await session.runScript();
    await session.close();
    for (const stop of stops) stop();
    const { length } = events.debug;
    expect(new Set(events.info.map(({ level }) => level))).toEqual(new Set(["info"]));
    const phases = events.debug.filter(({ message }) => message === "phase finished");
    expect(phases.map(({ fields }) => String(fields.phase))).toEqual(
      expect.arrayContaining(["Solve", "Link"]),
    );
    expect(events.debug).toContainEqual(
      expect.objectContaining({
        level: "debug",
        message: "a script ended",
        fields: expect.objectContaining({ code: 0 }),
      }),
    );
    expect(events.debug.every(({ target }) => /^(sidewinder|rattler)/.test(target))).toBe(true);
    await (await DebugSession.create(variantOf(recipe), { channels: [channel] })).close();
    expect(events.debug).toHaveLength(length);
  });

  test("rejects an unknown level", () => {
    expect(() => onLog(() => {}, { level: "loud" as "info" })).toThrow(/level/);
  });
});

describe("doctor", () => {
  test("tries what sessions need", async () => {
    const report = await doctor({ channels: [channel], cacheDir: await scratch() });
    expect(report).toMatchObject({ works: true, node: process.version });
    const status = Object.fromEntries(report.checks.map(({ name, status }) => [name, status]));
    for (const name of ["addon", "threads", "cache", "outputFolder", "shell", "channel"])
      expect(status[name], name).toBe("ok");
    if (process.platform === "linux") {
      const names = [
        "fileSharing",
        "networkIsolation",
        "landlock",
        "sandbox",
        "memoryLimit",
        "processLimit",
        "proc",
      ];
      expect(Object.keys(status)).toEqual(expect.arrayContaining([...names, "fileDescriptors", "processes"]));
    }
    for (const { status, hint, name } of report.checks)
      if (status !== "ok") expect(hint ?? name).toBeTruthy();
  });

  test("says what does not work", async () => {
    const { call } = await desk();
    const bad = ["--channel", "/no/such/channel", "--cache-dir", "/proc/no-cache"];
    const { status, stdout } = call("doctor", "--json", ...bad);
    expect(status).toBe(1);
    const report = JSON.parse(stdout) as Awaited<ReturnType<typeof doctor>>;
    const failed = report.checks.filter((check) => check.status === "failed");
    expect(report.works).toBe(false);
    expect(failed.map(({ name }) => name).sort()).toEqual(["cache", "channel"]);
    const text = call("doctor", ...bad).stdout;
    expect(text).toMatch(/^failed +channel +no such directory: `\/no\/such\/channel\/?`$/m);
    expect(text).toMatch(/hint: choose another folder/);
  });
});
