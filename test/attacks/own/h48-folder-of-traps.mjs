// class: host tooling
// goal: dos
// options: {"deadline":2000,"plants":{"attack/node_modules/dep/package.json":"pipe","attack/node_modules/far/package.json":"link /dev/zero","attack/tsconfig.json":"pipe","evasive/package.json":"pipe"}}
// What tools of the host read beside the code: pipes and devices in the place of settings.
export default () => {
  const said = [];
  for (const load of [() => require('dep'), () => require('far')]) {
    try {
      said.push(JSON.stringify(load()));
    } catch (error) {
      said.push(error.message);
    }
  }
  return said.join('\n');
};
