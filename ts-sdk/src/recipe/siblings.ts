/** Which variants were rendered together: outputs of one recipe that may need each other. */

import type { RenderedVariant } from "../generated/types.js";

const rendered = new WeakMap<RenderedVariant, readonly RenderedVariant[]>();

/** Keeps the result of one rendering, in build order. */
export function rememberSiblings(variants: RenderedVariant[]): RenderedVariant[] {
  const all = [...variants];
  for (const variant of variants) rendered.set(variant, all);
  return variants;
}

/** All variants of the rendering that a variant comes from, in build order; undefined for a copy. */
export function siblingsOf(variant: RenderedVariant): readonly RenderedVariant[] | undefined {
  return rendered.get(variant);
}
