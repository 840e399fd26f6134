/** Plays the provider of the page. */

import { setDefaultModelProvider } from "@openai/agents";
import { scriptedModel } from "../../openai-model.js";
import { conversation } from "../outcome.js";

setDefaultModelProvider({ getModel: () => scriptedModel(conversation) });
