/** Plays the model of the page. */

import { scriptedModel } from "../../langchain-model.js";
import { conversation } from "../outcome.js";

export const model = scriptedModel(conversation);
