/** The playground: two texts on one side, what they give on the other. */

import type { Outcome, Task, VariantFormat } from "./core/messages.js";
import { PLATFORMS } from "./core/platforms.js";
import { Renderer } from "./core/renderer.js";
import { draft, keepDraft } from "./draft.js";
import { assistance } from "./editor/assistance.js";
import { Editor } from "./editor/editor.js";
import { element, part } from "./element.js";
import { EXAMPLES } from "./examples.js";
import { fromHash, LinkError, toHash } from "./link.js";
import { workOffline } from "./offline/register.js";
import { hideDetail, showDetail } from "./results/detail.js";
import { showGraph } from "./results/graph.js";
import { counted, showProblems } from "./results/problems.js";
import { showTable } from "./results/table.js";
import { startTheme } from "./theme.js";

/** Milliseconds without a key before the texts are rendered. */
const PAUSE = 120;

const selects = {
  example: part("example", HTMLSelectElement),
  platform: part("platform", HTMLSelectElement),
  format: part("format", HTMLSelectElement),
};
const summary = part("summary", HTMLElement);
const results = part("results", HTMLElement);
const recipe = new Editor(part("recipe", HTMLElement), {
  label: "recipe.yaml",
  hint: "package:\n  name: …",
  onChange: changed,
  extensions: assistance(task),
});
const variants = new Editor(part("variants", HTMLElement), {
  label: "Variants",
  hint: "python:\n  - 3.13.*",
  onChange: changed,
});
const renderer = new Renderer(showOutcome, showFailure);
let timer: ReturnType<typeof setTimeout> | undefined;
let replacing = false;

function task(): Task {
  const format = selects.format.value as VariantFormat;
  return { recipe: recipe.text, variants: variants.text, format, platform: selects.platform.value };
}

/** Takes all of a task into the page. */
function open(next: Task): void {
  replacing = true;
  selects.platform.value = next.platform;
  selects.format.value = next.format;
  recipe.text = next.recipe;
  variants.text = next.variants;
  replacing = false;
  const example = EXAMPLES.findIndex(
    ({ recipe, variants }) => recipe === next.recipe && variants === next.variants,
  );
  selects.example.value = example < 0 ? "" : String(example);
  // What rendered last was another recipe.
  for (const id of ["problems", "packages", "graph-card"]) part(id, HTMLElement).hidden = true;
  hideDetail();
  render();
}

function changed(): void {
  if (replacing) return;
  selects.example.value = "";
  // What is written now is no longer what the link in the address carries.
  if (location.hash !== "") history.replaceState(undefined, "", location.pathname);
  clearTimeout(timer);
  timer = setTimeout(render, PAUSE);
}

function render(): void {
  clearTimeout(timer);
  results.setAttribute("aria-busy", "true");
  keepDraft(task());
  renderer.render(task());
}

function showOutcome({ problems, packages, milliseconds }: Outcome): void {
  results.removeAttribute("aria-busy");
  if (recipe.text.trim() === "") {
    showNothing();
    return;
  }
  recipe.underline(problems.recipe);
  variants.underline(problems.variants);
  part("recipe-count", HTMLElement).textContent = counted(problems.recipe);
  part("variants-count", HTMLElement).textContent = counted(problems.variants);
  showProblems([
    { name: "recipe.yaml", editor: recipe, diagnostics: problems.recipe },
    { name: "variants", editor: variants, diagnostics: problems.variants },
  ]);
  // With errors, what rendered last stays, marked as old: half a word typed does not make the page jump.
  results.classList.toggle("stale", packages === undefined);
  if (packages === undefined) {
    const count = counted([...problems.recipe, ...problems.variants]);
    const kept = !part("packages", HTMLElement).hidden;
    say("bad", count, kept ? "below is what rendered last" : "nothing to show until they are gone");
    hideDetail();
    return;
  }
  const built = packages.filter(({ skip }) => !skip).length;
  const skipped = packages.length - built;
  const text = `${built} ${built === 1 ? "package" : "packages"}`;
  const time = `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
  say(
    "good",
    text,
    [skipped > 0 ? `${skipped} skipped` : "", selects.platform.value, time].filter(Boolean).join(" · "),
  );
  showTable(packages, showDetail);
  showGraph(packages);
}

/** Before the first word there is nothing to complain about. */
function showNothing(): void {
  recipe.underline([]);
  showProblems([]);
  for (const id of ["packages", "graph-card"]) part(id, HTMLElement).hidden = true;
  for (const id of ["recipe-count", "variants-count"]) part(id, HTMLElement).textContent = "";
  hideDetail();
  say("empty", "No recipe yet", "write one, or choose an example");
}

function showFailure(message: string): void {
  results.removeAttribute("aria-busy");
  results.classList.add("stale");
  say("bad", "It could not be rendered", message);
}

function say(kind: "good" | "bad" | "empty", text: string, more: string): void {
  summary.className = `summary ${kind}`;
  summary.replaceChildren(element("strong", {}, [text]), element("span", { class: "quiet" }, [more]));
}

function notice(text: string): void {
  const place = part("notice", HTMLElement);
  place.textContent = text;
  place.hidden = false;
  setTimeout(() => {
    place.hidden = true;
  }, 6_000);
}

async function share(): Promise<void> {
  try {
    const hash = `#${await toHash(task())}`;
    history.replaceState(undefined, "", hash);
    await navigator.clipboard.writeText(location.href);
    notice("The link is copied. The recipe is in the link itself: no server sees it.");
  } catch (error) {
    if (error instanceof LinkError) notice(`Could not create a link: ${error.message}.`);
    else notice("The link is in the address bar: copy it from there.");
  }
}

/** Opens what the address carries; gives whether it carried something. */
async function openLink(): Promise<boolean> {
  if (location.hash.length <= 1) return false;
  try {
    open(await fromHash(location.hash));
    return true;
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    notice(`This link cannot be opened: ${error.message}.`);
    return false;
  }
}

function openExample(index: number): void {
  const example = EXAMPLES[index];
  if (example === undefined) return;
  history.replaceState(undefined, "", location.pathname);
  open({ ...example, platform: selects.platform.value });
}

async function start(): Promise<void> {
  startTheme();
  selects.example.append(element("option", { value: "", disabled: "", hidden: "" }, ["Your own"]));
  EXAMPLES.forEach(({ name }, index) => {
    selects.example.append(element("option", { value: String(index) }, [name]));
  });
  selects.platform.append(...PLATFORMS.map((name) => element("option", { value: name }, [name])));
  selects.format.append(
    element("option", { value: "variants" }, ["variants.yaml"]),
    element("option", { value: "conda_build_config" }, ["conda_build_config.yaml"]),
  );
  selects.example.addEventListener("change", () => openExample(Number(selects.example.value)));
  selects.platform.addEventListener("change", render);
  selects.format.addEventListener("change", render);
  part("share", HTMLButtonElement).addEventListener("click", share);
  part("detail-close", HTMLButtonElement).addEventListener("click", hideDetail);
  addEventListener("hashchange", openLink);
  const kept = draft();
  if (!(await openLink())) {
    if (kept === undefined) openExample(0);
    else open(kept);
  }
  workOffline();
}

await start();
