import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  // Works from any folder of any server.
  base: "./",
  plugins: [offline()],
  worker: { format: "es" },
  build: {
    outDir: here("dist"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    rollupOptions: { input: [here("index.html"), here("diagnose.html")] },
  },
  server: { host: "127.0.0.1", open: false },
});

/** Writes the service worker: the page's own, with the list of what was built in it. */
function offline(): Plugin {
  return {
    name: "sidewinder:offline",
    apply: "build",
    generateBundle(_options, bundle) {
      const files = ["./", "icon.svg", ...Object.keys(bundle)].filter((file) => file !== "index.html").sort();
      const version = createHash("sha256");
      for (const item of Object.values(bundle)) {
        version.update(item.fileName).update(item.type === "chunk" ? item.code : item.source);
      }
      const source = readFileSync(here("src/offline/service-worker.js"), "utf8")
        .replace('"__VERSION__"', JSON.stringify(version.digest("hex").slice(0, 16)))
        .replace('"__FILES__"', JSON.stringify(files));
      this.emitFile({ type: "asset", fileName: "service-worker.js", source });
    },
  };
}
