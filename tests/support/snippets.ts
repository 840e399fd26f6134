/**
 * The code in the README and the documentation, run as a reader would run it.
 *
 * A page's `ts` and `js` blocks are one program, its `sh` blocks another, in a folder that has the files which the page
 * shows (a block such as ```yaml recipe.yaml is that file). A `text` block after code is what that code prints; `…`
 * stands for what differs from run to run. `ts alone` begins a new program. The embedded channel plays conda-forge.
 */

import { execFile } from "node:child_process";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { channel, root } from "./workbench.js";

/** A piece of code, and what the page says that it prints. */
export interface Snippet {
  language: "ts" | "sh";
  code: string;
  line: number;
  /** Does not build on those before it. */
  alone: boolean;
  expected: string | undefined;
}

/** What is to be run of a page, and the files that it needs. */
export interface Page {
  files: Map<string, string>;
  snippets: Snippet[];
}

const LANGUAGES: Record<string, Snippet["language"]> = { ts: "ts", js: "ts", sh: "sh" };
const FENCE = /^```([^\n`]*)\n([\s\S]*?)^```$/gm;
const MARK = "\u0001";

/** The code blocks of a page. */
export function snippetsOf(markdown: string): Page {
  const page: Page = { files: new Map(), snippets: [] };
  let last: Snippet | undefined;
  for (const { index, 1: info = "", 2: content = "" } of markdown.matchAll(FENCE)) {
    const [kind = "", name] = info.trim().split(/\s+/);
    const language = LANGUAGES[kind];
    if (language !== undefined && (name === undefined || name === "alone")) {
      const line = markdown.slice(0, index).split("\n").length + 1;
      last = { language, code: content, line, alone: name === "alone", expected: undefined };
      page.snippets.push(last);
      continue;
    }
    if (kind === "text" && name === undefined && last !== undefined) last.expected = content;
    if (name !== undefined) page.files.set(name, content);
    last = undefined;
  }
  return page;
}

/** Runs a page in a folder of its own, and gives what each of its snippets printed. */
export async function runPage(name: string, { files, snippets }: Page): Promise<Map<Snippet, string>> {
  const folder = join(root, ".sidewinder", "docs", name.replaceAll(/[^\w-]+/g, "-"));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const printed = new Map<Snippet, string>();
  const codes = snippets.filter(({ language }) => language === "ts");
  const commands = snippets.filter(({ language }) => language === "sh");
  if (codes.length > 0) take(codes, await runModules(folder, codes), printed);
  if (commands.length > 0) take(commands, await runShell(folder, commands), printed);
  return printed;
}

async function runModules(folder: string, snippets: Snippet[]): Promise<string> {
  const programs: string[][] = [];
  for (const snippet of snippets) {
    if (snippet.alone || programs.length === 0) programs.push([]);
    programs.at(-1)?.push(snippet.code, `console.log(${JSON.stringify(MARK)});`);
  }
  const names: string[] = [];
  for (const [index, parts] of programs.entries()) {
    const { outputText } = ts.transpileModule(withImportsFirst(played(parts.join("\n"), JSON.stringify)), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    names.push(`./.snippets-${index}.mjs`);
    await writeFile(join(folder, `.snippets-${index}.mjs`), outputText);
  }
  const main = join(folder, ".snippets.mjs");
  await writeFile(main, names.map((name) => `await import("${name}");\n`).join(""));
  return run(process.execPath, [main], folder);
}

/** Each import once: every block says what it needs, for whoever reads only that one. */
function withImportsFirst(code: string): string {
  const imports = new Map<string, Set<string>>();
  const rest = code.replaceAll(
    /^import \{([^}]*)\} from "([^"]+)";$/gm,
    (_all, names: string, from: string) => {
      const known = imports.get(from) ?? new Set();
      for (const name of names.split(",")) if (name.trim() !== "") known.add(name.trim());
      imports.set(from, known);
      return "";
    },
  );
  return (
    [...imports].map(([from, names]) => `import { ${[...names].join(", ")} } from "${from}";\n`).join("") +
    rest
  );
}

async function runShell(folder: string, snippets: Snippet[]): Promise<string> {
  const bin = join(folder, ".bin");
  await mkdir(bin);
  const program = join(bin, "sidewinder");
  const main = join(root, "ts-sdk", "dist", "cli", "main.js");
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
  await chmod(program, 0o755);
  // Commands that fail are shown as well: what they print is held to the page, their status is not.
  const lines = snippets.flatMap(({ code }) => [played(code, String), `printf '${MARK}\\n'`]);
  await writeFile(
    join(folder, ".snippets.sh"),
    ["exec 2>&1", `PATH="${bin}:$PATH"`, ...lines, ""].join("\n"),
  );
  return run("bash", [join(folder, ".snippets.sh")], folder);
}

/** Code with the embedded channel in place of conda-forge. */
function played(code: string, quote: (text: string) => string): string {
  // `conda-forge` is also a group of lint rules.
  return code.replaceAll(/(?<!ignore (?:\[?"?)|ignore: \[.*)(["']?)\bconda-forge\b\1/g, quote(channel));
}

async function run(program: string, args: string[], cwd: string): Promise<string> {
  const env = { ...process.env, NO_COLOR: "1", RATTLER_CACHE_DIR: join(root, ".sidewinder", "docs-cache") };
  try {
    const { stdout } = await promisify(execFile)(program, args, { cwd, env });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`a snippet failed\n${stdout}\n${stderr}`);
  }
}

function take(snippets: Snippet[], output: string, into: Map<Snippet, string>): void {
  const parts = output.replaceAll(channel, "conda-forge").split(`${MARK}\n`);
  snippets.forEach((snippet, index) => {
    into.set(snippet, parts[index] ?? "");
  });
}

/** Whether an output is what a page says; `…` stands for anything. */
export function agrees(expected: string, output: string): boolean {
  const pattern = tidy(expected)
    .split("…")
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("[^]*?");
  return new RegExp(`^${pattern}$`).test(tidy(output));
}

/** Without spaces at ends of lines, and without empty lines at the end. */
export function tidy(text: string): string {
  return text.replaceAll(/[ \t]+$/gm, "").trimEnd();
}
