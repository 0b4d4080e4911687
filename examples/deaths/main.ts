// Each way in which a module can die, and what the host says of it. Run it with: npm run -s build && node dist/examples/deaths/main.js
import { fileURLToPath } from 'node:url';
import { createHost, isPhlowError, type LoadOptions } from '../../src/index.js';

const FOLDERS = fileURLToPath(new URL('../../../examples/', import.meta.url));
const RATES = `${FOLDERS}deaths/rates`;
const NEVER = {
  restart: 'never',
  maxHeapMb: 32,
  hangReport: { locals: true },
} as const satisfies LoadOptions;

/** Prints without the folders that this file happens to lie in. */
const say = (text: string): void =>
  console.log(text.replaceAll('file://', '').replaceAll(FOLDERS, 'examples/'));

/** As the command line does: what happened, and where as far as that is known. */
function tell(error: unknown): void {
  if (!isPhlowError(error)) throw error;
  const { code, message, place } = error;
  say(
    `${code}: ${message}${place === undefined ? '' : `\n  at ${place.file}:${place.line}\n${place.frame}`}`,
  );
}

await using host = await createHost({
  logLevel: 'info',
  log: ({ level, message }) => {
    if (message.startsWith('Module ') || level === 'warn') say(message);
  },
});

async function die(way: string, to: string): Promise<void> {
  say(`\n# ${way}`);
  await using rates = await host.load(RATES, NEVER);
  await rates.call({ to: 'USD' });
  await Promise.allSettled([rates.call({ to: 'unknown' }), rates.call({ to })]);
}

await die('an error that nobody caught', 'uncaught');
await die('a promise whose rejection nobody handled', 'rejection');
await die('process.exit', 'exit');
await die('out of memory', 'memory');

say('\n# a loop without end');
{
  await using rates = await host.load(RATES, NEVER);
  await rates.call({ to: 'loop' }, { timeoutMs: 500 }).catch(tell);
}

say('\n# again and again');
await using loop = await host.load(RATES, { restart: { maxRestarts: 1, jitter: 0 } });
await loop.call({ to: 'exit' }).catch(() => undefined);
await loop.call({ to: 'exit' }).catch(() => undefined);
await loop.call({ to: 'USD' }).catch(tell);

say('\n# while it is loaded');
await host.load(RATES, { name: 'prices', with: { url: 'nowhere' } }).catch(tell);
