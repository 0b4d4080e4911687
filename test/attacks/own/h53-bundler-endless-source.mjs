// class: host tooling
// goal: dos
// options: {"deadline":2500,"plants":{"attack/big.js":"sparse 2000000000","attack/endless.js":"link /dev/zero","attack/pipe.js":"pipe"}}
// Sources that have no end or block who reads them.
const load = {
  big: () => require('./big.js'),
  endless: () => require('./endless.js'),
  pipe: () => require('./pipe.js'),
};
export default () => {
  const said = [];
  for (const one of Object.values(load)) {
    try {
      said.push(typeof one());
    } catch (error) {
      said.push(error.message);
    }
  }
  return said.join();
};
