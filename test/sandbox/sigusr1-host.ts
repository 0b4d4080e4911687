import { fileURLToPath } from 'node:url';
import { createHost } from '../../src/index.js';

// A host with an isolated module in a process of its own, for a test that sends it the signal by which Node opens its inspector.
const ECHO = fileURLToPath(new URL('../../../test/fixtures/modules/plain', import.meta.url));
const host = await createHost({ logLevel: 'off', warmPool: false });
// Without a jail: what starts one has no inspector, and ends by the signal.
const module = await host.load(ECHO, { isolation: 'isolated', jail: 'off', restart: 'never' });
process.on('message', () => {
  module.call({ again: true }).then(
    () => process.send?.('answered'),
    (error: unknown) => process.send?.(String(error)),
  );
});
process.once('disconnect', () => void host.close());
process.send?.('ready');
