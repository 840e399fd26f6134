/** Plays the provider of the page. */

import { mockModel } from "../../ai-model.js";
import { conversation } from "../outcome.js";

Object.assign(globalThis, {
  AI_SDK_DEFAULT_PROVIDER: { specificationVersion: "v4", languageModel: () => mockModel(conversation) },
});
