import type { Value } from '../../values.js';
import { isMap } from '../../values.js';
import { callWith, readCallOptions } from '../call/call-options.js';
import type { ForwardedOptions, PackageOptions } from '../call/call-contexts.js';
import type { Priority } from '../call/priority-queue.js';
import type { CallOptions } from '../module-types.js';
import { LoadedModule } from '../module/loaded-module.js';

/** What crosses to another host in the place of a package's payload: it, with what only hosts tell each other. */
export interface RemotePayload {
  readonly payload?: Value;
  readonly priority?: Priority;
  /** How many modules have handed the package on. */
  readonly hops?: number;
}

const PRIORITIES: readonly unknown[] = ['high', 'normal', 'low'] satisfies readonly Priority[];

/** A module that other hosts serve. */
export class RemoteModule extends LoadedModule {
  override call<Reply = Value>(input?: unknown, options?: CallOptions): Promise<Reply> {
    return callWith(this.name, options, (read) => super.call<Reply>(input, wrapped(read)));
  }

  override stream<Item = Value>(
    input?: unknown,
    options?: CallOptions,
  ): AsyncIterableIterator<Item, undefined> {
    return super.stream<Item>(input, wrapped(readCallOptions(this.name, options)));
  }

  override callFor(input: Value, options: ForwardedOptions): Promise<Value> {
    return super.callFor(input, wrapped(options) ?? options);
  }
}

function wrapped<Options extends PackageOptions>(options: Options | undefined): Options | undefined {
  const { payload, priority, hops = 0 } = options ?? {};
  if (payload === undefined && priority === undefined && hops === 0) return options;
  const wrap: RemotePayload = {
    ...(payload === undefined ? {} : { payload }),
    ...(priority === undefined ? {} : { priority }),
    ...(hops === 0 ? {} : { hops }),
  };
  return { ...(options as Options), payload: wrap as Value };
}

/** Reads what another host has put there. */
export function readRemotePayload(given: unknown): RemotePayload {
  if (!isMap(given)) return {};
  const { payload, priority, hops } = given;
  return {
    ...(payload === undefined ? {} : { payload: payload as Value }),
    ...(PRIORITIES.includes(priority) ? { priority: priority as Priority } : {}),
    ...(Number.isSafeInteger(hops) && (hops as number) > 0 ? { hops: hops as number } : {}),
  };
}
