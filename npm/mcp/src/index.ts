/** The Model Context Protocol server of sidewinder. */

export { type ServeOptions, serve } from "./serve.js";
export { createServer } from "./server.js";
