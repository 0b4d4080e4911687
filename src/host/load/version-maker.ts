import { messageOf } from '../../errors.js';
import type { HostEvents } from '../host-events.js';
import type { HostOptions } from '../host-options.js';
import type { LoadedModule } from '../module/loaded-module.js';
import type { ReadinessCheck } from '../module-types.js';
import type { ModuleTable } from '../module/module-table.js';
import type { Version } from '../module/version.js';
import { locateLoadError } from './locate-load-error.js';
import { prepareVersion, type VersionSource } from './prepare-version.js';

/** What a host's versions have in common. */
export interface VersionMakerOptions extends Pick<VersionSource, 'logLevel' | 'warmPool' | 'closing'> {
  readonly modules: Pick<ModuleTable, 'callFor'>;
  readonly onCapability: HostOptions['onCapability'];
  readonly warn: (message: string, module: string) => void;
}

/** Makes the versions of modules of one host. */
export class VersionMaker {
  readonly #options: VersionMakerOptions;

  constructor(options: VersionMakerOptions) {
    this.#options = options;
  }

  prepare(source: Pick<VersionSource, 'name' | 'found' | 'options' | 'hops' | 'givenUp'>): Promise<Version> {
    const { warmPool, closing, warn } = this.#options;
    const { name } = source;
    return prepareVersion({
      ...source,
      ...this.servicesFor(name),
      warmPool,
      closing,
      warn: (message) => warn(message, name),
    });
  }

  /**
   * Puts a new version in the place of the present one. Rejects as the preparation does, and with PHLOW_LOAD_FAILED when it does not become ready or does
   * not pass `check`; the old version then stays up.
   */
  async replace(
    loaded: LoadedModule,
    source: Pick<VersionSource, 'found' | 'options' | 'hops' | 'givenUp'>,
    check: ReadinessCheck | undefined,
    events: HostEvents,
  ): Promise<void> {
    const { found, givenUp } = source;
    const { name } = loaded;
    let version: Version;
    try {
      version = await this.prepare({ ...source, name });
    } catch (error) {
      events.emit({ type: 'replace_failed', module: name, because: messageOf(error) });
      throw error;
    }
    try {
      givenUp.throwIfAborted();
      await loaded.replace(version, 'asked for', { check, givenUp });
    } catch (error) {
      await version.broker.close();
      throw await locateLoadError(error, found.folder, version.entry);
    }
  }

  /** What the host does for a module. */
  servicesFor(name: string): Pick<VersionSource, 'logLevel' | 'callModule' | 'record'> {
    const { logLevel, modules, onCapability } = this.#options;
    return {
      logLevel,
      callModule: (module, input, call) => modules.callFor(module, input, call),
      record: (use) => onCapability?.({ ...use, module: name }),
    };
  }
}
