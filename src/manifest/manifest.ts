import type { SourceLocation } from '../code-frame.js';
import type { JsonSchema } from './dialect.js';
import type { IsolationLevel } from './isolation.js';

/** What a `phlow.yaml` says, checked and in one shape. Everything but `placeOf` is plain data and may cross to a worker. */
export interface Manifest {
  /** The path of the file, as it was given. */
  readonly file: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly version: string | undefined;
  readonly author: string | undefined;
  readonly repository: string | undefined;
  readonly license: string | undefined;
  readonly tags: readonly string[];
  /** `step` answers packages, `main` starts runs, `any` does both. Default `step`. */
  readonly type: 'step' | 'main' | 'any';
  /** JSON Schema of the settings; undefined when the manifest does not describe them. */
  readonly with: JsonSchema | undefined;
  /** JSON Schema of a package's input; undefined when any input is fine. */
  readonly input: JsonSchema | undefined;
  /** JSON Schema of a reply; undefined when any reply is fine. */
  readonly output: JsonSchema | undefined;
  /** The members of an object input in file order: the parameters of the module as a function in expressions. */
  readonly parameters: readonly Parameter[];
  /** False when the manifest says `required: true` on `input` itself: then a package without input is refused. */
  readonly inputOptional: boolean;
  /** False when the manifest says `required: true` on `output` itself. */
  readonly outputOptional: boolean;
  /** The events that the module may emit, by type. */
  readonly events: Readonly<Record<string, EventSchema>>;
  /** Path of the entry file inside the module folder; undefined leaves the choice to the host. */
  readonly entry: string | undefined;
  /** The weakest level the module accepts; a host may only raise it. */
  readonly isolation: IsolationLevel | undefined;
  readonly permissions: Permissions;
  readonly limits: Limits;
  /** How many stateless copies serve packages; undefined for one ordinary instance. */
  readonly replicas: number | 'auto' | undefined;
  /** False for a module that does not read the flow's payload, which is then not sent to it. */
  readonly takesPayload: boolean;
  /** How many packages are handled at once; undefined for no bound. */
  readonly concurrency: number | undefined;
  readonly timeouts: Timeouts;
  readonly engines: Engines;
  /** Where the node at a JSON pointer such as `/permissions/net` stands; the nearest node above when there is none. */
  readonly placeOf: (pointer: string) => SourceLocation;
}

/** What goes along with an event. */
export interface EventSchema {
  /** JSON Schema of its data. */
  readonly data: JsonSchema;
  /** False when the manifest says `required: true` on the schema itself: then an event without data is refused. */
  readonly isOptional: boolean;
}

/** One member of an object input. */
export interface Parameter {
  readonly name: string;
  readonly deprecated: boolean;
}

/** What the module asks for; nothing by default (docs/security.md). */
export interface Permissions {
  readonly fs: { readonly read: readonly string[]; readonly write: readonly string[] };
  readonly net: {
    readonly connect: readonly string[];
    /** Places of `connect` whose certificate need not be one that anybody has signed. */
    readonly insecureTls: readonly string[];
    readonly listen: readonly string[];
  };
  readonly env: readonly string[];
  readonly timers: { readonly max: number | undefined; readonly minDelayMs: number | undefined };
  readonly clock: 'none' | 'ms' | 'precise' | undefined;
  readonly crypto: readonly ('random' | 'subtle')[];
  readonly modules: readonly string[];
  /** The command line: its arguments, standard input and output, the exit code. */
  readonly terminal: boolean;
  readonly wasm: boolean;
  readonly childProcess: boolean;
  readonly builtins: readonly string[];
  /** Dotted names of permissions without which the module works all the same: nothing of them has to be granted. */
  readonly optional: readonly string[];
  /** Why a permission is asked for, by its dotted name (`net.connect`). */
  readonly reason: Readonly<Record<string, string>>;
}

/** What the module wishes to be held to; the host clamps. */
export interface Limits {
  readonly memoryBytes: number | undefined;
  /** A call that takes longer gets the module killed. */
  readonly callMs: number | undefined;
  /** CPU milliseconds per wall-clock second. */
  readonly cpuMsPerSecond: number | undefined;
  readonly replyBytes: number | undefined;
  readonly logBytesPerSecond: number | undefined;
}

/** How long the host waits, in milliseconds; undefined leaves it to the host. */
export interface Timeouts {
  readonly loadMs: number | undefined;
  /** The deadline of a call that brings none of its own. */
  readonly callMs: number | undefined;
  readonly stopMs: number | undefined;
}

/** Version ranges of what must run the module. */
export interface Engines {
  readonly phlow: string | undefined;
  readonly node: string | undefined;
}
