// class: host tooling
// goal: leak
// options: {"files":{"deep/package.json":"{\"name\":\"deep\",\"imports\":{\"#up\":\"../../static.json\",\"#abs\":\"/proc/self/environ\",\"#file\":\"file://@SECRET_FILE@\"},\"exports\":{\".\":\"../../static.json\"}}","deep/index.js":"try { module.exports = require('#up'); } catch (error) { module.exports = error.message; }","deep/abs.js":"try { module.exports = require('#file'); } catch (error) { module.exports = error.message; }","esbuild.config.js":"process.env","tsconfig.json":"{\"extends\":\"../secret.json\",\"compilerOptions\":{\"paths\":{\"*\":[\"../*\"]},\"baseUrl\":\"..\",\"jsxImportSource\":\"..\"}}",".babelrc":"{}"},"plants":{"attack/out.json":"link ../static.json","attack/outdir":"link ..","attack/env.txt":"link /proc/self/environ"}}
// Schemes, attributes and links that lead a bundler out of the folder.
export default () => {
  const said = [];
  try {
    said.push(JSON.stringify(require('./deep/index.js')));
  } catch (error) {
    said.push(error.message);
  }
  try {
    said.push(JSON.stringify(require('./deep/abs.js')));
  } catch (error) {
    said.push(error.message);
  }
  try {
    said.push(JSON.stringify(require('./out.json')));
  } catch (error) {
    said.push(error.message);
  }
  try {
    said.push(JSON.stringify(require('./outdir/static.json')));
  } catch (error) {
    said.push(error.message);
  }
  try {
    said.push(JSON.stringify(require('./outdir/secret.json')));
  } catch (error) {
    said.push(error.message);
  }
  try {
    said.push(JSON.stringify(require('./env.txt')));
  } catch (error) {
    said.push(error.message);
  }
  try {
    said.push(JSON.stringify(require('static')));
  } catch (error) {
    said.push(error.message);
  }
  try {
    said.push(JSON.stringify(require('../static.json')));
  } catch (error) {
    said.push(error.message);
  }
  try {
    said.push(JSON.stringify(require('./../static.json?raw')));
  } catch (error) {
    said.push(error.message);
  }
  try {
    said.push(JSON.stringify(require('./deep/../../static.json#x')));
  } catch (error) {
    said.push(error.message);
  }
  try {
    said.push(JSON.stringify(require('/proc/self/environ')));
  } catch (error) {
    said.push(error.message);
  }
  try {
    said.push(JSON.stringify(require('file:///proc/self/environ')));
  } catch (error) {
    said.push(error.message);
  }
  try {
    said.push(JSON.stringify(require('@/static.json')));
  } catch (error) {
    said.push(error.message);
  }
  try {
    said.push(JSON.stringify(require('attack')));
  } catch (error) {
    said.push(error.message);
  }
  return said.join('\n');
};
