import type { Value } from '../../values.js';
import type { ForwardedOptions } from '../call/call-contexts.js';
import { callWith, readCallOptions } from '../call/call-options.js';
import type { Caller } from '../function-types.js';
import type { CallOptions } from '../module-types.js';
import { LoadedModule } from './loaded-module.js';
import type { ModuleOptions } from './module-options.js';

/**
 * A function of the application among the modules of a host. Who calls it goes along in the place of the payload, which functions do not see: so a caller
 * cannot claim to be another one, and packages to other modules carry nothing for it.
 */
export class FunctionModule extends LoadedModule {
  readonly maxInFlight: number;

  constructor(options: ModuleOptions) {
    super(options);
    this.maxInFlight = options.maxInFlight;
  }

  override call<Reply = Value>(input?: unknown, options?: CallOptions): Promise<Reply> {
    return callWith(this.name, options, (read) => super.call<Reply>(input, withoutPayload(read)));
  }

  override stream<Item = Value>(
    input?: unknown,
    options?: CallOptions,
  ): AsyncIterableIterator<Item, undefined> {
    return super.stream<Item>(input, withoutPayload(readCallOptions(this.name, options)));
  }

  /** A package from another module. */
  override callFor(input: Value, options: ForwardedOptions): Promise<Value> {
    return this.callAs({ kind: 'module', name: options.from }, input, options);
  }

  /** A package from this caller. */
  callAs({ kind, name }: Caller, input: Value, options: ForwardedOptions): Promise<Value> {
    return super.callFor(input, { ...options, payload: { kind, name } });
  }
}

function withoutPayload(options: CallOptions | undefined): CallOptions | undefined {
  if (options?.payload === undefined) return options;
  return { ...options, payload: undefined };
}
