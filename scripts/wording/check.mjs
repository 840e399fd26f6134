// Finds words of the list in the files of the repository.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run.mjs";
import { EXCEPTIONS, PENDING, SKIPPED } from "./exceptions.mjs";
import { WORDS } from "./words.mjs";

/** @typedef {{ file: string, line: number, text: string, found: string, write: string }} Finding */

/**
 * The listed words in a text.
 *
 * @returns {Finding[]}
 */
export function findWords(file, text) {
  const words = WORDS.filter(({ files }) => files === undefined || files.test(file));
  return text.split("\n").flatMap((line, index) =>
    words.flatMap(({ pattern, write }) => {
      const match = pattern.exec(line);
      return match === null ? [] : [{ file, line: index + 1, text: line.trim(), found: match[0], write }];
    }),
  );
}

/** Checks the files that git tracks or would track; `only` limits it to paths that start with one of them. */
export function checkWording(only = []) {
  const usedExceptions = new Set();
  const usedPending = new Set();
  const findings = trackedFiles()
    .filter((file) => !SKIPPED.some((pattern) => pattern.test(file)))
    .filter((file) => only.length === 0 || only.some((path) => isUnder(file, path)))
    .flatMap((file) => findWords(file, readText(file)))
    .filter((finding) => {
      const exception = EXCEPTIONS.find(
        ({ file, text }) => isUnder(finding.file, file) && finding.text.includes(text),
      );
      if (exception !== undefined) usedExceptions.add(exception);
      return exception === undefined;
    });
  const pending = findings.filter(({ file }) => {
    const folder = PENDING.find((path) => isUnder(file, path));
    if (folder !== undefined) usedPending.add(folder);
    return folder !== undefined;
  });
  return {
    findings: findings.filter((finding) => !pending.includes(finding)),
    pending,
    stale: [
      ...EXCEPTIONS.filter((entry) => !usedExceptions.has(entry)).map(({ file, text }) => `${file}: ${text}`),
      ...PENDING.filter((path) => !usedPending.has(path)),
    ],
  };
}

function isUnder(file, path) {
  const folder = path.replace(/\/$/, "");
  return folder === "." || file === folder || file.startsWith(`${folder}/`);
}

function trackedFiles() {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  return [...new Set(execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\0"))].filter(Boolean);
}

function readText(file) {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch (error) {
    // Deleted in the working tree, or a link to a folder.
    if (error.code === "ENOENT" || error.code === "EISDIR") return "";
    throw error;
  }
}
