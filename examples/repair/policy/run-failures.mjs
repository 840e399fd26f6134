// A build script that fails: the fixes of the diagnosis, and what the files of the session add to them.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { nearest } from "../channel.mjs";
import { filesBelow } from "../folder.mjs";
import { scriptText } from "../script-text.mjs";
import { makeVariables } from "./make-variables.mjs";
import { otherVersions } from "./versions.mjs";

export async function runFailures({ result, session, script, variant }, folder, { channels }) {
  const outputs = outputNames(await folder.read("recipe.yaml"));
  const text = await scriptText(folder);
  const work = await filesBelow(session.workDir);
  const sources = new Set(work);
  const findings = result.diagnosis.filter(({ role }) => role !== "consequence");
  const candidates = [];
  if (text.includes("\r")) {
    const cause = "the script has Windows line endings";
    candidates.push({
      cause,
      why: "bash needs Unix line endings",
      changes: [{ kind: "script", find: "\r", replace: "" }],
    });
  }
  for (const finding of findings) {
    const own = finding.fixes.map((fix) => ({
      cause: finding.message,
      why: fix.why,
      changes: [{ ...fix, finding }],
    }));
    const context = {
      finding,
      session,
      script,
      text,
      work: [...sources],
      folder,
      variant,
      channels,
      outputs,
      result,
    };
    const files = [...siblings(context), ...(await fromFiles(context))];
    // A path that exists under another name says more than a folder to make.
    candidates.push(...own.filter(isCertain), ...files, ...own.filter((candidate) => !isCertain(candidate)));
  }
  const jobs = /-j ?(?!1\b)(?:\$\{?\w+\}?|\$\(nproc\)|\d+)/.exec(text)?.[0];
  if (jobs !== undefined) {
    candidates.push({
      cause: findings[0]?.message ?? "the script fails",
      why: "with several jobs, a target may be built before what it needs",
      changes: [{ kind: "script", find: jobs, replace: "-j1" }],
    });
  }
  return candidates;
}

/** A path of a script may be replaced by one that exists; all other changes are about what the message says. */
const isCertain = ({ changes: [change] }) =>
  ["recipe", "source", "command"].includes(change.kind) ||
  (change.kind === "script" && change.finding.kind !== "missing-file");

async function fromFiles(context) {
  const { finding } = context;
  switch (finding.kind) {
    case "missing-file":
    case "other":
      return [
        ...(await targets(context)),
        ...shebang(context),
        ...(await outside(context)),
        ...subfolder(context),
        ...(await paths(context)),
      ].concat(finding.kind === "other" ? hostRequirements(context) : []);
    case "missing-command":
      return [...(await paths(context)), ...commands(context)];
    case "permission":
      return [...shebang(context), ...(await outside(context)), ...(await paths(context))];
    case "missing-header":
      return headers(context);
    case "missing-library":
      return libraries(context);
    case "missing-python-module":
      return modules(context);
    case "compile-error":
      return options(context);
    case "version-mismatch":
      return versions(context);
    case "syntax-error":
      return syntax(context);
    case "patch-failed":
      return strips(context);
    default:
      return [];
  }
}

/** The candidate that replaces a text of the script. */
function replace({ finding }, find, fresh, why) {
  return { cause: finding.message, why, changes: [{ kind: "script", find, replace: fresh }] };
}

/** Build files that are in a folder of the sources. */
function subfolder(context) {
  const { finding, work, text } = context;
  const name = (finding.subject ?? "").split("/").at(-1);
  const names = /^(setup\.py|pyproject\.toml)$/.test(name) ? ["pyproject.toml", "setup.py"] : [name];
  if (
    !/^(CMakeLists\.txt|setup\.py|pyproject\.toml|[Mm]akefile|meson\.build|Cargo\.toml|go\.mod|package\.json|configure)$/.test(
      name,
    )
  )
    return [];
  const dirs = work
    .filter((path) => names.includes(path.split("/").at(-1)) && path.includes("/"))
    .map((path) => path.split("/").slice(0, -1).join("/"))
    .sort((a, b) => a.split("/").length - b.split("/").length);
  return [...new Set(dirs)].slice(0, 3).flatMap((dir) => {
    const why = `\`${name}\` is in \`${dir}\``;
    const calls = [
      ["-S . ", `-S ${dir} `],
      ["cmake . ", `cmake ${dir} `],
      ["pip install . ", `pip install ./${dir} `],
      ["pip install .\n", `pip install ./${dir}\n`],
    ];
    return [
      ...calls
        .filter(([find]) => text.includes(find))
        .map(([find, fresh]) => replace(context, find, fresh, why)),
      { cause: finding.message, why, changes: [{ kind: "command", command: `cd ${dir}`, before: "" }] },
    ];
  });
}

/** What is installed into the system instead of the prefix. */
async function outside(context) {
  const { finding, text, work, session } = context;
  if (!/^\/(usr|opt|etc|var)\b/.test(finding.subject ?? "")) return [];
  const calls = await makeVariables(text, work, session);
  return calls.map(({ find, replace: fresh }) =>
    replace(context, find, fresh, "packages are made of what is in the prefix"),
  );
}

/** The packages that a recipe with several outputs makes. */
function outputNames(recipe) {
  if (!/^outputs:/m.test(recipe)) return [];
  return [...recipe.matchAll(/^\s+- package:\s*\n\s+name:\s*['"]?([\w.-]+)/gm)].map(([, name]) => name);
}

/** What another output of the recipe has. */
function siblings({ finding, variant, outputs }) {
  if (!/^missing-(header|library|command|pkg-config|cmake-package|python-module)$/.test(finding.kind))
    return [];
  const section = finding.kind === "missing-command" ? "build" : "host";
  const earlier = outputs.slice(0, Math.max(outputs.indexOf(variant?.name), 0));
  return earlier.map((name) => ({
    cause: finding.message,
    why: `\`${name}\` is another output of the recipe`,
    changes: [
      {
        kind: "recipe",
        edits: [{ kind: "addRequirement", section, spec: `\${{ pin_subpackage('${name}', exact=True) }}` }],
      },
    ],
  }));
}

/** Libraries that are required for the build platform only. */
function hostRequirements({ finding, variant }) {
  const { build = [], host = [] } = variant?.recipe?.requirements ?? {};
  const names = (list) => list.map((entry) => String(entry?.spec ?? entry).split(/[\s=<>!~]/)[0]);
  const present = new Set(names(host));
  return names(build)
    .filter(
      (name) =>
        /^[a-z]/.test(name) &&
        !/_linux-64$|^(cmake|make|ninja|pkg-config|meson)$/.test(name) &&
        !present.has(name),
    )
    .map((spec) => ({
      cause: finding.message,
      why: `\`${spec}\` is only in the build environment`,
      changes: [{ kind: "recipe", edits: [{ kind: "addRequirement", section: "host", spec }] }],
    }));
}

/** Paths that do not exist, by paths that do. */
async function paths(context) {
  const { finding, session, text, work, folder } = context;
  const subject = finding.subject ?? "";
  const wanted = written(subject, context);
  if (wanted === undefined) return [];
  const known = [...work, ...folders(work)];
  const candidates = [];
  const why = (path) => `the sources have \`${path}\``;
  if (wanted.startsWith("$PREFIX/") || wanted.startsWith("${PREFIX}/")) {
    const files = await filesBelow(session.hostPrefix);
    const bare = wanted.replace(/^\$\{?PREFIX\}?\//, "");
    for (const path of alike(bare, [...files, ...folders(files)])) {
      candidates.push(
        replace(context, wanted, wanted.replace(bare, path), `the host environment has \`${path}\``),
      );
    }
    return candidates;
  }
  const start = /^(\$\{?SRC_DIR\}?\/|\.\/)/.exec(wanted)?.[0] ?? "";
  const bare = wanted.slice(start.length).replace(/\/$/, "");
  // The script may have changed folders: paths are tried from there as well.
  const inside = /(?:^|\n)\s*(?:- )?(?:cd|pushd) ["']?([\w./-]+)/.exec(text)?.[1];
  for (const path of alike(bare, known)) {
    const isFolder = !work.includes(path);
    if (inside && path.startsWith(`${inside}/`))
      candidates.push(replace(context, wanted, start + path.slice(inside.length + 1), why(path)));
    candidates.push(replace(context, wanted, `${start}${path}`, why(path)));
    if (inside && !isFolder) candidates.push(replace(context, wanted, `$SRC_DIR/${path}`, why(path)));
  }
  const own = (await folder.files()).filter(
    (file) =>
      !work.some((path) => file.endsWith(`/${path}`)) &&
      !/^(recipe\.yaml|variants\.yaml|expect|build\.sh)$/.test(file),
  );
  for (const path of alike(bare, own).slice(0, 2)) {
    candidates.push(replace(context, wanted, `$RECIPE_DIR/${path}`, `the recipe folder has \`${path}\``));
  }
  // The only folder at the top of an archive is removed when it is unpacked.
  if (finding.evidence.text.includes("cd: ") && new RegExp(`cd ["']?${escaped(wanted)}`).test(text)) {
    candidates.push(
      replace(context, `cd ${wanted}`, "cd .", "the top folder of an archive is removed when it is unpacked"),
    );
  }
  return candidates;
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A path as the script has it; messages have it with variables replaced. */
function written(subject, { session, text, variant, folder }) {
  const variables = [
    [session.workDir, ["$SRC_DIR", "${SRC_DIR}"]],
    [session.hostPrefix, ["$PREFIX", "${PREFIX}"]],
    [session.buildPrefix, ["$BUILD_PREFIX", "${BUILD_PREFIX}"]],
    [folder.dir, ["$RECIPE_DIR", "${RECIPE_DIR}"]],
  ];
  const forms = [subject, subject.replace(/^\.\//, "")];
  for (const [path, names] of variables) {
    if (!subject.startsWith(`${path}/`)) continue;
    const rest = subject.slice(path.length + 1);
    forms.push(...names.flatMap((name) => [`${name}/${rest}`, `"${name}"/${rest}`]), rest);
  }
  const found = forms.find((form) => form.length > 1 && text.includes(form));
  if (found !== undefined) return found;
  const values = new Map([
    ["PKG_NAME", variant?.name ?? ""],
    ["PKG_VERSION", variant?.version ?? ""],
    ...variables.map(([path, [name]]) => [name.slice(1), path]),
  ]);
  for (const [, name, value] of text.matchAll(/(?:^|[\s;])(?:export\s+)?([A-Za-z_]\w*)=["']?([^\s"';]*)/g)) {
    values.set(name, expanded(value, values));
  }
  return text
    .split(/[\s;"'()]+/)
    .find((word) => word.includes("$") && forms.includes(expanded(word, values).replace(/\/$/, "")));
}

/** A word of the script with the variables that are known. */
function expanded(word, values) {
  return word.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced, bare) => values.get(braced ?? bare) ?? whole);
}

function folders(files) {
  const all = new Set();
  for (const file of files) {
    const parts = file.split("/").slice(0, -1);
    for (const index of parts.keys()) all.add(parts.slice(0, index + 1).join("/"));
  }
  return [...all];
}

/** Existing paths for one that does not exist: of the same name elsewhere, with another extension, or nearly spelt so. */
function alike(wanted, known) {
  const skip = /(^|\/)(conda_build\.sh|build_env\.sh|\.source_info\.json)$|^\.git\//;
  const candidates = known.filter((path) => path !== wanted && !skip.test(path));
  const name = wanted.split("/").at(-1);
  const last = (path) => path.split("/").at(-1);
  if (/[*?]/.test(wanted)) {
    const pattern = new RegExp(`^${escaped(name).replace(/\\\*/g, ".*").replace(/\\\?/g, ".")}$`);
    return [
      ...new Set(
        candidates
          .filter((path) => pattern.test(last(path)))
          .map((path) => [...path.split("/").slice(0, -1), name].join("/")),
      ),
    ];
  }
  const stem = (path) =>
    last(path)
      .replace(/\.\w+$/, "")
      .toLowerCase();
  const ranked = [
    ...candidates.filter((path) => last(path) === name),
    ...candidates.filter(
      (path) =>
        path.toLowerCase() === wanted.toLowerCase() || last(path).toLowerCase() === name.toLowerCase(),
    ),
    ...nearest(wanted, candidates),
    ...candidates.filter((path) => stem(path) === stem(wanted)),
    ...nearest(name, [...new Set(candidates.map(last))]).flatMap((near) =>
      candidates.filter((path) => last(path) === near),
    ),
  ];
  // The only file of this kind that there is.
  const end = /\.\w+$/.exec(name)?.[0];
  const same = end === undefined ? [] : candidates.filter((path) => path.endsWith(end));
  if (same.length === 1) ranked.push(...same);
  return [...new Set(ranked)].slice(0, 4);
}

/** Targets of Makefiles and of Ninja that are misspelt. */
async function targets(context) {
  const { finding, session, text, work } = context;
  const subject = finding.subject ?? "";
  if (!/rule to make target|unknown target/.test(finding.evidence.text) || !text.includes(subject)) return [];
  const names = new Set();
  for (const file of work.filter((path) => /(^|\/)(GNUm|M|m)akefile$|\.ninja$/.test(path)).slice(0, 20)) {
    const content = await readFile(join(session.workDir, file), "utf8").catch(() => "");
    for (const [, name] of content.matchAll(/^([\w.-]+)\s*:(?!=)/gm)) names.add(name);
    for (const [, name] of content.matchAll(/^build ([\w./-]+):/gm)) names.add(name);
  }
  const fallback = ["all", "install"].filter((name) => names.has(name));
  return [...new Set([...nearest(subject, names), ...fallback])].map((name) =>
    replace(context, ` ${subject}`, ` ${name}`, `the build files have the target \`${name}\``),
  );
}

/** Interpreters that do not exist, and Windows line endings after them. */
function shebang(context) {
  const { finding } = context;
  const { text } = finding.evidence;
  if (!/bad interpreter|required file not found|\^M|\\r/.test(text) && !/: not found$/.test(text)) return [];
  const file =
    /(?:^|: )([^\s:]+): (?:\S+: )?(?:bad interpreter|cannot execute)/.exec(text)?.[1] ?? finding.subject;
  const fix = (edit, why) => ({ cause: finding.message, why, changes: [{ kind: "source", file, edit }] });
  return [
    fix((content) => content.replaceAll("\r\n", "\n"), "scripts need Unix line endings"),
    fix(
      (content) => content.replace(/^#!.*\b(bash|sh|python3?|perl|ruby|node)[\w.]*\b/, "#!/usr/bin/env $1"),
      "takes the interpreter from the environment",
    ),
    fix(
      (content) =>
        content.replace(
          /^#!.*/,
          /python/i.test(file) || file?.endsWith(".py") ? "#!/usr/bin/env python3" : "#!/usr/bin/env bash",
        ),
      "takes the interpreter from the environment",
    ),
  ].filter(() => file !== undefined);
}

/** Commands that are misspelt. */
function commands(context) {
  const { finding, text } = context;
  const subject = finding.subject ?? "";
  if (!/^[\w.+-]+$/.test(subject) || !text.includes(subject)) return [];
  const known = [
    "cmake",
    "make",
    "ninja",
    "meson",
    "python",
    "pip",
    "install",
    "mkdir",
    "cp",
    "mv",
    "rm",
    "ln",
    "sed",
    "chmod",
    "tar",
    "patch",
    "autoreconf",
    "touch",
    "cat",
    "echo",
    "export",
    "source",
    "pushd",
    "popd",
    "grep",
    "awk",
    "find",
    "test",
    "else",
    "elif",
    "then",
    "done",
    "esac",
    "exit",
    "return",
  ];
  const end = text.includes(`${subject} `) ? " " : "\n";
  const candidates = nearest(subject, known, 2).map((name) =>
    replace(context, `${subject}${end}`, `${name}${end}`, `\`${subject}\` may be misspelt`),
  );
  if (/^pip\d?$/.test(subject))
    candidates.unshift(
      replace(context, `${subject} install`, "$PYTHON -m pip install", "the pip of the host environment"),
    );
  if (/^python\d?$/.test(subject))
    candidates.unshift(replace(context, `${subject} `, "$PYTHON ", "the Python of the host environment"));
  return candidates;
}

const COMPILERS = /(?:\$\{?C(?:C|XX)\}?|\b(?:gcc|g\+\+|cc|c\+\+))(?=\s)/;

/** Headers that the sources have, in a folder that is not searched. */
function headers(context) {
  const { finding, work, text, session } = context;
  const subject = (finding.subject ?? "").replace(/^\.?\//, "");
  if (subject === "") return [];
  const found = work.filter((path) => path === subject || path.endsWith(`/${subject}`));
  const candidates = [];
  for (const path of found.slice(0, 3)) {
    const dir = path.slice(0, path.length - subject.length).replace(/\/$/, "") || ".";
    const why = `the sources have \`${path}\``;
    const include = `-I$SRC_DIR/${dir}`.replace(/\/\.$/, "");
    for (const line of text.split("\n").filter((entry) => COMPILERS.test(entry) && !/\|/.test(entry))) {
      const call = COMPILERS.exec(line)[0];
      candidates.push(replace(context, `${call} `, `${call} ${include} `, why));
      break;
    }
    candidates.push({
      cause: finding.message,
      why,
      changes: [
        {
          kind: "environment-variable",
          name: "CPATH",
          value: `${include.slice(2)}:$CPATH`.replace(":$CPATH", ""),
        },
      ],
    });
  }
  const at = finding.at?.file;
  if (found.length === 0 && at !== undefined) {
    // A misspelt name of a header.
    const names = work.filter((path) => /\.(h|hh|hpp|hxx|inc)$/.test(path));
    const base = subject.split("/").at(-1);
    for (const near of nearest(base, [...new Set(names.map((path) => path.split("/").at(-1)))], 2)) {
      candidates.push({
        cause: finding.message,
        why: `the sources have \`${near}\``,
        changes: [
          {
            kind: "source",
            file: at.replace(`${session.workDir}/`, ""),
            edit: (content) => content.replaceAll(base, near),
          },
        ],
      });
    }
  }
  return candidates;
}

/** Libraries that the build itself makes. */
function libraries(context) {
  const { finding, work, text } = context;
  const name = (finding.subject ?? "").replace(/^-l/, "");
  const found = work.find((path) => new RegExp(`(^|/)lib${escaped(name)}\\.(a|so)$`).test(path));
  if (found === undefined) return [];
  const dir = found.split("/").slice(0, -1).join("/");
  const flag = `-L$SRC_DIR${dir && `/${dir}`}`;
  const why = `the build makes \`${found}\``;
  const candidates = text.includes(`-l${name}`)
    ? [replace(context, `-l${name}`, `${flag} -l${name}`, why)]
    : [];
  candidates.push({
    cause: finding.message,
    why,
    changes: [{ kind: "environment-variable", name: "LIBRARY_PATH", value: flag.slice(2) }],
  });
  return candidates;
}

/** Modules of the sources that Python does not look for there. */
function modules(context) {
  const { finding, work } = context;
  const name = (finding.subject ?? "").split(".")[0];
  const found = work.find(
    (path) => path.endsWith(`${name}/__init__.py`) || path.split("/").at(-1) === `${name}.py`,
  );
  if (found === undefined || name === "") return [];
  const depth = found.endsWith("__init__.py") ? 2 : 1;
  const dir = found.split("/").slice(0, -depth).join("/");
  const value = `$SRC_DIR${dir && `/${dir}`}`;
  return [
    {
      cause: finding.message,
      why: `the sources have \`${found}\``,
      changes: [{ kind: "environment-variable", name: "PYTHONPATH", value }],
    },
  ];
}

/** Options that a compiler or configure script does not know. */
function options(context) {
  const { finding, text } = context;
  const option =
    /(?:unrecognized (?:command[- ]line )?option|unknown argument)[:\s]*['"‘]?(-[^\s'"’;]+)/.exec(
      finding.evidence.text,
    )?.[1];
  if (option === undefined || !text.includes(option)) return [];
  const known = [
    "-std=c++11",
    "-std=c++14",
    "-std=c++17",
    "-std=c++20",
    "-std=c99",
    "-std=c11",
    "-std=c17",
    "-fPIC",
    "-Wall",
    "-Wextra",
    "-O2",
    "-O3",
    "-shared",
    "-pthread",
    "-fopenmp",
  ];
  return [
    ...nearest(option, known, 2).map((near) =>
      replace(context, option, near, `\`${option}\` may be misspelt`),
    ),
    replace(context, ` ${option}`, "", "this compiler does not know the option"),
  ];
}

/** Versions of tools that projects ask for and no channel has, and other versions of packages. */
async function versions(context) {
  const { finding, session } = context;
  const { required, found, subject } = finding;
  const candidates = [...python2(context), ...(await otherVersions(finding, session, context))];
  if (required === undefined || found === undefined || subject !== "cmake") return candidates;
  const edit = (content) =>
    content.replace(
      /(cmake_minimum_required\s*\(\s*VERSION\s+)[\d.]+/i,
      `$1${found.split(".").slice(0, 2).join(".")}`,
    );
  candidates.push({
    cause: finding.message,
    why: `the channels have CMake ${found}`,
    changes: [{ kind: "source", file: "CMakeLists.txt", edit }],
  });
  return candidates;
}

/** Makefiles whose commands are indented with spaces, Python that mixes both, scripts with Windows line endings. */
function syntax(context) {
  const { finding, text } = context;
  const candidates = [];
  const message = finding.evidence.text;
  const file = finding.at?.file;
  const line = finding.at?.line;
  if (/missing separator/.test(message) && file) {
    candidates.push({
      cause: finding.message,
      why: "commands in Makefiles begin with a tab",
      changes: [
        {
          kind: "source",
          file,
          edit: (content) =>
            content
              .split("\n")
              .map((entry, index) =>
                index + 1 === line || /^ {2,}\S/.test(entry) ? entry.replace(/^ +/, "\t") : entry,
              )
              .join("\n"),
        },
      ],
    });
  }
  if (file && !/conda_build\.sh$/.test(file)) {
    const fix = (edit, why) =>
      candidates.push({ cause: finding.message, why, changes: [{ kind: "source", file, edit }] });
    fix((content) => content.replaceAll("\r\n", "\n"), "scripts need Unix line endings");
    for (const fresh of finding.fixes.filter(({ kind }) => kind === "script")) {
      fix((content) => content.replace(fresh.find, () => fresh.replace), fresh.why);
    }
  }
  candidates.push(...python2(context));
  // What only bash knows, run by sh.
  const call = /(?:^|\n)\s*(?:- )?(sh) [\w./$-]+\.sh/.exec(text);
  if (call) candidates.push(replace(context, "sh ", "bash ", "the script uses what only bash knows"));
  return candidates;
}

const ABSTRACT =
  "Mapping|MutableMapping|Sequence|MutableSequence|Set|MutableSet|Iterable|Iterator|Callable|Hashable|Sized|Container|Generator";

/** Python sources for versions that no channel has any more. */
function python2({ finding, result }) {
  const message = finding.evidence.text;
  // Errors of syntax have no traceback, only the place above them.
  const above = result[finding.evidence.stream].split("\n").slice(0, finding.evidence.line);
  const file = finding.at?.file ?? /File "([^"]+)", line \d+/.exec(above.reverse().join("\n"))?.[1];
  if (!file?.endsWith(".py")) return [];
  const fix = (edit, why) => ({ cause: finding.message, why, changes: [{ kind: "source", file, edit }] });
  if (/from 'collections'|module 'collections'/.test(message)) {
    const edit = (content) =>
      content
        .replace(
          new RegExp(`from collections import ((?:${ABSTRACT})(?:, *(?:${ABSTRACT}))*)$`, "gm"),
          "from collections.abc import $1",
        )
        .replace(new RegExp(`\\bcollections\\.(${ABSTRACT})\\b`, "g"), "collections.abc.$1")
        .replace(/^import collections$/m, (line) =>
          content.includes("collections.abc") ? line : "import collections.abc",
        );
    return [fix(edit, "Python 3.10 moved these classes to `collections.abc`")];
  }
  if (/^SyntaxError/.test(message)) {
    const edit = (content) =>
      content
        .replace(/^(\s*)print +([^(\s=].*)$/gm, "$1print($2)")
        .replace(/^(\s*except [\w.]+), *(\w+):/gm, "$1 as $2:");
    return [fix(edit, "Python 3 has other syntax")];
  }
  return [];
}

/** Calls of patch in the script. */
function strips(context) {
  const { text } = context;
  const level = /-p(\d)/.exec(text)?.[1];
  if (level === undefined) return [];
  return ["0", "1", "2"]
    .filter((other) => other !== level)
    .map((other) =>
      replace(context, `-p${level}`, `-p${other}`, "the paths of the patch have another number of folders"),
    );
}
