/** The tests of the step module, in TypeScript or JavaScript. */
export function stepTests(isTypeScript: boolean): string {
  const typeScript = (text: string): string => (isTypeScript ? text : '');
  return `import { deepEqual, equal, rejects } from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { withModule${typeScript(', type TestModuleOptions')} } from 'phlow/testing';
import { Stats } from '../stats.${isTypeScript ? 'ts' : 'js'}';

// At the level at which it runs for strangers; its replies are checked against phlow.yaml.
const options = { isolation: 'isolated', baseDir: dirname(dirname(fileURLToPath(import.meta.url))) }${typeScript(' as const satisfies TestModuleOptions')};

test('counts', () =>
  withModule('.', options, async (module) => {
    deepEqual(await module.call({ action: 'count', key: 'a' }), { success: true, key: 'a', value: 1 });
    deepEqual(await module.call({ action: 'count', key: 'a', by: 4 }), { success: true, key: 'a', value: 5 });
    deepEqual(await module.call({ action: 'get', key: 'a' }), { success: true, found: true, key: 'a', value: 5 });
  }));

test('does not know what was never counted', () =>
  withModule('.', options, async (module) => {
    deepEqual(await module.call({ action: 'get', key: 'a' }), { success: true, found: false, key: 'a' });
  }));

test('has no room for more counts than its settings allow', () =>
  withModule('.', { ...options, with: { capacity: 1 } }, async (module) => {
    await module.call({ action: 'count', key: 'a' });
    const reply = await module.call({ action: 'count', key: 'b' });
    equal(reply.success, false);
    equal(reply.error, 'Cannot count "b": there are 1 counts, as many as may be');
  }));

test('counts how much it was asked', () =>
  withModule('.', options, async (module) => {
    await module.call({ action: 'count', key: 'a' });
    await module.call({ action: 'get', key: 'a' });
    await module.call({ action: 'get', key: 'b' });
    const { stats } = await module.call({ action: 'stats' });
    deepEqual(stats, { size: 1, counted: 1, hit_rate: 50 });
  }));

test('refuses what phlow.yaml does not allow', async () => {
  await withModule('.', options, async (module) => {
${typeScript('    // @ts-expect-error there is no such action\n')}    await rejects(module.call({ action: 'forget' }), { code: 'PHLOW_INPUT_INVALID' });
${typeScript('    // @ts-expect-error a key is missing\n')}    await rejects(module.call({ action: 'get' }), { code: 'PHLOW_INPUT_INVALID', message: /Missing 'key' for the action get/ });
  });
  await rejects(withModule('.', { ...options, with: { capacity: 0 } }, () => undefined), { code: 'PHLOW_WITH_INVALID' });
});

test('a hit rate begins at 0', () => {
  const stats = new Stats();
  equal(stats.hitRate, 0);
  stats.recordLookUp(true);
  equal(stats.hitRate, 100);
});
`;
}
