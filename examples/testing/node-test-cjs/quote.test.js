const { deepEqual, equal, rejects } = require('node:assert/strict');
const { join } = require('node:path');
const { test } = require('node:test');
const { PhlowError } = require('phlow');
const { callModule, Faults, withModule } = require('phlow/testing');

const quote = join(__dirname, '../quote');
const order = { amount: 2, currency: 'EUR' };

test('asks for a rate once a minute', async () => {
  let asked = 0;
  const rates = ({ currency }) => {
    asked += 1;
    return currency === 'EUR' ? 1.5 : 1;
  };
  await withModule(quote, { clock: 'manual', fakes: { rates } }, async ({ call, advance }) => {
    deepEqual(await call(order), { price: 3, is_stale: false });
    await advance(59_999);
    await call(order);
    equal(asked, 1);
    await advance(1);
    await call(order);
    equal(asked, 2);
  });
});

test('uses the last rate while there is no answer, and logs that', async () => {
  const answers = [1.5, new PhlowError('PHLOW_MODULE_HUNG', 'rates hangs')];
  const rates = () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const logs = await withModule(quote, { clock: 'manual', fakes: { rates } }, async (tested) => {
    await tested.call(order);
    await tested.advance(60_000);
    deepEqual(await tested.call(order), { price: 3, is_stale: true });
    return tested.logs;
  });
  deepEqual(
    logs.filter(({ level }) => level === 'warn').map(({ message, fields }) => [message, fields]),
    [['no rate', { currency: 'EUR', code: 'PHLOW_MODULE_HUNG' }]],
  );
});

test('is started again after a crash', async () => {
  const faults = new Faults();
  await withModule(quote, { faults, fakes: { rates: () => 1.5 } }, async ({ call }) => {
    faults.crash();
    await rejects(call(order), { code: 'PHLOW_MODULE_CRASHED' });
    deepEqual(await call(order), { price: 3, is_stale: false });
  });
});

test('runs at the level for strangers, with what it is granted', async () => {
  const options = { isolation: 'isolated', fakes: { rates: () => 1.5 } };
  await rejects(callModule(quote, order, options), { code: 'PHLOW_GRANT_MISSING' });
  const grant = { modules: ['rates'] };
  deepEqual(await callModule(quote, order, { ...options, grant }), { price: 3, is_stale: false });
});
