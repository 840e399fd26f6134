/** Plays the provider of the page. */

import { scriptedClient } from "../../anthropic-model.js";
import { conversation } from "../outcome.js";

const { client, server } = await scriptedClient(conversation);
process.env.ANTHROPIC_BASE_URL = client.baseURL;
process.env.ANTHROPIC_API_KEY = "none";
server.unref();
