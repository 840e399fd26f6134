// The site: every page rendered, links checked, the index for searching, and all written to a folder.

import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { root, StepFailed } from "../run.mjs";
import { apiPages } from "./api.mjs";
import { brokenLinks } from "./links.mjs";
import { render } from "./markdown.mjs";
import { MENU, readPages } from "./pages.mjs";
import { frame } from "./template.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));

/** Builds the site in a folder, which is made anew; gives its pages. */
export async function buildSite(out) {
  const pages = [...taskPages(), ...(await reference())];
  const broken = brokenLinks(pages);
  if (broken.length > 0) throw new StepFailed(`links that lead nowhere:\n${broken.join("\n")}`);
  rmSync(out, { recursive: true, force: true });
  for (const page of pages) {
    const file = join(out, page.file);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, frame(page, pages));
  }
  for (const name of ["site.css", "site.js"]) copyFileSync(join(HERE, name), join(out, name));
  writeFileSync(
    join(out, "search-index.js"),
    `window.searchIndex = ${JSON.stringify(searchIndex(pages))};\n`,
  );
  return pages;
}

function taskPages() {
  const order = MENU.map(([path]) => path);
  const place = ({ path }) => (order.includes(path) ? order.indexOf(path) : order.length);
  return readPages(join(root, "docs"))
    .sort((a, b) => place(a) - place(b))
    .map(({ path, text }) => page(path, text, "tasks", new Map(MENU).get(path)));
}

async function reference() {
  return (await apiPages()).map(({ path, text }) =>
    page(
      `api/${path.replace(/\bREADME\.md$/, "index.md")}`,
      text.replaceAll(/\bREADME\.md/g, "index.md"),
      "api",
    ),
  );
}

function page(source, text, group, name) {
  const { html, headings, links } = render(text);
  const title = headings.find(({ level }) => level === 1)?.title ?? source;
  return {
    source,
    file: source.replace(/\.md$/, ".html"),
    group,
    title,
    name: name ?? title,
    html,
    headings,
    links,
  };
}

/** A line for each section: title, page, anchor, words. */
function searchIndex(pages) {
  return pages.flatMap(({ file, title, html, headings }) => {
    const parts = html.split(/<h[1-6] id="/).slice(1);
    return headings.map((heading, at) => ({
      title: heading.level === 1 ? title : `${title} › ${heading.title}`,
      href: posix.join(file) + (heading.level === 1 ? "" : `#${heading.id}`),
      text: words(parts[at] ?? ""),
    }));
  });
}

function words(html) {
  return html
    .slice(html.indexOf(">") + 1)
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 600);
}
