/** Findings as text for people. */

import type { Finding, Fix } from "../generated/types.js";
import { shellWord } from "./output.js";
import { printable, type Style } from "./terminal.js";

/** A terminal shows the first ones; `--json` has all. */
const MAX_FIXES = 3;

/** One paragraph for each finding. */
export function diagnosisText(findings: readonly Finding[], style: Style): string {
  if (findings.length === 0) return "no findings\n";
  return findings.map((finding) => `${paragraph(finding, style).join("\n")}\n`).join("\n");
}

function paragraph(finding: Finding, style: Style): string[] {
  const { role, confidence, message, evidence, at, scriptLine, fixes } = finding;
  const label = role === "cause" ? style.red("cause") : style.yellow(role);
  const unsure = confidence === "high" ? "" : style.dim(` (${confidence} confidence)`);
  const place =
    at === undefined
      ? ""
      : style.dim(` at ${printable(at.file)}${at.line === undefined ? "" : `:${at.line}`}`);
  const line = scriptLine === undefined ? "" : style.dim(`, line ${scriptLine} of the script`);
  return [
    `${label}: ${printable(message)}${place}${line}${unsure}`,
    ...(evidence.text === "" ? [] : [style.dim(`  ${evidence.line}: ${printable(evidence.text)}`)]),
    ...fixes.slice(0, MAX_FIXES).map((fix) => `  ${style.cyan("try")} ${printable(fixText(fix))}`),
  ];
}

/** A fix in one line. */
export function fixText(fix: Fix): string {
  switch (fix.kind) {
    case "recipe":
      return `adding ${fix.edits.map(requirement).join(", ")}: ${fix.why}`;
    case "script":
      return `replacing \`${fix.find.trim()}\` with \`${fix.replace.trim()}\` in the script: ${fix.why}`;
    case "source":
      return `inserting \`${fix.insert}\` into ${fix.file}: ${fix.why}`;
    case "environment-variable":
      return `export ${fix.name}="${fix.value}": ${fix.why}`;
    case "command":
      return `${shellWord(fix.command) === fix.command ? fix.command : `\`${fix.command}\``}: ${fix.why}`;
  }
}

function requirement(edit: Extract<Fix, { kind: "recipe" }>["edits"][number]): string {
  return edit.kind === "addRequirement" ? `\`${edit.spec}\` to ${edit.section}` : edit.kind;
}
