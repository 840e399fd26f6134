import { existsSync, readdirSync, readFileSync } from "node:fs";
import { defineConfig } from "vitepress";

const page = (text, link) => ({ text, link });

/** Written by `scripts/docs.mjs` from the SDK's doc comments. */
const reference = new URL("../api/typedoc-sidebar.json", import.meta.url);

const guide = [
  page("Overview", "/index"),
  page("A first session", "/first-session"),
  page("Follow a changing recipe", "/sessions"),
  page("Diagnostics", "/diagnostics"),
  page("Lint recipes", "/lint"),
  page("Editors", "/editors"),
  page("Variants", "/variants"),
  page("Channels and credentials", "/channels"),
  page("Streaming and stopping", "/streaming"),
  page("Running scripts", "/running"),
  page("Add packages to a session", "/packages"),
  page("Patches", "/patches"),
  page("Command line", "/command-line"),
  page("Browsers", "/browser"),
  page("Agents", "/agents"),
  page("Model Context Protocol", "/mcp"),
  page("AI SDK", "/agents/ai-sdk"),
  page("OpenAI", "/agents/openai"),
  page("LangChain", "/agents/langchain"),
  page("Mastra", "/agents/mastra"),
  page("Anthropic", "/agents/anthropic"),
  page("Claude Agent SDK", "/agents/claude-agent-sdk"),
  page("Build packages", "/packaging"),
  page("Test packages", "/testing"),
  page("Build whole recipes", "/building"),
  page("Fleets", "/fleet"),
  page("Check your machine", "/doctor"),
  page("Logs, traces and metrics", "/observability"),
  page("Bundle a server", "/bundlers"),
  page("Versions and match specs", "/versions"),
  page("Update a recipe", "/bump"),
  page("Convert from conda-build", "/convert"),
];
const lookup = [
  page("Error codes", "/error-codes"),
  page("Diagnostics of recipes", "/errors"),
  page("Lint rules", "/lint-rules"),
  page("Tested faults", "/faults"),
  page("Differences from rattler-build", "/differences"),
  page("Migrate from Python", "/python"),
];

/** Pages that are not in the menu yet, under their headings. */
function otherPages() {
  const folder = new URL("..", import.meta.url);
  const listed = new Set([...guide, ...lookup].map(({ link }) => `${link.slice(1)}.md`));
  return readdirSync(folder)
    .filter((name) => name.endsWith(".md") && !listed.has(name))
    .map((name) => {
      const heading = /^# (.*)$/m.exec(readFileSync(new URL(name, folder), "utf8"))?.[1];
      return page(heading ?? name, `/${name.replace(/\.md$/, "")}`);
    });
}

export default defineConfig({
  markdown: {
    config(md) {
      // Templates of recipes look like those of Vue: `${{ name }}` is text here.
      const render = md.renderer.rules.code_inline;
      md.renderer.rules.code_inline = (...args) => render(...args).replace(/^<code/, "<code v-pre");
    },
  },
  title: "sidewinder",
  description: "Parse and render conda recipes, and debug their builds, from TypeScript",
  base: process.env.SIDEWINDER_DOCS_BASE ?? "/",
  outDir: process.env.SIDEWINDER_DOCS_OUT ?? "dist",
  cacheDir: "../.sidewinder/vitepress",
  // No icon: browsers would request /favicon.ico.
  head: [["link", { rel: "icon", href: "data:," }]],
  cleanUrls: false,
  ignoreDeadLinks: false,
  lastUpdated: false,
  themeConfig: {
    search: { provider: "local" },
    outline: { level: [2, 3] },
    nav: [page("Guide", "/first-session"), page("Command line", "/command-line"), page("API", "/api/index")],
    sidebar: [
      { text: "Guide", items: [...guide, ...otherPages()] },
      { text: "Reference", items: lookup },
      {
        text: "API",
        collapsed: true,
        items: existsSync(reference) ? JSON.parse(readFileSync(reference, "utf8")) : [],
      },
    ],
  },
});
