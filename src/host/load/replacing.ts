import { PhlowError } from '../../errors.js';
import { isRemote } from '../../nats/service-name.js';
import type { LoadOptions } from '../module-types.js';

/** Throws PHLOW_OPTION_INVALID for a module of which there cannot be another version. */
export function assertReplaceable<Origin extends { module: string; options: LoadOptions }>(
  name: string,
  origin: Origin | undefined,
): asserts origin is Origin {
  const isElsewhere = origin !== undefined && isRemote(origin.module);
  if (origin !== undefined && !isElsewhere && origin.options.dispatch === undefined) return;
  const why =
    origin === undefined
      ? 'it is a function of the application; close it and provide the new one'
      : isElsewhere
        ? 'other hosts serve it; replace it there'
        : 'it starts runs of a flow, and two of them would start each run twice; close and load it again';
  throw new PhlowError('PHLOW_OPTION_INVALID', `Cannot replace module "${name}": ${why}`);
}

/** What is being replaced. Of two replacements of one module the one that is asked for first wins, not the one whose manifest is read faster. */
export class Replacing {
  readonly #modules = new Set<object>();

  /** Does the work while the module is claimed. Rejects with PHLOW_MODULE_BUSY when it is already. */
  async during(name: string, module: object, work: () => Promise<void>): Promise<void> {
    if (this.#modules.has(module)) {
      const message = `Cannot replace module "${name}": it is being replaced already`;
      throw new PhlowError('PHLOW_MODULE_BUSY', message, { details: { module: name } });
    }
    this.#modules.add(module);
    try {
      await work();
    } finally {
      this.#modules.delete(module);
    }
  }
}
