/**
 * The script of a model that repairs a recipe with tools alone. Each call follows from what the tools returned before, in
 * the text that the model gets: without a hint, a finding or a fix in it, the repair ends early.
 */

import { join } from "node:path";
import { DebugSession, Stage0Recipe, VariantConfig } from "sidewinder";

/** A call that the model makes. */
export interface Call {
  name: string;
  input: Record<string, unknown>;
}

/** What a tool returned, as far as the model reads it. */
export interface Result {
  ok: boolean;
  code?: string;
  hint?: string;
  success?: boolean;
  diagnosis?: { suggestions?: { spec: string; environment: string }[] }[];
  added?: string[];
}

/** What the repair came to. */
export interface Outcome {
  calls: string[];
  failure?: Result;
  added?: string[];
  verified: boolean;
}

/** The next call, or nothing at the end. */
export function nextCall(texts: readonly string[]): Call | undefined {
  const results = texts.map((text) => JSON.parse(text) as Result);
  const last = results.at(-1);
  switch (results.length) {
    case 0:
      return { name: "run_script", input: {} };
    case 1:
      // The failure says what to do first.
      return last?.hint?.includes("create_session") === true
        ? { name: "create_session", input: {} }
        : undefined;
    case 2:
      // A string for a number, as models send it.
      return last?.ok === true ? { name: "run_script", input: { timeout_ms: "60000" } } : undefined;
    case 3: {
      const [suggestion] = last?.diagnosis?.[0]?.suggestions ?? [];
      if (suggestion === undefined) return undefined;
      const { spec, environment } = suggestion;
      return {
        name: "edit_recipe",
        input: { edits: [{ kind: "addRequirement", section: environment, spec }] },
      };
    }
    case 4:
      return last?.ok === true ? { name: "sync_session", input: {} } : undefined;
    case 5:
      return last?.ok === true ? { name: "run_script", input: {} } : undefined;
    case 6:
      return last?.success === true ? { name: "verify", input: {} } : undefined;
    default:
      return undefined;
  }
}

/** What a model calls next, given the texts of all results so far. */
export type Script = (texts: readonly string[]) => Call | undefined;

/** Collects the results that a framework passed to the model, whatever it repeats. */
export class Conversation {
  readonly #script: Script;
  readonly #texts = new Map<string, string>();
  readonly #calls: string[] = [];

  constructor(script: Script = nextCall) {
    this.#script = script;
  }

  /** The texts of all results. */
  get texts(): string[] {
    return [...this.#texts.values()];
  }

  /** Takes the results so far, by call, and returns the next call with its id. */
  next(results: Iterable<[id: string, text: string]>): (Call & { id: string }) | undefined {
    for (const [id, text] of results) this.#texts.set(id, text);
    const call = this.#script(this.texts);
    if (call === undefined) return undefined;
    this.#calls.push(call.name);
    return { ...call, id: `call-${this.#calls.length}` };
  }

  /** What the repair came to. */
  outcome(): Outcome {
    const results = this.texts.map((text) => JSON.parse(text) as Result);
    const failure = results.find(({ ok }) => !ok);
    const added = results.find((result) => result.added !== undefined)?.added;
    return {
      calls: this.#calls,
      ...(failure === undefined ? {} : { failure }),
      ...(added === undefined ? {} : { added }),
      verified: results.length === 7 && results.at(-1)?.success === true,
    };
  }
}

/** A session of the recipe in the folder of the command line. */
export async function openSession(): Promise<DebugSession> {
  const { root, channels } = place();
  const recipe = await Stage0Recipe.fromFile(join(root, "recipe.yaml"));
  const [variant] = recipe.render(await VariantConfig.fromFiles([join(root, "variants.yaml")]));
  if (variant === undefined) throw new Error("the recipe gives no variant");
  return await DebugSession.create(variant, { channels });
}

/** Folder of the recipes and channel, from the command line. */
export function place(): { root: string; channels: string[] } {
  const [root = ".", channel = "conda-forge"] = process.argv.slice(2);
  return { root, channels: [channel] };
}

/** Prints what the test reads. */
export function report(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
