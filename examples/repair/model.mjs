// The same loop with a model: it sees a failure and the recipe, and answers with changes as JSON.

import { scriptText } from "./script-text.mjs";

const KINDS = {
  recipe: ["edits"],
  script: ["find", "replace"],
  "environment-variable": ["name", "value"],
  command: ["command"],
  text: ["file", "find", "replace"],
};
const MAX_TEXT = 20_000;

/**
 * A proposer for `repair` that asks a model.
 *
 * @param {(prompt: string) => Promise<string>} complete Any chat model: takes a prompt, returns its answer.
 * @param {{answers?: number, fallback?: {propose: Function}}} options How many answers are tried for one failure, and who
 *   is asked first.
 */
export function modelProposer(complete, { answers = 3, fallback } = {}) {
  return {
    async *propose(outcome, folder, context) {
      if (fallback !== undefined) yield* await fallback.propose(outcome, folder, context);
      let problem = "";
      for (let count = 0; count < answers; count += 1) {
        const answer = await complete(`${await prompt(outcome, folder, context)}${problem}`);
        const read = candidate(answer);
        if (typeof read === "string") problem = `\n\nThe last answer could not be used: ${read}`;
        else {
          problem = "\n\nThe last answer did not repair the build.";
          const refused = (reason) => {
            problem = `\n\nThe last answer was refused: ${reason}. Repair the cause instead.`;
          };
          yield { ...read, refused };
        }
      }
    },
  };
}

/** What a model needs to know about a failure. */
export async function prompt(outcome, folder, { history = [] } = {}) {
  const { error, result, phase, signature } = outcome;
  const findings = (result?.diagnosis ?? []).map(({ kind, message, evidence, fixes }) => ({
    kind,
    message,
    line: evidence.text,
    fixes,
  }));
  const parts = [
    "A conda recipe does not build. Answer with one JSON object: the cause and the smallest honest changes.",
    "Never remove a step, a test or a checksum, and never hide a failure (`|| true`).",
    `{"cause": "…", "why": "…", "changes": [${Object.entries(KINDS)
      .map(([kind, keys]) => `{"kind": "${kind}", ${keys.map((key) => `"${key}": …`).join(", ")}}`)
      .join(" | ")}]}`,
    `Phase: ${phase}\nFailure: ${error?.message ?? signature}`,
    findings.length > 0 ? `Findings: ${JSON.stringify(findings)}` : "",
    `recipe.yaml:\n${(await folder.read("recipe.yaml")).slice(0, MAX_TEXT)}`,
    `Build script:\n${(await scriptText(folder)).slice(0, MAX_TEXT)}`,
    result ? `Last output:\n${`${result.stdout}\n${result.stderr}`.slice(-4000)}` : "",
    history.length > 0 ? `Tried before: ${JSON.stringify(history.slice(-10))}` : "",
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** The candidate in an answer, or what is wrong with it. */
export function candidate(answer) {
  const json = /\{[\s\S]*\}/.exec(answer)?.[0];
  if (json === undefined) return "it has no JSON object";
  let value;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return `it is not JSON: ${error.message}`;
  }
  if (!Array.isArray(value.changes) || value.changes.length === 0)
    return "`changes` is not a list with entries";
  for (const change of value.changes) {
    const keys = Object.hasOwn(KINDS, change?.kind) ? KINDS[change.kind] : undefined;
    if (keys === undefined)
      return `unknown change \`${change?.kind}\`; expected one of ${Object.keys(KINDS).join(", ")}`;
    const missing = keys.find((key) =>
      key === "edits" ? !Array.isArray(change[key]) : typeof change[key] !== "string",
    );
    if (missing !== undefined) return `\`${missing}\` of a \`${change.kind}\` change is missing`;
    if (change.kind === "text" && !/^[\w-][\w./-]*$/.test(change.file))
      return `\`${change.file}\` is not a file of the recipe folder`;
    if (change.kind === "text" && change.file.split("/").includes(".."))
      return `\`${change.file}\` is outside of the recipe folder`;
  }
  return { cause: String(value.cause ?? ""), why: String(value.why ?? ""), changes: value.changes };
}
