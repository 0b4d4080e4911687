import { run, same, throws, type Result, type Web } from './check.js';

export type QueryCase = readonly [query: string, pairs: readonly (readonly [string, string])[]];
export type WrittenCase = readonly [pairs: readonly (readonly [string, string])[], query: string];

export function checkQueries({ URLSearchParams }: Web, cases: readonly QueryCase[]): Result[] {
  return cases.map(([query, pairs]) =>
    run(`query: ${JSON.stringify(query)}`, () => {
      same(JSON.stringify([...new URLSearchParams(query)]), JSON.stringify(pairs));
      same(
        JSON.stringify([...new URLSearchParams(`?${query}`)]),
        JSON.stringify(pairs),
        'with a question mark',
      );
    }),
  );
}

export function checkWritten({ URLSearchParams }: Web, cases: readonly WrittenCase[]): Result[] {
  return cases.map(([pairs, query]) =>
    run(`query of ${JSON.stringify(pairs)}`, () => {
      const params = new URLSearchParams();
      for (const [name, value] of pairs) params.append(name, value);
      same(params.toString(), query);
      same(
        new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString(),
        query,
        'from pairs',
      );
    }),
  );
}

export function checkParams({ URL, URLSearchParams, DOMException }: Web): Result[] {
  return [
    run('params: from objects', () => {
      same(new URLSearchParams().toString(), '');
      same(new URLSearchParams({}).toString(), '');
      same(new URLSearchParams({ '+': '%C2' }).get('+'), '%C2');
      same(new URLSearchParams({ c: 'x', a: '?' }).toString(), 'c=x&a=%3F');
      same(new URLSearchParams({ 'a\0b': '42', 'c\ud83d': '23' }).get('c\ufffd'), '23');
      same(new URLSearchParams(new URLSearchParams('a=b')).toString(), 'a=b');
      same(new URLSearchParams(undefined).toString(), '');
      throws('TypeError', () => new URLSearchParams([['a']] as never));
      throws('TypeError', () => new URLSearchParams([['a', 'b', 'c']] as never));
    }),
    run('params: from the constants of DOMException', () => {
      const params = new URLSearchParams(DOMException as never);
      same(params.size, 25);
      same(
        params.toString().startsWith('INDEX_SIZE_ERR=1&DOMSTRING_SIZE_ERR=2&HIERARCHY_REQUEST_ERR=3'),
        true,
      );
      same(params.toString().endsWith('TIMEOUT_ERR=23&INVALID_NODE_TYPE_ERR=24&DATA_CLONE_ERR=25'), true);
      throws('TypeError', () => new URLSearchParams(DOMException.prototype as never));
    }),
    run('params: an own iterator is used', () => {
      const params = new URLSearchParams();
      Object.defineProperty(params, Symbol.iterator, {
        value: function* () {
          yield ['a', 'b'];
        },
      });
      same(new URLSearchParams(params as never).get('a'), 'b');
    }),
    run('params: delete, has, get, set', () => {
      const params = new URLSearchParams('a=b&a=c&a=d&first=1');
      same(params.has('a', 'c'), true);
      same(params.has('a', 'x'), false);
      same(params.getAll('a').join(), 'b,c,d');
      params.delete('a', 'c');
      same(params.toString(), 'a=b&a=d&first=1');
      params.delete('a', undefined);
      same(params.toString(), 'first=1');
      same(params.get('none'), null);
      params.set('a', 'B');
      params.append('a', 'C');
      params.set('a', 'D');
      same(params.toString(), 'first=1&a=D');
      same(params.size, 2);
    }),
    run('params: sort', () => {
      const sorted = (query: string): string => {
        const params = new URLSearchParams(query);
        params.sort();
        return params.toString();
      };
      same(sorted('z=b&a=b&z=a&a=a'), 'a=b&a=a&z=b&z=a');
      same(sorted('\ufffd=x&\ufffc&\ufffd=a'), '%EF%BF%BC=&%EF%BF%BD=x&%EF%BF%BD=a');
      same(sorted('ffi&\ud83c\udf08'), 'ffi=&%F0%9F%8C%88=');
      same(sorted('\ufb03&\ud83c\udf08'), '%F0%9F%8C%88=&%EF%AC%83=');
      same(sorted('z=z&a=a&b=y&b=x&c='), 'a=a&b=y&b=x&c=&z=z');
      const url = new URL('http://a.b/c?z=2&a=1');
      url.searchParams.sort();
      same(url.search, '?a=1&z=2');
    }),
    run('params: an iterator sees what changes under it', () => {
      const url = new URL('http://localhost/query?param0=0&param1=1&param2=2');
      const seen: string[] = [];
      for (const [name] of url.searchParams) {
        if (name === 'param0') url.searchParams.delete('param1');
        seen.push(name);
      }
      same(seen.join(), 'param0,param2');
      const other = new URL('http://a.b/c?a=1&b=2&c=3');
      for (const [name] of other.searchParams) {
        other.search = '?x=1&y=2&z=3';
        seen.push(name);
      }
      same(seen.join(), 'param0,param2,a,y,z');
    }),
    run('params: those of a URL are its query', () => {
      const url = new URL('http://www.example.com/?a=b,c');
      const { searchParams } = url;
      same(url.href, 'http://www.example.com/?a=b,c');
      searchParams.append('x', 'y');
      same(url.href, 'http://www.example.com/?a=b%2Cc&x=y');
      url.search = '?q=1';
      same(searchParams.toString(), 'q=1');
      same(url.searchParams, searchParams, 'the same object');
      url.href = 'http://b.c/?r=2';
      same(searchParams.get('r'), '2');
      searchParams.delete('r');
      same(url.href, 'http://b.c/');
      same(JSON.stringify({ url }), '{"url":"http://b.c/"}');
    }),
    run('params: forEach', () => {
      const seen: string[] = [];
      const params = new URLSearchParams('a=1&b=2');
      params.forEach((value, name, all) => {
        seen.push(name, value);
        same(all, params);
      });
      same(seen.join(), 'a,1,b,2');
    }),
  ];
}
