import { createHost } from '../../src/index.js';

// A host in a current folder of its own, which is what its guarded module is after.
const [, , folder = ''] = process.argv;
const host = await createHost({ logLevel: 'off' });
try {
  const module = await host.load(folder, { isolation: 'guarded' });
  process.send?.(await module.call(process.cwd()));
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  process.send?.(`${code ?? ''} ${message}`);
}
await host.close();
