// What a reviewer needs to know about a repair.

export function reportPage(name, report) {
  const { repaired, attempts, edits, packages = [], changes = [], last } = report;
  const parts = [
    `# ${name}: ${repaired ? "repaired" : "not repaired"}`,
    `**Cause**\n\n${code(report.cause)}`,
    repaired ? "" : `**Last failure**\n\n${code(last ?? "")}`,
    edits.length > 0 ? `## Edits\n\n${edits.map(edit).join("\n")}` : "",
    changes.length > 0 ? `## Patch\n\n${code(changes.map(diff).join(""), "diff")}` : "",
    ...packages.map(packagePart),
    `${attempts} builds were tried.`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function edit({ edit: text, why, cause }) {
  return `- ${text}${why ? `: ${why}` : ""}${cause ? ` (${cause.split("\n")[0]})` : ""}`;
}

function packagePart({ path, name, sha256, size, files, warnings, lock, tests }) {
  const lines = [
    `## Package ${name ?? ""}`,
    `- file: \`${String(path).split("/").at(-1)}\`, ${size} bytes, sha256 \`${sha256}\``,
    `- files: ${files
      .map((file) => `\`${file.path}\``)
      .slice(0, 20)
      .join(", ")}${files.length > 20 ? " …" : ""}`,
    ...(warnings ?? []).map(({ message }) => `- warning: ${message}`),
    `- tests: ${tests.length === 0 ? "none run" : tests.map((test) => (test.success ? "passed" : "failed")).join(", ")}`,
    ...Object.entries(lock).map(
      ([environment, list]) =>
        `- ${environment} environment: ${list.map((spec) => `\`${spec}\``).join(" ") || "empty"}`,
    ),
  ];
  return lines.join("\n");
}

function code(text, language = "text") {
  return `\`\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\``;
}

/** A unified diff of one file: common lines at both ends are left out. */
export function diff({ file, before, after }) {
  const [old, fresh] = [lines(before), lines(after)];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end))
    end += 1;
  const from = Math.max(0, start - 3);
  const tail = Math.max(0, end - 3);
  const hunk = [
    ...old.slice(from, start).map((line) => ` ${line}`),
    ...old.slice(start, old.length - end).map((line) => `-${line}`),
    ...fresh.slice(start, fresh.length - end).map((line) => `+${line}`),
    ...old.slice(old.length - end, old.length - tail).map((line) => ` ${line}`),
  ];
  const range = (list) => {
    const count = list.length - tail - from;
    return `${count === 0 ? from : from + 1},${count}`;
  };
  return `--- a/${file}\n+++ b/${file}\n@@ -${range(old)} +${range(fresh)} @@\n${hunk.join("\n")}\n`;
}

function lines(text) {
  const split = text.split("\n");
  if (split.at(-1) === "") split.pop();
  return split;
}
