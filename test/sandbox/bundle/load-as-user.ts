import { createHost } from '../../../src/index.js';

// Loads the module of an application twice and prints what ran: in a process of its own, which is another user's.
const [, , baseDir = '.'] = process.argv;
const ran: unknown[] = [];
for (let i = 0; i < 2; i++) {
  await using host = await createHost({ logLevel: 'warn' });
  const module = await host.load('guest', { baseDir, isolation: 'sandboxed' });
  ran.push(await module.call(0));
}
process.stdout.write(`${ran.join(' ')}\n`);
