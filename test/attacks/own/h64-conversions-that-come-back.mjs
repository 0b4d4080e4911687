// class: realm escape
// goal: leak
// options: {"success":"FOREIGN","deadline":5000}
// Conversions of arguments that run code of the module in the middle of a method, and change what the method works on.
import { loot, tried } from './_realm.mjs';

export default (pkg) => {
  const said = [];
  const text = (run, result = 'x') => ({ toString: () => (run(), result) });
  const url = new URL('http://a.example/?a=1&b=2');
  const { searchParams } = url;
  for (const part of ['search', 'href', 'hash', 'host', 'port', 'pathname', 'protocol', 'username'])
    said.push(
      tried(() => {
        url[part] = text(() => {
          url.href = 'http://b.example/?c=3';
          searchParams.append(
            'd',
            text(() => (url.search = '?e=5')),
          );
          searchParams.sort();
        }, 'http://c.example/?f=6');
        return [url, searchParams, [...searchParams]];
      }, pkg),
    );
  for (const [key] of searchParams) {
    searchParams.delete(key);
    searchParams.append(
      text(() => searchParams.delete('x')),
      key,
    );
    if (searchParams.size > 50) break;
  }
  let visits = 0;
  said.push(
    tried(
      () =>
        searchParams.forEach(function (value, name, all) {
          if (visits++ < 1_000)
            all.append(
              name,
              text(() => all.delete(name), value),
            );
          said.push(loot(this, pkg, 20));
        }, searchParams),
      pkg,
    ),
  );
  const buffer = new ArrayBuffer(64, { maxByteLength: 128 });
  const view = new Uint8Array(buffer);
  const shrink = () => (buffer.resize ? buffer.resize(0) : undefined);
  said.push(
    tried(
      () =>
        new TextDecoder('euc-jp').decode(view, {
          get stream() {
            shrink();
            return true;
          },
        }),
      pkg,
    ),
  );
  said.push(tried(() => new TextEncoder().encodeInto(text(shrink, 'y'.repeat(99)), view), pkg));
  said.push(
    tried(
      () =>
        structuredClone({
          get a() {
            shrink();
            return 1;
          },
          view,
          buffer,
        }),
      pkg,
    ),
  );
  const moved = new ArrayBuffer(8);
  said.push(
    tried(
      () =>
        structuredClone(
          {
            get a() {
              structuredClone(moved, { transfer: [moved] });
              return 1;
            },
            moved,
          },
          { transfer: [moved] },
        ),
      pkg,
    ),
  );
  const target = new EventTarget();
  target.addEventListener('x', {
    get handleEvent() {
      target.dispatchEvent(event);
      return () => 0;
    },
  });
  const event = new Event(text(() => said.push(tried(() => event, pkg)), 'x'));
  said.push(tried(() => target.dispatchEvent(event), pkg));
  return [...new Set(said)].join('\n').slice(0, 9_000);
};
