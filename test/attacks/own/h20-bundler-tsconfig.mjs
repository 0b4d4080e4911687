// class: host tooling
// goal: leak
// options: {"files":{"tsconfig.json":"{\"extends\":\"../static.json\",\"compilerOptions\":{\"baseUrl\":\"..\",\"paths\":{\"secret\":[\"./static.json\"],\"*\":[\"../*\"]},\"jsxImportSource\":\"../static.json\"}}","jsconfig.json":"{\"extends\":\"../static.json\"}","evil.tsx":"/** @jsxImportSource ../static.json */\nimport secret from 'secret';\nexport default [secret, <a />];"}}
// A TypeScript configuration of the module's own that maps names to files of the host.
import evil from './evil.tsx';

export default () => JSON.stringify(evil);
