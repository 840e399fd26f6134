/** Progress of the command line: from events to lines. */

import { describe, expect, test } from "vitest";
import { type Activity, Board } from "../src/cli/progress/board.js";
import { ASCII, drawActivity, UNICODE } from "../src/cli/progress/draw.js";
import { bytesText, timeText } from "../src/cli/progress/units.js";
import { hasColors, printable, styleOf } from "../src/cli/terminal.js";
import type { ProgressEvent } from "../src/index.js";

type Phase = Extract<ProgressEvent, { kind: "phase" }>["phase"];
const begins = (phase: Phase, environment?: "build" | "host"): ProgressEvent =>
  environment === undefined
    ? { kind: "phase", phase, state: "started" }
    : { kind: "phase", phase, state: "started", environment };
const ends = (phase: Phase, environment?: "build" | "host"): ProgressEvent => ({
  ...begins(phase, environment),
  ...{ state: "finished", durationMs: 1500 },
});
const linked = (name: string, done: number, total: number): ProgressEvent => ({
  ...{ kind: "package", action: "linked", name, done, total },
});

/** A board that took these events, and the lines that it gave to keep. */
function after(...events: ProgressEvent[]): { board: Board; kept: string[] } {
  const board = new Board();
  return { board, kept: events.flatMap((event) => board.take(event, 0)) };
}

describe("a board", () => {
  test("counts packages of environments that are installed side by side together", () => {
    const { board } = after(
      ...[begins("link", "build"), begins("link", "host"), linked("a", 1, 2), linked("b", 1, 2)],
      ...[linked("c", 2, 2), linked("d", 1, 5)],
    );
    expect(board.activities(0)[0]).toMatchObject({ label: "Installing (build)", amount: "4/9" });
  });

  test("shows transfers below the stage that they belong to, and those that ended no more", () => {
    const { board } = after(
      ...[begins("repodata", "host"), begins("download")],
      ...[
        { kind: "transfer", name: "whole", bytes: 5, total: 5 } as const,
        { kind: "transfer", name: "half", bytes: 2048, total: 4096 } as const,
        { kind: "transfer", name: "unknown", bytes: 10 } as const,
      ],
    );
    expect(board.activities(2500)).toEqual([
      { label: "Reading channels (host)", amount: "2.5 s" },
      { label: "Downloading packages", amount: "2.0 KiB 2.5 s" },
      { label: "half", isDetail: true, fraction: 0.5, amount: "2.0 KiB/4.0 KiB" },
      { label: "unknown", isDetail: true, amount: "10 B" },
    ]);
  });

  test("keeps a line for a stage that ended once something comes after it", () => {
    expect(after(begins("solve", "host"), ends("solve", "host")).kept).toEqual([]);
    const { kept, board } = after(
      ...[begins("solve", "host"), ends("solve", "host"), begins("download")],
      { kind: "package", action: "downloaded", name: "a", done: 1, total: 1 },
      ends("download"),
    );
    expect(kept).toEqual(["Solved the host environment in 1.5 s"]);
    expect(board.finish()).toEqual(["Downloaded 1 package in 1.5 s"]);
  });

  test("keeps nothing for a stage that had nothing to do", () => {
    const { board } = after(
      begins("download"),
      ends("download"),
      begins("link", "host"),
      ends("link", "host"),
    );
    expect(board.finish()).toEqual([]);
  });
});

describe("a line", () => {
  const draw = (activity: Activity, columns: number, glyphs = UNICODE) =>
    drawActivity(activity, { columns, tick: 0, glyphs, style: styleOf(false) });
  const half: Activity = { label: "Downloading packages", fraction: 0.5, amount: "6/12" };

  test.each([20, 40, 60, 100])("fits %i columns", (columns) => {
    expect(draw(half, columns).length).toBeLessThanOrEqual(columns);
    expect(draw({ ...half, label: "x".repeat(200) }, columns).length).toBeLessThanOrEqual(columns);
  });

  test("has a bar where there is room", () => {
    expect(draw(half, 60)).toMatch(/^⠋ Downloading packages +━+─+ 6\/12$/);
    expect(draw(half, 60, ASCII)).toMatch(/^\| Downloading packages +#+-+ 6\/12$/);
    expect(draw(half, 30)).toBe("⠋ Downloading packages 6/12");
  });

  test("is one column for each character, whatever the name is", () => {
    expect(draw({ label: "数据.tar.gz", amount: "" }, 60)).toBe("⠋ ?.tar.gz");
  });
});

test("sizes and times are short", () => {
  expect([0, 1023, 1536, 5 * 1024 ** 3].map(bytesText)).toEqual(["0 B", "1023 B", "1.5 KiB", "5.0 GiB"]);
  expect([3.4, 1240, 59_999, 185_000].map(timeText)).toEqual(["3 ms", "1.2 s", "1 min 0 s", "3 min 5 s"]);
});

test("control characters of names and messages do not reach the terminal", () => {
  expect(printable("a\u001b[2Jb\u009bc\r\n\td\u0007")).toBe("a[2Jbc\n\td");
});

test.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: false }, {}, false],
  [{ isTTY: true }, { NO_COLOR: "1" }, false],
  [{ isTTY: true }, { NO_COLOR: "" }, true],
  [{ isTTY: true }, { TERM: "dumb" }, false],
  [{ isTTY: false }, { FORCE_COLOR: "1" }, true],
  [{ isTTY: true }, { FORCE_COLOR: "0" }, false],
  [{ isTTY: false }, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
])("a stream %j with %j has colors: %j", (stream, env, expected) => {
  expect(hasColors(stream as NodeJS.WriteStream, env)).toBe(expected);
});
