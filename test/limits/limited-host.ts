import { messageOf } from '../../src/errors.js';
import type * as Library from '../../src/index.js';
import type { IsolationLevel } from '../../src/index.js';

/** One thing that a host was asked to do, and how it ended. */
export interface Phase {
  readonly phase: string;
  /** Undefined when it was done. */
  readonly error?: { readonly code: string; readonly message: string; readonly cause: string };
}

/** As it is published: in a few files. */
const LIBRARY = new URL('../../lib/index.js', import.meta.url).href;

// Loads a module, calls it, replaces it, calls it again and closes the host, and reports how each ended: a line of JSON each.
const [, , level, folder] = process.argv as unknown as [string, string, IsolationLevel, string];

function report(phase: Phase): void {
  process.stdout.write(`${JSON.stringify(phase)}\n`);
}

async function attempt<T>(phase: string, run: () => T | Promise<T>): Promise<T | undefined> {
  try {
    const result = await run();
    report({ phase });
    return result;
  } catch (error) {
    const code =
      typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no code';
    const cause = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : '';
    report({ phase, error: { code, message: messageOf(error), cause } });
    return undefined;
  }
}

report({ phase: 'start' });
const phlow = await attempt('import', () => import(LIBRARY) as Promise<typeof Library>);
const host =
  phlow && (await attempt('host', () => phlow.createHost({ log: () => undefined, logLevel: 'error' })));
if (host !== undefined) {
  const load = { isolation: level, limits: { callMs: 10_000 } } as const;
  const module = await attempt('load', () => host.load(folder, load));
  if (module !== undefined) {
    await attempt('call', () => module.call({ text: 'abab' }));
    await attempt('replace', () => host.replace(module.name));
    await attempt('call again', () => module.call({ text: 'abab' }));
  }
  await attempt('close', () => host.close());
}
report({ phase: 'end' });
