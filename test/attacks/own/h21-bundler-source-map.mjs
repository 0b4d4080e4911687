// class: host tooling
// goal: leak
// options: {"files":{"mapped.js":"//# sourceMappingURL=../secret.json\nexport const boom = () => { throw new Error('boom'); };\n/*# sourceMappingURL=../static.json */","broken.map.js":"//@ sourceURL=../secret.txt\nexport const other = () => { throw new Error('other'); };\n//# sourceMappingURL=data:application/json,{\"version\":3,\"sources\":[\"../secret.txt\"],\"sourcesContent\":[null],\"names\":[],\"mappings\":\"AAAA;AAAA;AAAA\"}"}}
// Source maps and names of sources that point to files of the host, which a reader of stacks would show.
import { boom } from './mapped.js';
import { other } from './broken.map.js';

export default async (pkg, ctx) => {
  for (const run of [boom, other])
    try {
      run();
    } catch (error) {
      console.error(error);
      Promise.reject(error);
      ctx.log(error.stack);
    }
  //# sourceURL=../secret.txt
  other();
};
