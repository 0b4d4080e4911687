import { describe, expect, test } from '@jest/globals';
import type { InlineModules } from '../../../../src/runtime/inline-module.js';
import { Deferred } from '../../../../src/wire/deferred.js';
import { RawClient } from '../../../http/raw-client.js';
import { GATE, GATED } from './gate.js';
import { withServer } from './server.js';

describe.each(['trusted', 'sandboxed', 'isolated'])(
  'a client that goes before it is answered, at %s,',
  (isolation) => {
    test('cancels a run of GET, and leaves one of POST alone', async () => {
      const entered: Deferred<AbortSignal | undefined>[] = [new Deferred(), new Deferred()];
      const open = new Deferred<void>();
      let runs = 0;
      const modules: InlineModules = {
        gate: async (_, { signal }) => {
          entered[runs++]?.resolve(signal);
          await open.promise;
          return null;
        },
      };
      const grant = isolation === 'trusted' ? {} : { grant: { net: { listen: ['127.0.0.1:0'] } } };
      await withServer(
        {},
        GATED,
        async ({ port, ask }) => {
          const post = await RawClient.open(port);
          post.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n');
          const kept = await entered[0]?.promise;
          const get = await RawClient.open(port);
          get.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
          const cancelled = await entered[1]?.promise;
          post.destroy();
          get.destroy();
          await new Promise<void>((resolve) => {
            if (cancelled?.aborted === true) resolve();
            else cancelled?.addEventListener('abort', () => resolve());
          });
          expect(kept?.aborted).toBe(false);
          open.resolve();
          expect((await ask('GET /')).status).toBe(200);
        },
        { modules, others: GATE, entry: { isolation, ...grant } },
      );
    });
  },
);
