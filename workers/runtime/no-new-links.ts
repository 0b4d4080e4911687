import fs from 'node:fs';
import { PhlowError } from '../../src/errors.js';
import { wrapFunction } from './wrap-function.js';

type Filter = (from: string, to: string) => unknown;

/**
 * A guarded module makes no links: the folders that it may write were searched for them when it was started, and a link that came up since could be
 * moved to lead anywhere. Node itself refuses most ways to a symbolic link, but not `fs.cpSync`, which copies whole folders in native code.
 */
export function forbidNewLinks(): void {
  for (const name of ['link', 'symlink'] as const)
    for (const [holder, spelling] of [
      [fs, name],
      [fs, `${name}Sync`],
      [fs.promises, name],
    ] as const)
      wrapFunction(holder, spelling, (_run, args) => {
        const error = refusal(spelling);
        const done = args.at(-1);
        if (holder === fs.promises) return Promise.reject(error);
        if (spelling !== name || typeof done !== 'function') throw error;
        process.nextTick(done, error);
        return undefined;
      });
  // With a filter Node copies one by one, each held to what was granted. One of ours does not let a filter at the options.
  wrapFunction(fs, 'cpSync', (run, [from, to, options]) => {
    const given: unknown = (options as { readonly filter?: unknown } | undefined)?.filter;
    const filter: Filter = (source, target) =>
      typeof given === 'function' ? (given as Filter)(source, target) : true;
    return run([from, to, { ...(options as object | undefined), filter }]);
  });
}

function refusal(name: string): PhlowError {
  const message = `Cannot make a link by fs.${name} at level guarded: what a link opens is not held to the permissions; copy the file, or load the module as isolated`;
  return new PhlowError('PHLOW_PERMISSION_DENIED', message);
}
