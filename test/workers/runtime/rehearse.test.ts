import { describe, expect, test } from '@jest/globals';
import type { GuestBoot } from '../../../src/wire/guest-boot.js';
import { rehearse } from '../../../workers/runtime/guest/rehearse.js';

const READY = '[3,[{"isCallable":true,"isMain":false}]]';

describe('the rehearsal of a start', () => {
  test('ends when the module has answered its package', async () => {
    const boots: GuestBoot[] = [];
    const asked: string[] = [];
    await rehearse((boot, send, onFrame) => {
      boots.push(boot);
      onFrame((frame) => {
        asked.push(frame);
        send('d', '[16,["rehearsed"]]');
      });
      send('d', READY);
      return Promise.resolve();
    });
    expect(boots).toHaveLength(1);
    expect(asked).toEqual(['d[16,["rehearsed"]]']);
  });

  test('fails when the module does not load', async () => {
    const failed = '[4,[{"message":"no text"}]]';
    const run = rehearse((_boot, send) => {
      send('d', failed);
      return Promise.resolve();
    });
    await expect(run).rejects.toThrow(`the module said ${failed}`);
  });

  test('fails when the module answers with anything else', async () => {
    const run = rehearse((_boot, send, onFrame) => {
      onFrame(() => send('d', '[17,[{"message":"no"}]]'));
      send('d', READY);
      return Promise.resolve();
    });
    await expect(run).rejects.toThrow('Cannot rehearse a start');
  });
});
