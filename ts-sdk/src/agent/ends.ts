/** Long texts cut to what is worth reading of them. */

/** A text that is not too long; else its beginning and, more of it, its end. */
export function ends(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = Math.floor(most / 4);
  const tail = most - head;
  // Not half of a pair of surrogates at the cut.
  const whole = (part: string) => part.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, "");
  const left = text.length - most;
  return `${whole(text.slice(0, head))}\n[${left} characters left out]\n${whole(text.slice(-tail))}`;
}
