/** A page for the log of a failed build: paste it and see why it failed. The log does not leave the page. */

import { diagnose, type Finding, type Fix, initDiagnosis } from "sidewinder/recipe";
import { element, part } from "../element.js";
import { workOffline } from "../offline/register.js";
import { startTheme } from "../theme.js";

/** Milliseconds without input before the log is read. */
const PAUSE = 150;
/** Browsers handle longer texts badly in a text field; errors are at the end. */
const MAX_CHARACTERS = 4_000_000;

const log = part("log", HTMLTextAreaElement);
const script = part("script", HTMLTextAreaElement);
const summary = part("summary", HTMLElement);
const list = part("findings", HTMLOListElement);
let timer: ReturnType<typeof setTimeout> | undefined;

function show(): void {
  const text = log.value.slice(-MAX_CHARACTERS);
  if (text.trim() === "") {
    say("empty", "No log yet", "paste one on the left");
    list.replaceChildren();
    return;
  }
  const findings = diagnose(text, script.value === "" ? {} : { script: script.value });
  const causes = findings.filter(({ role }) => role === "cause").length;
  say("bad", causes === 1 ? "1 cause" : `${causes} causes`, "most likely first");
  list.replaceChildren(...findings.map(item));
}

function item({ kind, role, confidence, message, evidence, scriptLine, fixes }: Finding): HTMLElement {
  const place = scriptLine === undefined ? "" : `, line ${scriptLine} of the script`;
  return element("li", { class: `card finding ${role}` }, [
    element("h2", {}, [message]),
    element("p", { class: "quiet" }, [`${role}, ${confidence} confidence: ${kind}${place}`]),
    ...(evidence.text === ""
      ? []
      : [element("pre", { class: "scroll" }, [`${evidence.line}: ${evidence.text}`])]),
    ...(fixes.length === 0
      ? []
      : [
          element(
            "ul",
            {},
            fixes.map((fix) => element("li", {}, fixParts(fix))),
          ),
        ]),
  ]);
}

function fixParts(fix: Fix): (Node | string)[] {
  const code = (text: string) => element("code", {}, [text]);
  switch (fix.kind) {
    case "recipe":
      return fix.edits.flatMap((edit) =>
        edit.kind === "addRequirement"
          ? ["add ", code(edit.spec), ` to ${edit.section}: ${fix.why}`]
          : [fix.why],
      );
    case "script":
      return ["replace ", code(fix.find.trim()), " with ", code(fix.replace.trim()), `: ${fix.why}`];
    case "source":
      return ["insert ", code(fix.insert), ` into ${fix.file}: ${fix.why}`];
    case "environment-variable":
      return [code(`export ${fix.name}="${fix.value}"`), `: ${fix.why}`];
    case "command":
      return [code(fix.command), `: ${fix.why}`];
  }
}

function say(kind: "bad" | "empty", text: string, more: string): void {
  summary.className = `summary ${kind}`;
  summary.replaceChildren(element("strong", {}, [text]), element("span", { class: "quiet" }, [more]));
}

function changed(): void {
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE);
}

startTheme();
await initDiagnosis();
log.addEventListener("input", changed);
script.addEventListener("input", changed);
show();
workOffline();
