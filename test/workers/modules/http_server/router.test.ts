import { describe, expect, test } from '@jest/globals';
import { Router, segmentsOf, type Segment } from '../../../../workers/modules/http_server/router.js';

/** `/a/:b/*` as segments. */
function segments(path: string): readonly Segment[] {
  return segmentsOf(path).map((part): Segment =>
    part === '*'
      ? { kind: 'rest', name: '*' }
      : part.startsWith(':')
        ? { kind: 'parameter', name: part.slice(1) }
        : { kind: 'literal', text: part },
  );
}

function found(paths: readonly string[], path: string): unknown {
  const router = new Router<string>();
  for (const one of paths) router.add('GET', segments(one), one);
  const match = router.find(path);
  return match && [match.methods.get('GET'), Object.fromEntries(match.params)];
}

describe('a router', () => {
  test.each([
    [['/'], '/', ['/', {}]],
    [['/'], '//', undefined],
    [['/a'], '/a/', undefined],
    [['/a/'], '/a/', ['/a/', {}]],
    [['/users/:id'], '/users/7', ['/users/:id', { id: '7' }]],
    [['/users/:id'], '/users/', undefined],
    [['/users/:id'], '/users/a%20b', ['/users/:id', { id: 'a%20b' }]],
    [['/users/:id', '/users/me'], '/users/me', ['/users/me', {}]],
    [['/:a/x', '/b/:c'], '/b/x', ['/b/:c', { c: 'x' }]],
    [['/b/:c/d', '/:a/x'], '/b/x', ['/:a/x', { a: 'b' }]],
    [['/:one/a', '/:other/b'], '/1/b', ['/:other/b', { other: '1' }]],
    [['/files/*'], '/files/a/b.txt', ['/files/*', { '*': 'a/b.txt' }]],
    [['/files/*'], '/files/', ['/files/*', { '*': '' }]],
    [['/files/*'], '/files', ['/files/*', { '*': '' }]],
    [['/files/*', '/files/:id'], '/files/a', ['/files/:id', { id: 'a' }]],
    [['/files/*', '/files/:id/x'], '/files/a/y', ['/files/*', { '*': 'a/y' }]],
    [['/a'], '*', undefined],
    [['/constructor'], '/__proto__', undefined],
  ])('with %j finds %s', (paths, path, expected) => {
    expect(found(paths, path)).toEqual(expected);
  });

  test('knows the methods of a path', () => {
    const router = new Router<number>();
    router.add('GET', segments('/a'), 1);
    router.add('PUT', segments('/a'), 2);
    router.add('GET', segments('/a'), 3);
    expect([...(router.find('/a')?.methods ?? [])]).toEqual([
      ['GET', 1],
      ['PUT', 2],
    ]);
  });

  test('looks at each node once at most, however many parts are alike', () => {
    const router = new Router<number>();
    const depth = 200;
    for (let i = 0; i < depth; i++)
      router.add('GET', segments(`${'/a'.repeat(i)}/:p${'/a'.repeat(depth - i)}/end`), i);
    expect(router.find('/a'.repeat(2_000))).toBeUndefined();
  });
});
