/** Light and dark: what the system says, until someone switches; that is kept. */

import { part } from "./element.js";

const KEY = "sidewinder-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Applies the theme, and lets it be switched. */
export function startTheme(): void {
  const kept = read();
  if (kept !== undefined) document.documentElement.dataset.theme = kept;
  part("theme", HTMLButtonElement).addEventListener("click", () => {
    const now = document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
    const next = now === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Storage may be forbidden: the switch then lasts as long as the page.
    }
  });
}

function read(): string | undefined {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "dark" || kept === "light" ? kept : undefined;
  } catch {
    return undefined;
  }
}
