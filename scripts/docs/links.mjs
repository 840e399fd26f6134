// Whether links between pages lead somewhere: the page is there, and so is its anchor.

import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { root } from "../run.mjs";

/** The links that lead nowhere, each with the page that has it. */
export function brokenLinks(pages) {
  const bySource = new Map(pages.map((page) => [page.source, page]));
  const broken = [];
  for (const { source, links } of pages) {
    for (const link of links) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path, anchor] = link.split("#");
      const target = path === "" ? source : posix.join(posix.dirname(source), decodeURI(path));
      const page = bySource.get(target);
      if (page === undefined) {
        // Out of the documentation a link leads to a file of the repository, which the site does not have.
        const what = existsSync(join(root, "docs", target)) ? "is not a page" : "is not there";
        broken.push(`${source}: ${link}: ${target} ${what}`);
      } else if (anchor !== undefined && !anchors(page).has(anchor)) {
        broken.push(`${source}: ${link}: ${target} has no section ${anchor}`);
      }
    }
  }
  return broken;
}

function anchors({ html }) {
  return new Set([...html.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id));
}
