import { createHost } from '../../src/index.js';
import { bareStart } from '../bare-start.js';
import { MEMORY_SETUP, memoryOf } from '../memory-of.js';
import { modulePath } from '../module-path.js';
import { repeat, type Once } from '../repeat.js';
import type { Suite } from '../../src/measure/suite.js';

/** How long it takes until a module answers, and what it weighs once it does nothing. */
export const boot: Suite = {
  scope: 'boot',
  about:
    'from load() to the first reply of a module without dependencies, and the memory it holds while idle',
  mostRounds: 7,
  async open() {
    const host = await createHost({ logLevel: 'off' });
    let loads = 0;
    return {
      cases: [
        bareStart('bare-worker', 'first reply'),
        repeat({
          name: 'phlow',
          group: 'first reply',
          setup: 'host.load() and the first call, in a host that runs',
          once: async () => {
            const begun = performance.now();
            const module = await host.load(modulePath('echo-integer'), { name: `boot${loads++}` });
            await module.call(1);
            const ms = performance.now() - begun;
            await module.close();
            return { ms };
          },
        }),
        repeat({
          name: 'phlow-host',
          group: 'first reply',
          setup: 'createHost(), load() and the first call',
          once: wholeHost,
        }),
        repeat({
          name: 'bare-worker-memory',
          group: 'idle memory',
          isFloor: true,
          setup: MEMORY_SETUP,
          once: () => weighed('bare'),
        }),
        repeat({
          name: 'phlow-memory',
          group: 'idle memory',
          setup: MEMORY_SETUP,
          once: () => weighed('trusted'),
        }),
      ],
      close: () => host.close(),
    };
  },
};

async function wholeHost(): Promise<Once> {
  const begun = performance.now();
  const host = await createHost({ logLevel: 'off' });
  const module = await host.load(modulePath('echo-integer'));
  await module.call(1);
  const ms = performance.now() - begun;
  await host.close();
  return { ms };
}

async function weighed(kind: 'bare' | 'trusted'): Promise<Once> {
  const { ms, idleBytes } = await memoryOf(kind);
  return { ms, figures: { idleBytes } };
}
