import { isPhlowError, PhlowError } from '../../errors.js';
import { didYouMean } from '../../nearest.js';
import type { BrokerOptions } from '../../sandbox/broker/broker.js';
import type { Value } from '../../values.js';
import { visibleLine } from '../../visible-text.js';
import { copyOf } from '../../wire/copy.js';
import { toFault } from '../../wire/fault.js';
import { moduleError } from '../executors/read-posted.js';
import { within } from '../waiting.js';

/**
 * Answers in the place of a module that the module under test calls: gets what was sent, and returns the reply or a promise of it. Runs in the
 * test's thread; calls may overlap.
 */
export type FakeModule = (input: Value) => unknown;

/** Fakes, by the names that the module calls. */
export type FakeModules = Readonly<Record<string, FakeModule>>;

/** A fake that the module cannot call is a wrong name. Throws PHLOW_OPTION_INVALID. */
export function assertCallable(fakes: FakeModules, module: string, asked: readonly string[]): void {
  const wrong = Object.keys(fakes).find((name) => !asked.includes(name));
  if (wrong === undefined) return;
  const message = `Cannot load module "${module}": there is a fake of "${visibleLine(wrong)}", which the module does not call; permissions.modules in its phlow.yaml names ${asked.length === 0 ? 'none' : asked.join(', ')}.${didYouMean(wrong, asked)}`;
  throw new PhlowError('PHLOW_OPTION_INVALID', message, { details: { module, option: 'fakes' } });
}

type CallModule = NonNullable<BrokerOptions['callModule']>;

/** Calls the fakes where there are some, and the loaded modules otherwise. */
export function callFakes(fakes: FakeModules, callModule: CallModule): CallModule {
  return async (name, input, call) => {
    const fake = Object.hasOwn(fakes, name) ? fakes[name] : undefined;
    if (fake === undefined) return callModule(name, input, call);
    const { timeoutMs = Infinity } = call;
    const late = `Cannot wait longer for the fake of module "${name}": no reply within ${timeoutMs} ms`;
    try {
      const reply = await within(timeoutMs, Promise.resolve(input).then(fake), 'PHLOW_CALL_TIMED_OUT', late);
      return copyOf(reply, 'PHLOW_REPLY_UNCLONABLE', 'reply') as Value;
    } catch (error) {
      // As a handler's own error; one of phlow's is what the test wants the module to see, such as PHLOW_MODULE_CRASHED.
      throw isPhlowError(error) ? error : moduleError(name, toFault(error));
    }
  };
}
