/** Tries the plain ways to a secret, and tells what it got. */
export default async ({ input }, context) => {
  const got = {};
  const attempt = async (name, way) => {
    try {
      got[name] = String((await way()) ?? 'nothing');
    } catch {
      got[name] = 'nothing';
    }
  };
  await attempt('environment', () => globalThis.process.env[input.variable]);
  await attempt('file', async () => (await import(input.builtin)).readFileSync(input.path, 'utf8'));
  await attempt('file through the host', () => context.fs.readText(input.path));
  await attempt('network', () => context.net.fetch('http://127.0.0.1:9/').then(() => 'an answer'));
  await attempt('process', () => Function('return process')().pid);
  return got;
};
