/** The language server of sidewinder. */

export { type ServerSettings, serve } from "./server.js";
export { startOnStdio } from "./start.js";
