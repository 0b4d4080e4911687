// Embeds the host in a Node program. Run it with: npm run -s build && node dist/examples/embed.js
import { createHost, isPhlowError } from '../src/index.js';

await using host = await createHost();
const cache = await host.load('cache', { with: { capacity: 1000, default_ttl: 300 } });

await cache.call({ action: 'set', key: 'user:1', value: { name: 'Ann' } }, { timeoutMs: 1000 });
console.log(await cache.call({ action: 'get', key: 'user:1' }));

// Every failure is a PhlowError with a code, here because the settings break the manifest.
try {
  await host.load('cache', { name: 'tiny', with: { capacity: 0 } });
} catch (error) {
  if (!isPhlowError(error)) throw error;
  console.log(error.code, '-', error.message);
}
