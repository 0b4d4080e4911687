/**
 * What a module may really do: what its manifest asks for and its owner granted, with every name resolved. Plain data, so that it may
 * cross to wherever the module runs. Whatever is not listed here is denied.
 */
export interface Effective {
  /** The module's name, for messages. */
  readonly module: string;
  readonly fs: { readonly read: readonly FolderGrant[]; readonly write: readonly FolderGrant[] };
  readonly net: readonly NetGrant[];
  /** Places whose certificate need not be one that anybody has signed. */
  readonly insecureTls: readonly Place[];
  readonly listen: readonly ListenGrant[];
  /** Values, copied once when the module was loaded. */
  readonly env: Readonly<Record<string, string>>;
  readonly timers: { readonly max: number; readonly minDelayMs: number };
  readonly clock: 'none' | 'ms' | 'precise';
  readonly crypto: readonly ('random' | 'subtle')[];
  /** Names of loaded modules it may send packages to. */
  readonly modules: readonly string[];
  readonly terminal: boolean;
  readonly wasm: boolean;
  readonly childProcess: boolean;
  readonly builtins: readonly string[];
}

/** One folder (or single file) of the machine, under the name by which the module knows it. */
export interface FolderGrant {
  /** As the manifest asks for it: `./templates`, `$DATA/out` or an absolute path. */
  readonly asked: string;
  /** The absolute path that stands behind the name. */
  readonly path: string;
}

/** Hosts and ports, as they are named. */
export interface Place {
  /** Lower case; `*.example.com` stands for every name that ends in `.example.com`, `*` for every host. IPv6 without brackets. */
  readonly host: string;
  /** 0 stands for every port. */
  readonly port: number;
}

/** One place on the network. */
export interface NetGrant extends Place {
  /** Where the owner wants the connection to go instead; undefined: to the host itself, unless its address is private. */
  readonly to: { readonly host: string; readonly port: number } | undefined;
  /** True: private addresses too, although nobody has named them; for a module that could connect to them by itself. */
  readonly isAnywhere?: boolean;
}

/** Where a module may have the host take requests for it. */
export interface ListenGrant {
  /** A name or an address in lower case, IPv6 without brackets; undefined: any. */
  readonly host: string | undefined;
  /** Undefined: any. */
  readonly port: number | undefined;
}

/** What every sandboxed module has without asking: the time in milliseconds, random numbers and a bounded set of timers. */
export const UNASKED = {
  timers: { max: 1_000, minDelayMs: 1 },
  clock: 'ms',
  crypto: ['random'],
} as const satisfies Partial<Effective>;
