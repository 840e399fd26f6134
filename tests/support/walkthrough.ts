/** What the demo prints, fit to be compared. */

/** The output with what differs from run to run written `<...>`. */
export function filtered(output: string): string {
  return output
    .replace(
      /\/\S*?\/bld\/rattler-build_([\w-]+)\/host_env(?:_placehold)*_?[a-z]*/g,
      "<build folder>/host_env…",
    )
    .replace(/\/\S*?\/output\/bld\/rattler-build_/g, "<output folder>/bld/rattler-build_")
    .replace(/cc_\w+-\w+/g, "cc_<platform>");
}
