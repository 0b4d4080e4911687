import type { LogLevel } from './log-record.js';

/** The three ports that a replica opens, and whose other ends it hands to the host. */
export interface ReplicaPorts<Port> {
  readonly data: Port;
  readonly control: Port;
  readonly log: Port;
}

/** What a guarded module's thread is held to besides the flags that it is started with. Paths of folders end with a separator. */
export interface GuardBoot {
  readonly readable: readonly string[];
  /** What is searched for links before each start: where they may lead somewhere, and where there may be none. */
  readonly links: {
    readonly readable: readonly string[];
    readonly mayLeadTo: readonly string[];
    readonly writable: readonly string[];
  };
  /** Built-ins of Node by name, with `node:`, that only a grant gives. */
  readonly builtins: readonly string[];
  readonly hasNetwork: boolean;
}

/** What a module's thread imports once the module is held to a lock file. Real paths. */
export interface HeldBoot {
  /** The folder that holds a copy of everything that was accepted. */
  readonly folder: string;
  /** Folders of phlow's own code and of the packages that it needs, which only phlow imports; they end with a separator. */
  readonly own: readonly string[];
}

/** Everything a module's thread is born with; plain data except for the ports, which are moved. */
export interface BootData<Port> {
  readonly data: Port;
  readonly control: Port;
  readonly log: Port;
  /** Where a guarded module’s thread reports its refusals; absent unless somebody listens. */
  readonly trace?: Port | undefined;
  readonly name: string;
  /** URL of the file that holds the module's code. */
  readonly entry: string;
  /** The copy of what was accepted, which `entry` lies in; undefined where the module's own files are loaded. */
  readonly held?: HeldBoot | undefined;
  /** Settings, already checked and filled in by the host. */
  readonly with: unknown;
  /** What packages and replies are checked with; undefined when the manifest has no schema. */
  readonly input: SchemaCode | undefined;
  readonly output: SchemaCode | undefined;
  /** False when a package without input breaks the manifest, and likewise a reply without value. */
  readonly isInputOptional: boolean;
  readonly isOutputOptional: boolean;
  /** The types of the events that the manifest declares. */
  readonly events: readonly string[];
  readonly isMain: boolean;
  /** What a guarded module is held to; undefined at other levels. What it shares with the host is taken away first. */
  readonly guard: GuardBoot | undefined;
  /** Environment variables that the module may see on its context. */
  readonly env: Readonly<Record<string, string>>;
  readonly clock: 'real' | 'manual';
  readonly logLevel: LogLevel | 'off';
  /** Most packages handled at once; 0 means no limit. */
  readonly concurrency: number;
  /** Microseconds for which the thread looks for the next package before it sleeps; 0: never. */
  readonly busyPollUs: number;
}

/** A JSON Schema and the JavaScript text that the host has compiled it to: compiling takes longer than a thread takes to start. */
export interface SchemaCode {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly code: string;
}
