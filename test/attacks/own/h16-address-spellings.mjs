// class: capability abuse
// goal: canary
// options: {"deadline":5000}
// The forbidden server under every name it could have, directly and by redirects of the server that is granted.
export default async (pkg, ctx) => {
  const { net } = ctx.context;
  const { tcpPort: port, okHost } = pkg;
  const [, okPort] = okHost.split(':');
  const hosts = [
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '0',
    '0.0.0.0',
    'localhost',
    'localhost.',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '\u2460\u2461\u2466.0.0.1',
    '127\u30020\u30020\u30021',
    `${okHost}@127.0.0.1`,
    '127.0.0.1.nip.io',
  ];
  const urls = [
    ...hosts.map((host) => `http://${host}:${port}/`),
    `http://${okHost}#@127.0.0.1:${port}/`,
    `http://127.0.0.1:${port}#@${okHost}/`,
    `http:\\\\127.0.0.1:${port}\\@${okHost}/`,
    `http://127.0.0.1:${port}\\@${okHost}/`,
    `ws://127.0.0.1:${port}/`,
    `ftp://127.0.0.1:${port}/`,
    `http://127.0.0.1:${okPort}@127.0.0.1:${port}/`,
    `http://127.0.0.1:${Number(okPort) + 65_536}/`,
    ...['redir', 'redir307', 'redirname', 'redirloop', 'redirscheme', 'redirmapped'].map(
      (name) => `http://${okHost}/${name}`,
    ),
  ];
  const said = [];
  for (const url of urls)
    for (const options of [undefined, { method: 'POST', body: 'x' }])
      said.push(
        await net.fetch(url, options).then(
          ({ status }) => `${url} ${status}`,
          (error) => error.message,
        ),
      );
  return said.join('\n');
};
