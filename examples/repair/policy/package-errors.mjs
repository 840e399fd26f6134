// A script that succeeds and does not install what it should, and packages that are refused.

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { diagnose } from "sidewinder";
import { nearest } from "../channel.mjs";
import { filesBelow } from "../folder.mjs";
import { scriptText } from "../script-text.mjs";
import { makeVariables } from "./make-variables.mjs";

export async function packageErrors(outcome, folder) {
  if (outcome.missing !== undefined) return nothingInstalled(outcome, folder);
  if (outcome.error === undefined) return [];
  if (outcome.error.code === "PACKAGE_CONTENTS_TEST") return contents(outcome);
  if (outcome.error?.code === "PACKAGE_LICENSE_MISSING") return license(outcome, folder);
  const { message } = outcome.error;
  const [, name] = /`([^`]+)`/.exec(message) ?? [];
  const files = await filesBelow(outcome.session.workDir);
  return name === undefined
    ? []
    : nearest(name, files).map((file) => text(message, `the sources have \`${file}\``, name, file));
}

function text(cause, why, find, replace) {
  return { cause, why, changes: [{ kind: "text", file: "recipe.yaml", find, replace }] };
}

/** Files of the package whose names are near to one that the recipe's tests expect. */
async function contents({ error, session }) {
  const files = await filesBelow(session.hostPrefix);
  const stem = (name) => name.replace(/^lib(?=.)/, "").replace(/\.(so|a|dylib)[\d.]*$/, "");
  const candidates = [];
  for (const [, wanted] of error.message.matchAll(/no file matches `([^`]+)`/g)) {
    const names = new Map(files.map((file) => [stem(file.split("/").at(-1)), file]));
    const section = /^(lib|bin|include|site_packages):/m.exec(error.message)?.[1];
    const known = [...names].filter(([, file]) => section === undefined || file.startsWith(`${section}/`));
    for (const near of nearest(
      stem(wanted.split("/").at(-1)),
      known.map(([name]) => name),
    )) {
      candidates.push({
        cause: error.message,
        why: `the package has \`${names.get(near)}\``,
        changes: [
          {
            kind: "text",
            file: "recipe.yaml",
            find: `- ${wanted}`,
            replace: `- ${wanted.replace(stem(wanted.split("/").at(-1)), near)}`,
          },
        ],
      });
    }
  }
  return candidates;
}

async function license({ error, session }, folder) {
  const wanted = /`([^`]+)`/.exec(error.message)?.[1] ?? "";
  const files = [...(await filesBelow(session.workDir)), ...(await folder.files())];
  const name = wanted.split("/").at(-1);
  const ranked = [
    ...files.filter((file) => file.split("/").at(-1) === name),
    ...files.filter((file) =>
      /(^|\/)(un)?licen[cs]e[^/]*$|(^|\/)(copying|copyright|notice)[^/]*$/i.test(file),
    ),
    ...nearest(wanted, files),
  ].filter((file) => !file.includes("dist-info") && !file.startsWith("src/") === !files.includes(wanted));
  const all = ranked.length > 0 ? ranked : files.filter((file) => /licen[cs]e|copying/i.test(file));
  return [...new Set(all)]
    .slice(0, 4)
    .map((file) => text(error.message, `the sources have \`${file}\``, wanted, file));
}

async function nothingInstalled({ missing, session, result, script: ran }, folder) {
  const script = await scriptText(folder);
  const cause = `the build does not install \`${missing}\``;
  const change = (find, replace, why) => ({ cause, why, changes: [{ kind: "script", find, replace }] });
  // The script succeeded; what it printed may still say what it did not do.
  const { stdout, stderr } = result;
  const candidates = diagnose({ stdout, stderr, exitCode: 1, script: ran }).flatMap(({ fixes }) =>
    fixes.map((fix) => ({ cause, why: fix.why, changes: [fix] })),
  );
  const dir = missing.split("/").slice(0, -1).join("/");
  const base = missing.split("/").at(-1);
  const at = dir && (await stat(join(session.hostPrefix, dir)).catch(() => undefined));
  if (at && !at.isDirectory()) {
    candidates.push({
      cause,
      why: `\`${dir}\` must be a folder before files are copied into it`,
      changes: [{ kind: "command", command: `mkdir -p $PREFIX/${dir}` }],
    });
  }
  const add = (pattern, flag, why) => {
    const match = pattern.exec(script);
    if (match && !script.includes(flag.split("=")[0]))
      candidates.push(change(match[0], `${match[0]} ${flag}`, why));
  };
  const why = "the default prefix is not the one of the package";
  const cmake = /\bcmake (?!--)(?:-[SBGD] ?)?\S+/.exec(script)?.[0];
  if (cmake && !script.includes("-DCMAKE_INSTALL_PREFIX"))
    candidates.push(change(cmake, `${cmake} -DCMAKE_INSTALL_PREFIX=$PREFIX`, why));
  if (cmake && missing.startsWith("lib/"))
    candidates.push(change(cmake, `${cmake} -DCMAKE_INSTALL_LIBDIR=lib`, "the default may be `lib64`"));
  add(/(?:\.\.?\/)+configure\b/, "--prefix=$PREFIX", why);
  add(/\bmeson setup\b/, "--prefix=$PREFIX", why);
  const wrong = /(--prefix|CMAKE_INSTALL_PREFIX|PREFIX|prefix)=(?!["']?\$\{?PREFIX)(\S+)/.exec(script);
  if (wrong) candidates.push(change(wrong[0], `${wrong[1]}=$PREFIX`, why));
  const cmakeInstall = /\bcmake --install \S+/.exec(script);
  if (cmakeInstall && !/--prefix/.test(script))
    candidates.push(change(cmakeInstall[0], `${cmakeInstall[0]} --prefix $PREFIX`, why));
  for (const { find, replace } of await makeVariables(script, await filesBelow(session.workDir), session))
    candidates.push(change(find, replace, why));
  const make = /\bmake\b[^\n;&|]*\binstall\b[^\n;&|'"]*/.exec(script)?.[0].trimEnd();
  if (make !== undefined) {
    for (const flags of [
      "PREFIX=$PREFIX",
      "prefix=$PREFIX",
      "DESTDIR= PREFIX=$PREFIX",
      "DESTDIR=$PREFIX PREFIX=",
      "DESTDIR=$PREFIX",
    ]) {
      candidates.push(change(make, `${make.replace(/\s(DESTDIR|PREFIX|prefix)=\S*/g, "")} ${flags}`, why));
    }
  }
  if (/(^|[\s;])pip3? install/.test(script) && !/-m pip/.test(script))
    candidates.push(change("pip install", "$PYTHON -m pip install", "the pip of the host environment"));
  if (/(^|[\s;])python3? -m pip/.test(script))
    candidates.push(
      change(/python3? -m pip/.exec(script)[0], "$PYTHON -m pip", "the Python of the host environment"),
    );
  if (/(^|[\s;])python3? setup\.py/.test(script))
    candidates.push(
      change(/python3? setup\.py/.exec(script)[0], "$PYTHON setup.py", "the Python of the host environment"),
    );
  if (/\$\{?BUILD_PREFIX/.test(script)) {
    candidates.push(change("$BUILD_PREFIX", "$PREFIX", "packages are made of the host prefix"));
    candidates.push(change("${BUILD_PREFIX}", "${PREFIX}", "packages are made of the host prefix"));
  }
  if (/\/usr\/local/.test(script)) candidates.push(change("/usr/local", "$PREFIX", why));
  candidates.push(...(await elsewhere(missing, base, session, script, change)));
  candidates.push(...(await otherScript(folder, script, cause)));
  return candidates.map((candidate) => ({ ...candidate, cause }));
}

/** The file is in the prefix, in another folder or under another name. */
async function elsewhere(missing, base, session, script, change) {
  const files = await filesBelow(session.hostPrefix);
  const found = [
    ...files.filter((file) => file.split("/").at(-1) === base && file !== missing),
    ...nearest(missing, files, 2),
  ];
  const candidates = [];
  for (const file of found.slice(0, 3)) {
    for (const name of ["$PREFIX", "${PREFIX}"]) {
      const [from, to] = different(file, missing);
      if (script.includes(`${name}/${file}`))
        candidates.push(change(`${name}/${file}`, `${name}/${missing}`, "this is where it belongs"));
      if (from && script.includes(`${name}/${from}`))
        candidates.push(change(`${name}/${from}`, `${name}/${to}`, "this is where it belongs"));
    }
  }
  return candidates;
}

/** The folders of two paths without the end that both share. */
function different(from, to) {
  const [left, right] = [from.split("/"), to.split("/")];
  while (left.length > 1 && right.length > 1 && left.at(-1) === right.at(-1)) {
    left.pop();
    right.pop();
  }
  return [left.join("/"), right.join("/")];
}

/** A script that nobody runs: it has another name than `build.sh`. */
async function otherScript(folder, script, cause) {
  if (script.trim() !== "") return [];
  const scripts = (await folder.files()).filter(
    (file) => !file.includes("/") && /\.(sh|bash)$/.test(file) && file !== "build.sh",
  );
  return Promise.all(
    scripts.map(async (file) => ({
      cause,
      why: `a script is looked for as \`build.sh\``,
      changes: [{ kind: "write", file: "build.sh", text: await readFile(folder.path(file), "utf8") }],
    })),
  );
}
