// class: capability abuse
// goal: marker
// options: {"deadline":8000}
// Requests whose parts change between check and use, names that fold to other names, addresses that mean another.
export default async (pkg, ctx) => {
  const said = [];
  const { net } = ctx.context;
  const ok = `http://${pkg.okHost}/`;
  const [host, port] = pkg.okHost.split(':');
  const changing = (...values) => {
    let n = 0;
    return {
      toString: () => values[Math.min(n++, values.length - 1)],
      get href() {
        return values[Math.min(n++, values.length - 1)];
      },
    };
  };
  const bad = `http://127.0.0.1:${pkg.tcpPort}/`;
  const urls = [
    changing(ok, bad),
    changing(ok, ok, bad),
    { href: ok, toString: () => bad },
    Object.assign(new URL(ok), { x: 1 }),
    new Proxy(new URL(ok), { get: (t, k) => (k === 'href' ? bad : Reflect.get(t, k, t)) }),
    `${ok}\t@127.0.0.1:${pkg.tcpPort}/`,
    `http://${pkg.okHost}@127.0.0.1:${pkg.tcpPort}/`,
    `http://${pkg.okHost}\\@127.0.0.1:${pkg.tcpPort}/`,
    `http://${pkg.okHost}#@127.0.0.1:${pkg.tcpPort}/`,
    `http:\\\\${pkg.okHost}\\..\\`,
    `ht\ntp://127.0.0.1:${pkg.tcpPort}/`,
    `http://${host}:${port}:${pkg.tcpPort}/`,
    `http://${host}:0${pkg.tcpPort}/`,
    `http://${host.replace('127', '０１７７')}:${pkg.tcpPort}/`,
    `http://①②⑦.⓪.⓪.①:${pkg.tcpPort}/`,
    `http://127.1:${pkg.tcpPort}/`,
    `http://[::ffff:127.0.0.1]:${pkg.tcpPort}/`,
    `http://localhost.:${pkg.tcpPort}/`,
    `unix://${pkg.udsPath}`,
    `http://unix:${pkg.udsPath}:/`,
    `${ok}redir-301`,
    `${ok}redir`,
    `${ok}redir-307`,
    `file://${pkg.secretFile}`,
    `data:text/plain,x`,
    `blob:${ok}x`,
    `ws://${pkg.okHost}/`,
  ];
  const names = [
    'Ho\u017ft',
    '\u212aeep-alive',
    'TRANSFER\u2011ENCODING',
    'content\u00adlength',
    'x\u0085y',
    'x\u2028y',
    'a\tb',
    ' a',
    'a ',
    'a:b',
    '\u0130f',
    'Ｈost',
  ];
  const headers = () => {
    const h = {};
    for (const name of names) h[name] = 'x\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n';
    return h;
  };
  const bodies = [
    'x',
    'GET /smuggled HTTP/1.1\r\n\r\n',
    new Uint8Array(3),
    changing('a', 'bb'),
    { toString: () => 'x', length: 1e9 },
    new URLSearchParams('a=\r\nGET /smuggled'),
    [1, 2],
    null,
  ];
  for (const url of urls)
    for (const init of [
      undefined,
      { redirect: 'follow' },
      { redirect: 'manual' },
      { method: 'POST', body: 'x' },
    ])
      said.push(
        await net.fetch(url, init).then(
          (r) => `${r.status}`,
          (error) => error.message.slice(0, 60),
        ),
      );
  for (const name of names)
    said.push(
      await net.fetch(ok, { headers: { [name]: 'v' } }).then(
        (r) => `${r.status}`,
        (error) => error.message.slice(0, 60),
      ),
    );
  for (const body of bodies)
    for (const extra of [
      {},
      { 'content-length': '1' },
      { 'transfer-encoding': 'chunked' },
      { connection: 'upgrade', upgrade: 'h2c' },
    ])
      said.push(
        await net.fetch(ok, { method: 'POST', body, headers: extra, duplex: 'half' }).then(
          (r) => `${r.status}`,
          (error) => error.message.slice(0, 60),
        ),
      );
  said.push(
    await net.fetch(ok, { headers: headers() }).then(
      (r) => `${r.status}`,
      (error) => error.message.slice(0, 60),
    ),
  );
  for (const form of [
    () => fetch(bad),
    () => fetch(new Request(ok), { url: bad }),
    () => fetch(Object.create(new Request(ok), { url: { value: bad } })),
    () => new Request(ok).clone.call(new Request(bad)),
    () => fetch(new Headers([['a', 'b\r\nc']])),
  ])
    said.push(
      await (async () => form())().then(
        (r) => `${r?.status}`,
        (error) => error.message.slice(0, 60),
      ),
    );
  return said.join('\n').slice(0, 9_000);
};
