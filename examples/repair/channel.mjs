// Names and versions that channels have, and the nearest of them.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const indexes = new Map();

/** Package names of the channels, with their versions. */
export async function channelIndex(channels, platform = "linux-64") {
  const key = JSON.stringify([channels, platform]);
  if (!indexes.has(key)) indexes.set(key, load(channels, platform));
  return indexes.get(key);
}

async function load(channels, platform) {
  const packages = new Map();
  for (const channel of channels) {
    for (const subdir of [platform, "noarch"]) {
      const repodata = await read(channel, subdir).catch(() => ({}));
      for (const group of ["packages", "packages.conda"]) {
        for (const { name, version } of Object.values(repodata[group] ?? {})) {
          const versions = packages.get(name) ?? new Set();
          packages.set(name, versions.add(version));
        }
      }
    }
  }
  return packages;
}

async function read(channel, subdir) {
  const local = channel.startsWith("file://") ? fileURLToPath(channel) : channel;
  if (/^https?:/.test(channel) || !local.includes("/")) {
    const base = /^https?:/.test(channel) ? channel : `https://conda.anaconda.org/${channel}`;
    const response = await fetch(`${base.replace(/\/$/, "")}/${subdir}/current_repodata.json`);
    return response.ok ? response.json() : {};
  }
  return JSON.parse(await readFile(join(local, subdir, "repodata.json"), "utf8"));
}

/** Number of letters to insert, remove, replace or exchange. */
export function distance(a, b) {
  let before = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 0; row < a.length; row += 1) {
    const current = [row + 1];
    for (let column = 0; column < b.length; column += 1) {
      let cost = Math.min(
        previous[column] + (a[row] === b[column] ? 0 : 1),
        previous[column + 1] + 1,
        current[column] + 1,
      );
      if (row > 0 && column > 0 && a[row - 1] === b[column] && a[row] === b[column - 1]) {
        cost = Math.min(cost, before[column - 1] + 1);
      }
      current.push(cost);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length];
}

/** Up to `count` names that are near to a name, nearest first. */
export function nearest(name, known, count = 4) {
  const flat = (text) => text.toLowerCase().replace(/^(python|lib|py|r)-|[-_.]|(-dev|-devel)$/g, "");
  const limit = Math.max(1, Math.floor(name.length / 3));
  return [...known]
    .filter((other) => other !== name)
    .map((other) => {
      const related =
        flat(other) === flat(name) ||
        flat(other) === `lib${flat(name)}` ||
        `lib${flat(other)}` === flat(name);
      return { other, cost: related ? 0.5 : distance(name.toLowerCase(), other.toLowerCase()) };
    })
    .filter(({ cost }) => cost <= limit)
    .sort((a, b) => a.cost - b.cost || a.other.length - b.other.length)
    .slice(0, count)
    .map(({ other }) => other);
}

/** Versions as numbers and words, newest last. */
export function compareVersions(a, b) {
  const parts = (text) =>
    text.split(/[.\-_+!]|(?<=\d)(?=[a-z])/).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [x, y] = [left[index] ?? 0, right[index] ?? 0];
    if (x === y) continue;
    if (typeof x === "number" && typeof y === "number") return x - y;
    // Pre-releases are before the release.
    return typeof x === "number" ? 1 : typeof y === "number" ? -1 : x < y ? -1 : 1;
  }
  return 0;
}
