// Runs next to each session, on whichever host has it: builds, and adds the package that a finding suggests.

export default async (session, { input, artifact, log, signal }) => {
  const added = [];
  for (let attempt = 1; ; attempt += 1) {
    const result = await session.runScript({ signal });
    if (result.success) return { repaired: added.length > 0, added };
    await artifact(`build-${attempt}.log`, { file: result.logPath });
    const suggestion = result.diagnosis.flatMap(({ suggestions }) => suggestions).at(0);
    if (suggestion === undefined || attempt > input.maxAttempts) {
      throw new Error(result.diagnosis[0]?.message ?? `the script exited with status ${result.exitCode}`);
    }
    log(`adding ${suggestion.spec} to ${suggestion.environment}`);
    await session.addPackages([suggestion.spec], { environment: suggestion.environment, signal });
    added.push(suggestion.spec);
  }
};
