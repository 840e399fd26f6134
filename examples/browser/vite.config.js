import { defineConfig } from "vite";

export default defineConfig({
  // Works from any folder of any server.
  base: "./",
  // `main.js` waits for the core at its top level.
  build: { target: "es2022" },
});
