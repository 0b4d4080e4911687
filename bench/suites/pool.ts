import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Piscina } from 'piscina';
import { Tinypool } from 'tinypool';
import { createHost } from '../../src/index.js';
import { closedLoops } from '../../src/measure/closed-loop.js';
import { modulePath } from '../module-path.js';
import type { Case, Suite } from '../../src/measure/suite.js';

const WIDTHS: readonly number[] = [1, 64];

/** Work that keeps a CPU busy: in the caller's thread, in one module, in pools of as many threads as there are cores. */
export const pool: Suite = {
  scope: 'pool',
  about: 'about 0.2 ms of CPU per package: in this thread, in one module, in pools with a thread per core',
  async open() {
    const threads = availableParallelism();
    const filename = join(modulePath('burn'), 'burn.js');
    const { default: burn } = (await import(pathToFileURL(filename).href)) as {
      default: (seed: number) => number;
    };
    const host = await createHost({ logLevel: 'off' });
    const options = { filename, minThreads: threads, maxThreads: threads };
    const piscina = new Piscina({ ...options, recordTiming: false });
    const tinypool = new Tinypool(options);
    const close = async (): Promise<void> => {
      await Promise.all([host.close(), piscina.destroy(), tinypool.destroy()]);
    };
    try {
      const module = await host.load(modulePath('burn'));
      const inReplicas = await host.load(modulePath('burn'), { name: 'burn in replicas', replicas: threads });
      const inPool = `${threads} threads`;
      const subjects: readonly [string, string, (n: number) => Promise<unknown>, boolean][] = [
        ['inline', 'in this thread', (n) => Promise.resolve(burn(n)), true],
        ['phlow', 'one module, one thread', (n) => module.call(n), false],
        ['phlow-with-replicas', `one module, ${threads} replicas`, (n) => inReplicas.call(n), false],
        ['piscina', inPool, (n) => piscina.run(n), false],
        ['tinypool', inPool, (n) => tinypool.run(n) as Promise<unknown>, false],
      ];
      const cases: Case[] = subjects.flatMap(([name, setup, call, isFloor]) =>
        closedLoops({ name, setup, call, isFloor, widths: WIDTHS }),
      );
      return { cases, close };
    } catch (error) {
      await close();
      throw error;
    }
  },
};
