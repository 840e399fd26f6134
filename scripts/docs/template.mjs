// What stands around a page: head, menu, search, sections, neighbours.

import { posix } from "node:path";

/** The whole HTML of a page. */
export function frame(page, pages) {
  const up = posix.relative(posix.dirname(page.file), ".") || ".";
  const to = (file) => `${up}/${file}`;
  return `<!doctype html>
<html lang="en" data-root="${up}/">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text(page.title)}${page.file === "index.html" ? "" : " · sidewinder"}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${to("site.css")}">
<script src="${to("site.js")}" defer></script>
<script src="${to("search-index.js")}" defer></script>
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header>
<button id="menu-button" aria-expanded="false" aria-controls="menu">Menu</button>
<a class="brand" href="${to("index.html")}">sidewinder</a>
<div class="search"><input id="search" type="search" placeholder="Search ( / )" aria-label="Search" autocomplete="off">
<ul id="results" hidden></ul></div>
<button id="theme" aria-label="Light or dark">◐</button>
</header>
<div class="columns">
<nav id="menu" aria-label="Pages">
${menu(page, pages, to)}
</nav>
<main id="content">
${page.html}
${neighbours(page, pages, to)}
</main>
${sections(page)}
</div>
</body>
</html>
`;
}

function menu(page, pages, to) {
  const link = (other, name = other.name) =>
    `<li><a href="${to(other.file)}"${other === page ? ' aria-current="page"' : ""}>${text(name)}</a></li>`;
  const tasks = pages.filter(({ group }) => group === "tasks");
  const modules = new Map();
  for (const other of pages.filter(({ group }) => group === "api")) {
    const module = moduleOf(other.file);
    modules.set(module, [...(modules.get(module) ?? []), other]);
  }
  const reference = [...modules].map(([module, members]) => {
    if (module === "") return `<ul>${members.map((other) => link(other, "Overview")).join("")}</ul>`;
    const open = page.group === "api" && moduleOf(page.file) === module ? " open" : "";
    return `<details${open}><summary>${text(module)}</summary>
<ul>${members.map((other) => link(other, shortName(other))).join("\n")}</ul></details>`;
  });
  return `<h2>Guide</h2>\n<ul>${tasks.map((other) => link(other)).join("\n")}</ul>
<h2>API reference</h2>\n${reference.join("\n")}`;
}

/** The entry point that a page of the reference belongs to; none for the first page. */
function moduleOf(file) {
  const rest = file.replace(/^api\//, "");
  if (rest === "index.html") return "";
  return (
    ["sidewinder/recipe", "sidewinder/agent"].find((name) => rest.startsWith(`${name}/`)) ?? "sidewinder"
  );
}

function shortName({ title, file }) {
  if (file.endsWith("/index.html")) return "Overview";
  return title
    .replace(/^(Abstract )?(Class|Interface|Type Alias|Function|Variable):\s*/, "")
    .replace(/<.*$/, "");
}

function sections({ headings }) {
  const shown = headings.filter(({ level }) => level === 2 || level === 3);
  if (shown.length < 2) return "";
  const items = shown.map(
    ({ level, id, title }) => `<li class="level-${level}"><a href="#${id}">${text(title)}</a></li>`,
  );
  return `<aside aria-label="On this page"><h2>On this page</h2><ul>${items.join("\n")}</ul></aside>`;
}

function neighbours(page, pages, to) {
  if (page.group !== "tasks") return "";
  const tasks = pages.filter(({ group }) => group === "tasks");
  const at = tasks.indexOf(page);
  const link = (other, mark) =>
    other ? `<a href="${to(other.file)}">${mark(text(other.name))}</a>` : "<span></span>";
  return `<footer>${link(tasks[at - 1], (name) => `← ${name}`)}${link(tasks[at + 1], (name) => `${name} →`)}</footer>`;
}

function text(value) {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
