// What a page does: the menu on small screens, light and dark, search. Everything works from a file, without a network.

const root = document.documentElement;
const base = root.dataset.root;

const stored = read("theme");
if (stored) root.dataset.theme = stored;
document.getElementById("theme").addEventListener("click", () => {
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // Not allowed to keep it: the choice holds for this page.
  }
});

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

const button = document.getElementById("menu-button");
button.addEventListener("click", () => {
  const open = document.body.classList.toggle("menu-open");
  button.setAttribute("aria-expanded", String(open));
});
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest" });

const input = document.getElementById("search");
const results = document.getElementById("results");
input.addEventListener("input", () => {
  const terms = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = terms.length === 0 ? [] : find(terms);
  results.replaceChildren(...found.map(item));
  if (terms.length > 0 && found.length === 0) results.append("Nothing found");
  results.hidden = terms.length === 0;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !["INPUT", "TEXTAREA"].includes(document.activeElement?.tagName)) {
    event.preventDefault();
    input.focus();
  }
  if (event.key === "Escape") results.hidden = true;
  if (event.key === "Enter" && document.activeElement === input) results.querySelector("a")?.click();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".search")) results.hidden = true;
});

/** The sections that have all of the terms, those first that have them in their titles. */
function find(terms) {
  return window.searchIndex
    .map((entry) => ({ entry, score: score(entry, terms) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, 12)
    .map(({ entry }) => entry);
}

function score({ title, text }, terms) {
  const [head, body] = [title.toLowerCase(), text.toLowerCase()];
  let sum = 0;
  for (const term of terms) {
    const points =
      (head.includes(term) ? 10 - Math.min(head.length / 20, 5) : 0) + (body.includes(term) ? 1 : 0);
    if (points === 0) return 0;
    sum += points;
  }
  return sum;
}

function item({ title, href, text }) {
  const link = Object.assign(document.createElement("a"), { href: base + href });
  const name = Object.assign(document.createElement("b"), { textContent: title });
  link.append(name, Object.assign(document.createElement("span"), { textContent: text.slice(0, 90) }));
  const line = document.createElement("li");
  line.append(link);
  return line;
}
