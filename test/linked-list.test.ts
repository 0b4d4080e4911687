import { describe, expect, test } from '@jest/globals';
import { LinkedList, type Link } from '../src/linked-list.js';

describe('a linked list', () => {
  test('agrees with an array over random use, also where a member leaves twice', () => {
    const list = new LinkedList<number>();
    const links: Link<number>[] = [];
    const model: number[] = [];
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let step = 0; step < 5_000; step++) {
      if (random(100) < 52) {
        links.push(list.add(step));
        model.push(step);
      } else if (links.length > 0) {
        const link = links[random(links.length)] as Link<number>;
        const at = model.indexOf(link.value);
        expect(list.remove(link)).toBe(at >= 0);
        if (at >= 0) model.splice(at, 1);
      }
      expect([list.size, list.first?.value]).toEqual([model.length, model[0]]);
      if (step % 100 === 0) expect([...list]).toEqual(model);
    }
  });
});
