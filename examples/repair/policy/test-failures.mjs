// Tests of the package that fail: what is missing in their environment belongs to the run requirements.

export async function testFailures({ result }) {
  const candidates = [];
  for (const finding of result?.diagnosis ?? []) {
    for (const { spec } of finding.suggestions ?? []) {
      const edits = [{ kind: "addRequirement", section: "run", spec }];
      candidates.push({
        cause: finding.message,
        why: `\`${spec}\` may provide \`${finding.subject}\``,
        changes: [{ kind: "recipe", edits }],
      });
    }
  }
  return candidates;
}
