/** The playground's parts that need no browser: its links, and where its graph puts the outputs. */

import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Task } from "../playground/src/core/messages.js";
import { fromHash, LinkError, toHash } from "../playground/src/link.js";
import { layOut, type Need, type Output } from "../playground/src/results/graph-layout.js";

describe("links", () => {
  const task: Task = {
    recipe: "package: {name: ä, version: 1}\n".repeat(50),
    variants: "python: [3.12]\n",
    format: "conda_build_config",
    platform: "win-64",
  };
  const packed = (data: unknown) => `#1.${deflateRawSync(JSON.stringify(data)).toString("base64url")}`;

  test("carry a task there and back, made small", async () => {
    const hash = await toHash(task);
    expect(hash.length).toBeLessThan(200);
    expect(await fromHash(`#${hash}`)).toEqual(task);
  });

  test.each([
    ["of another version", "#2.AAAA", "another version"],
    ["cut off", `#1.${deflateRawSync("x".repeat(500)).toString("base64url").slice(0, 5)}`, "damaged"],
    ["not base64", "#1.%%%", "damaged"],
    ["no object", packed("text"), "not a recipe"],
    ["without variants", packed({ r: "", f: "variants", p: "linux-64" }), "not a recipe"],
    ["for an unknown platform", packed({ r: "", v: "", f: "variants", p: "<b>" }), "not a recipe"],
    ["too long", `#1.${"A".repeat(300_000)}`, "too long"],
    ["that grow too large", packed({ r: " ".repeat(5_000_000) }), "too large"],
  ])("%s are refused", async (_what, hash, reason) => {
    await expect(fromHash(hash)).rejects.toThrow(LinkError);
    await expect(fromHash(hash)).rejects.toThrow(reason);
  });
});

describe("the graph", () => {
  const outputs = (...names: string[]): Output[] =>
    names.map((name) => ({ name, kind: "package", packages: ["1.0 h0_0"] }));
  const needs = (...pairs: string[]): Need[] =>
    pairs.map((pair) => {
      const [from = "", to = ""] = pair.split(">");
      return { from, to, kind: "host" };
    });
  const columns = (layout: ReturnType<typeof layOut>) =>
    Object.fromEntries(layout.boxes.map(({ name, x }) => [name, x]));

  test("puts what is needed to the left of what needs it", () => {
    const at = columns(layOut(outputs("c", "b", "a"), needs("a>b", "b>c", "a>c")));
    expect(at.a).toBeLessThan(at.b ?? 0);
    expect(at.b).toBeLessThan(at.c ?? 0);
  });

  test("leads long lines around the boxes between", () => {
    const { boxes, lines } = layOut(outputs("a", "b", "c"), needs("a>b", "b>c", "a>c"));
    const between = boxes.find(({ name }) => name === "b");
    const over = lines.find(({ from, to }) => from === "a" && to === "c")?.over ?? [];
    expect(over).toHaveLength(2);
    for (const { y } of over) {
      const inside = between !== undefined && y > between.y && y < between.y + between.height;
      expect(inside).toBe(false);
    }
  });

  test("draws circles too, and nothing twice in one place", () => {
    const { boxes } = layOut(outputs("a", "b", "c", "d"), needs("a>b", "b>a", "b>c", "c>d", "d>c"));
    expect(new Set(boxes.map(({ x, y }) => `${x} ${y}`)).size).toBe(4);
  });

  test("of hundreds of outputs in a row is laid out", () => {
    const names = Array.from({ length: 400 }, (_, index) => `o${index}`);
    const chain = names.slice(1).map((name, index) => `${names[index]}>${name}`);
    expect(layOut(outputs(...names), needs(...chain)).boxes).toHaveLength(400);
  });
});
