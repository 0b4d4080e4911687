// class: capability abuse
// goal: canary
// A second request hidden in the first, or a header that is the connection's own: the granted server must never see `/smuggled`.
export default async (pkg, ctx) => {
  const { net } = ctx.context;
  const hidden = `GET /smuggled HTTP/1.1\r\nHost: ${pkg.okHost}\r\n\r\n`;
  const url = `http://${pkg.okHost}/`;
  const tries = [
    [url, { method: 'POST', headers: { 'transfer-encoding': 'chunked' }, body: `0\r\n\r\n${hidden}` }],
    [url, { method: 'POST', headers: { 'content-length': '0' }, body: hidden }],
    [url, { method: 'POST', headers: { 'Content-Length': '0', 'x-a': `1\r\n\r\n${hidden}` }, body: hidden }],
    [url, { method: 'GET', body: hidden }],
    [url, { headers: { [`x: 1\r\n\r\n${hidden}`]: '1' } }],
    [url, { headers: { expect: '100-continue', upgrade: 'h2c', connection: 'upgrade' } }],
    [url, { method: `GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\nGET` }],
    [url, { method: 'CONNECT' }],
    [url, { method: 'TRACE' }],
    [`${url}a HTTP/1.1\r\nHost: x\r\n\r\n${hidden}`, undefined],
    [`${url}\u560a\u560dsmuggled`, undefined],
    [url, { headers: { host: 'smuggled' } }],
    [url, { headers: { 'x-long': 'x'.repeat(500_000) } }],
    [url, { body: 'AAAA', isBase64: 'yes', agent: {}, lookup: {}, socketPath: pkg.udsPath }],
  ];
  const said = [];
  for (const [at, options] of tries)
    said.push(
      await net.fetch(at, options).then(
        ({ status }) => String(status),
        (error) => error.message,
      ),
    );
  return said.join('\n');
};
