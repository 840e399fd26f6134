/** The block that shows what a set-up does. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { hasColours } from "../src/cli/colours.js";
import { Progress, size } from "../src/cli/progress.js";
import type { ProgressEvent } from "../src/generated/types.js";

/** A terminal that remembers what was written. */
class Paper {
  written = "";
  constructor(
    readonly isTTY: boolean,
    readonly columns = 60,
  ) {}
  write(text: string): boolean {
    this.written += text;
    return true;
  }
}

const EVENTS: ProgressEvent[] = [
  { kind: "phase", phase: "download", state: "started", environment: "host" },
  {
    kind: "transfer",
    name: `a-package-with-a-very-${"long-".repeat(20)}name.conda`,
    bytes: 1_500_000,
    total: 3_000_000,
  },
  { kind: "transfer", name: "unknown-size", bytes: 2000 },
  { kind: "package", action: "downloaded", name: "zlib", done: 3, total: 7 },
];

const ESCAPE = "\u001b";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubEnv("TERM", "xterm");
  vi.stubEnv("NO_COLOR", "1");
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** The block after all events. */
function block(columns: number): string[] {
  const paper = new Paper(true, columns);
  const progress = new Progress({ quiet: false, json: false }, paper);
  for (const event of EVENTS) progress.take(event);
  paper.written = "";
  vi.advanceTimersByTime(80);
  const drawn = paper.written.split(`${ESCAPE}[0J`).at(-1) ?? "";
  progress.end();
  return drawn.trimEnd().split("\n");
}

describe("on a terminal", () => {
  test("it shows phase, packages and bytes", () => {
    expect(block(70)).toMatchInlineSnapshot(`
      [
        "Downloading packages (host) 3/7 zlib",
        "  a-package-with-a-very-long-long-…  #######-------  1.5 MB of 3.0 MB",
        "  unknown-size                              2 kB",
      ]
    `);
  });

  test.each([20, 40, 80, 200])("it fits %i columns", (columns) => {
    for (const line of block(columns)) expect([...line].length).toBeLessThan(Math.max(columns, 21));
  });

  test("messages stand above it, and the cursor comes back", () => {
    const paper = new Paper(true);
    const progress = new Progress({ quiet: false, json: false }, paper);
    progress.take({ kind: "phase", phase: "solve", state: "started" });
    progress.say("a message");
    progress.end();
    const [up, clear] = [`${ESCAPE}[1A`, `${ESCAPE}[0J`];
    expect(paper.written).toBe(
      `${ESCAPE}[?25lSolving\n${up}${clear}a message\nSolving\n${up}${clear}${ESCAPE}[?25h`,
    );
  });
});

describe("in a pipe", () => {
  test("there are plain lines", () => {
    const paper = new Paper(false);
    const progress = new Progress({ quiet: false, json: false }, paper);
    for (const event of EVENTS) progress.take(event);
    progress.take({ kind: "log", level: "info", message: "a message" });
    progress.end();
    expect(paper.written).toBe("a message\n");
  });

  test("there is nothing with --quiet", () => {
    const paper = new Paper(true);
    const progress = new Progress({ quiet: true, json: false }, paper);
    for (const event of EVENTS) progress.take(event);
    progress.say("a message");
    progress.end();
    expect(paper.written).toBe("");
  });
});

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ TERM: "dumb" }, true, false],
  [{ NO_COLOR: "1" }, true, false],
  [{ NO_COLOR: "" }, true, true],
  [{ FORCE_COLOR: "1" }, false, true],
  [{ FORCE_COLOR: "0" }, true, false],
  [{ NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
])("with %j and a terminal %j, colours are %j", (env, isTTY, colours) => {
  expect(hasColours({ isTTY }, env)).toBe(colours);
});

test("bytes are told in three digits or so", () => {
  expect([999, 1500, 2_340_000, 5_100_000_000].map(size)).toEqual(["999 B", "2 kB", "2.3 MB", "5.10 GB"]);
});
