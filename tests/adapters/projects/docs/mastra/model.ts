/** Plays the model of the page. */

import type { MastraModelConfig } from "@mastra/core/llm";
import { mockModel } from "../../ai-model.js";
import { conversation } from "../outcome.js";

export const model = mockModel(conversation) as unknown as MastraModelConfig;
