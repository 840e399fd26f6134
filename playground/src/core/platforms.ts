/** Platforms that a recipe can be rendered for. */
export const PLATFORMS = [
  "linux-64",
  "linux-aarch64",
  "linux-ppc64le",
  "osx-64",
  "osx-arm64",
  "win-64",
  "win-arm64",
  "emscripten-wasm32",
];
