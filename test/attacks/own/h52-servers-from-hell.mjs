// class: capability abuse
// goal: dos
// options: {"deadline":12000,"wait":300}
// The granted server is in league with the module: bodies without end, packed bombs, a byte at a time, heads by the thousand, answers that are none.
export default async (pkg, ctx) => {
  const { net } = ctx.context;
  const paths = [
    'endless',
    'bomb',
    'early',
    'upgrade',
    'heads',
    'prototypes',
    'twice',
    'nonsense',
    'reset',
    'chunks',
    'redirfile',
    'redirdata',
  ];
  const ask = (path) =>
    net.fetch(`http://${pkg.okHost}/${path}`).then(
      ({ status, headers, body }) =>
        `${path} ${status} ${JSON.stringify(headers).slice(0, 200)} ${String(body).length}`,
      (error) => `${path} ${error.message}`,
    );
  const said = [];
  void Array.from({ length: 20 }, () => ask('slow'));
  const late = new Promise((resolve) => setTimeout(resolve, 7_000));
  for (let round = 0; round < 3; round++)
    await Promise.race([late, Promise.all(paths.map(async (path) => said.push(await ask(path))))]);
  return said.join('\n').slice(0, 20_000);
};
