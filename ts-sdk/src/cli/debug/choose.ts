/** Which of a recipe's packages a session is for. */

import { SidewinderError } from "../../errors.js";
import type { RenderedVariant } from "../../generated/types.js";
import { closest } from "../../nearest.js";
import { shellWord } from "../output.js";
import { UsageError } from "../usage-error.js";

/** The only one that is left; where several are, an error lists them with the options that choose them. */
export function choosePackage(rendered: RenderedVariant[], name: string | undefined): RenderedVariant {
  const names = [...new Set(rendered.map((variant) => variant.name))];
  if (name !== undefined && !names.includes(name)) {
    const meant = closest(name, names);
    const hint =
      meant === undefined ? `there is ${names.join(", ")}` : `did you mean \`--output-name ${meant}\`?`;
    throw new UsageError(`the recipe has no output \`${name}\``, hint);
  }
  const built = distinct(
    rendered.filter((variant) => !variant.skip && (name === undefined || variant.name === name)),
  );
  const [first, ...others] = built;
  if (first === undefined) {
    const skipped = rendered.length > 0;
    throw new SidewinderError(
      "NOTHING_TO_BUILD",
      "the recipe gives no package to build for this platform and variants",
      skipped ? { hint: "the recipe skips all of them: see `sidewinder render`" } : {},
    );
  }
  if (others.length === 0) return first;
  const choices = built.map((variant) => ({ label: label(variant), options: optionsFor(variant, built) }));
  const wide = Math.max(...choices.map((variant) => variant.label.length));
  const list = choices.map((variant) => `  ${variant.label.padEnd(wide)}  ${variant.options}`.trimEnd());
  throw new UsageError(
    `the recipe gives ${built.length} packages, and a session is for one:\n${list.join("\n")}`,
    `add the options that stand behind it, e.g. \`${choices[0]?.options ?? ""}\``,
    {
      code: "SEVERAL_PACKAGES",
      choices: built.map((variant, at) => choiceRecord(variant, choices[at]?.options ?? "")),
    },
  );
}

/** Outputs that do not depend on a variant are rendered for each of its values, and are the same package. */
function distinct(rendered: readonly RenderedVariant[]): RenderedVariant[] {
  return [...new Map(rendered.map((variant) => [label(variant), variant])).values()];
}

function choiceRecord({ name, version, buildString, variant }: RenderedVariant, options: string): object {
  return { name, version, buildString, variant, options };
}

function label({ name, version, buildString }: RenderedVariant): string {
  return `${name} ${version} ${buildString}`;
}

/** The fewest options that choose this variant among all. */
function optionsFor(variant: RenderedVariant, all: readonly RenderedVariant[]): string {
  const options: string[] = [];
  let left = all;
  const keep = (option: string, test: (other: RenderedVariant) => boolean): void => {
    const kept = left.filter(test);
    if (kept.length === left.length) return;
    left = kept;
    options.push(option);
  };
  keep(`--output-name ${shellWord(variant.name)}`, ({ name }) => name === variant.name);
  for (const [key, value] of Object.entries(variant.variant)) {
    keep(`--variant ${shellWord(`${key}=${value}`)}`, ({ variant }) => variant[key] === value);
  }
  return options.join(" ");
}
