// class: cross-tenant
// goal: leak
// options: {"success":"NEIGHBOUR-ANSWERED"}
// Other modules without a grant, under every name that a careless table would answer to.
export default async (pkg, ctx) => {
  const names = [
    'victim',
    ' victim',
    'Victim',
    '../victim',
    './victim',
    'victim\u0000',
    '__proto__',
    'constructor',
    'toString',
    'attack',
    'host',
    '*',
    '',
    ['victim'],
    { toString: () => 'victim', toJSON: () => 'victim' },
  ];
  const inputs = [{ n: 41 }, { secret: null }, { __proto__: { secret: 1 } }, undefined];
  const said = [];
  for (const name of names)
    for (const input of inputs)
      said.push(
        await (async () => ctx.context.module(name).call(input))().then(
          (reply) => `ANSWER ${JSON.stringify(reply)}`,
          (error) => error.message,
        ),
      );
  return said.some((text) => text.startsWith('ANSWER')) ? 'NEIGHBOUR-ANSWERED' : said.join('\n');
};
