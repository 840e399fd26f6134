// Markdown to HTML: headings with anchors, highlighted code, links between pages.

import highlight from "highlight.js/lib/common";
import MarkdownIt from "markdown-it";

/** The HTML of a page, its headings, and where its links lead. */
export function render(text) {
  const headings = [];
  const links = [];
  const slugs = new Map();
  const markdown = new MarkdownIt({ html: true, highlight: colored });
  const { heading_open, link_open, fence } = markdown.renderer.rules;
  const plain = (tokens, index, options, _env, self) => self.renderToken(tokens, index, options);

  markdown.renderer.rules.heading_open = (tokens, index, options, env, self) => {
    const title = tokens[index + 1].children
      .filter(({ type }) => ["text", "code_inline"].includes(type))
      .map(({ content }) => content)
      .join("");
    const id = unique(slug(title), slugs);
    headings.push({ level: Number(tokens[index].tag.slice(1)), title, id });
    tokens[index].attrSet("id", id);
    const open = (heading_open ?? plain)(tokens, index, options, env, self);
    return tokens[index].tag === "h1"
      ? open
      : `${open}<a class="anchor" href="#${id}" aria-label="Link to this section">#</a>`;
  };
  markdown.renderer.rules.link_open = (tokens, index, options, env, self) => {
    const href = tokens[index].attrGet("href") ?? "";
    links.push(href);
    tokens[index].attrSet("href", toPage(href));
    return (link_open ?? plain)(tokens, index, options, env, self);
  };
  // A block such as ```yaml recipe.yaml is a file: its name is shown above it.
  markdown.renderer.rules.fence = (tokens, index, options, env, self) => {
    const [, name] = tokens[index].info.trim().split(/\s+/);
    const block = fence(tokens, index, options, env, self);
    const title = name === undefined || name === "alone" ? "" : `<figcaption>${name}</figcaption>`;
    return `<figure>${title}${block}</figure>\n`;
  };
  markdown.renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>\n';
  markdown.renderer.rules.table_close = () => "</table></div>\n";
  return { html: markdown.render(text), headings, links };
}

/** A link to another page's source, made into one to the page. */
function toPage(href) {
  if (/^[a-z]+:/.test(href)) return href;
  return href.replace(/\.md(?=#|$)/, ".html");
}

function colored(code, language) {
  const known = { ts: "typescript", js: "javascript", sh: "bash", console: "bash" }[language] ?? language;
  return highlight.getLanguage(known) === undefined
    ? ""
    : highlight.highlight(code, { language: known }).value;
}

/** The anchor of a heading, as on GitHub. */
export function slug(title) {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
}

function unique(name, taken) {
  const times = taken.get(name) ?? 0;
  taken.set(name, times + 1);
  return times === 0 ? name : `${name}-${times}`;
}
