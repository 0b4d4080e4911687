import { PhlowError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { isMap } from '../values.js';
import { visibleLine } from '../visible-text.js';
import type { ApplicationFunctions } from './function-types.js';
import type { HostOptions } from './host-options.js';
import { Host } from './host.js';
import type { LogOutlet } from './log/log-outlet.js';
import { readHostOptions } from './option-rules.js';

/**
 * Opens a host. Close it with `host.close()` or `await using`. Rejects with PHLOW_OPTION_INVALID, and for its functions as `host.provide` does.
 */
export async function createHost(options?: HostOptions): Promise<Host> {
  return openHost(readHostOptions(options));
}

/** The same with options that were read, for those who have an outlet for its lines. */
export async function openHost(options: HostOptions, outlet?: LogOutlet): Promise<Host> {
  const host = new Host(options, outlet);
  try {
    await provideAll(host, options.functions ?? {});
    return host;
  } catch (error) {
    await host.close();
    throw error;
  }
}

async function provideAll(host: Host, functions: ApplicationFunctions): Promise<void> {
  for (const [name, given] of Object.entries(functions)) {
    if (typeof given === 'function') await host.provide(name, given);
    else {
      if (!isMap(given) || !('handler' in given)) throw noHandler(name, given);
      const { handler, ...options } = given;
      await host.provide(name, handler, options);
    }
  }
}

function noHandler(name: string, given: unknown): PhlowError {
  const keys = isMap(given) ? Object.keys(given) : [];
  const found =
    keys.length === 0 ? visibleLine(String(given), 40) : keys.map((key) => visibleLine(key, 40)).join(', ');
  const hint = keys.map((key) => didYouMean(key, ['handler'])).join('');
  const message = `Cannot provide function "${visibleLine(name)}": it must be a function, or an object with a function as handler; found ${found}.${hint}`;
  return new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module: name } });
}
