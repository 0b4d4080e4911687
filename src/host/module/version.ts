import type { IsolationLevel } from '../../manifest/isolation.js';
import type { Manifest } from '../../manifest/manifest.js';
import type { Broker } from '../../sandbox/broker/broker.js';
import type { SettledJail } from '../../sandbox/jail.js';
import type { Crossing } from '../../wire/outbox.js';
import type { Executor } from '../executors/executor.js';

/** What a loaded module runs; a hot swap puts another one in its place as a whole. */
export interface Version {
  readonly manifest: Manifest;
  readonly level: IsolationLevel;
  /** What its process is put into; undefined where it has none. */
  readonly jail: SettledJail['kind'] | undefined;
  /** Path of the file that holds the module's code. */
  readonly entry: string;
  readonly createExecutor: () => Executor;
  /** How packages reach the executor; default: as the level has it. */
  readonly crossing?: Crossing;
  /** Does in the module's place what it was granted. */
  readonly broker: Broker;
}
