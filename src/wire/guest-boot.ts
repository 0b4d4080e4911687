import type { LogLevel } from './log-record.js';

/** The file name that a bundled module's text has in stacks; the host maps places in it back to the author's files. */
export function sourceName(module: string): string {
  return `phlow-module:${module.replace(/[^\w.@/-]/g, '_')}`;
}

/** Everything a module in a compartment is born with; plain data that crosses as JSON. */
export interface GuestBoot {
  readonly name: string;
  /** The module and what it depends on, as the body of one CommonJS function. */
  readonly code: string;
  /** The settings as `encodeBatch` writes values: they cross like a package. */
  readonly with: string;
  /** The types of the events that the manifest declares. */
  readonly events: readonly string[];
  readonly isMain: boolean;
  readonly clock: 'real' | 'manual';
  readonly logLevel: LogLevel | 'off';
  /** Most packages handled at once; 0 means no limit. */
  readonly concurrency: number;
  readonly capabilities: GuestCapabilities;
  /** The largest message in characters, and the deepest value. */
  readonly maxLength: number;
  readonly maxDepth: number;
  readonly logBytesPerSecond: number;
  /** The longest buffer that it may make, where nothing but its realm could refuse one. */
  readonly maxBufferBytes: number;
}

/** What is handed to the module's code inside its container, as far as it was granted. */
export interface GuestCapabilities {
  readonly env: Readonly<Record<string, string>>;
  readonly timers: { readonly max: number; readonly minDelayMs: number };
  readonly clock: 'none' | 'ms' | 'precise';
  readonly crypto: readonly ('random' | 'subtle')[];
  readonly wasm: boolean;
  /** Whether the module was granted any place on the network: without one it has no `fetch`. */
  readonly net: boolean;
}
