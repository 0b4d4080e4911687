// class: host tooling
// goal: leak
// options: {"files":{"package.json":"{\"name\":\"attack\",\"imports\":{\"#secret\":\"../static.json\",\"#up/*\":\"../*.json\"},\"exports\":{\"./own\":\"../static.json\"},\"browser\":{\"./mapped.js\":\"../static.json\",\"fs\":\"../static.json\"},\"alias\":{\"x\":\"../static.json\"}}","mapped.js":"export default 1;","node_modules/dep/package.json":"{\"name\":\"dep\",\"main\":\"../../../static.json\",\"browser\":\"../../../static.json\",\"exports\":\"../../../static.json\"}","node_modules/plain/package.json":"{\"name\":\"plain\",\"main\":\"../../../static.json\"}"}}
// Fields of package.json that send a bundler to files of the host.
const loads = [
  () => require('#secret'),
  () => require('#up/static'),
  () => require('attack/own'),
  () => require('./mapped.js'),
  () => require('fs'),
  () => require('dep'),
  () => require('plain'),
  () => require('x'),
];

export default () =>
  loads
    .map((load) => {
      try {
        return JSON.stringify(load());
      } catch (error) {
        return error.message;
      }
    })
    .join('\n');
