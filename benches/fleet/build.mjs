// The module of benches/fleet.mjs.
export default async (session) => (await session.runScript()).success;
