// class: host tooling
// goal: dos
// options: {"files":{"phlow.yaml":"name: attack\nversion: 1.0.0\nentry: index.mjs\ninput:\n  type: object\n  properties:\n    okHost: { type: string, pattern: '^((([0-9.:])+)+)+x$' }\n    secretFile: { type: string, pattern: '^(([a-z/-])*)*!$' }\n    secretDir: { type: string, pattern: '^(\\w|\\W)*(\\w|\\W)*(\\w|\\W)*(\\w|\\W)*(\\w|\\W)*!$' }\n"}}
// A schema in the manifest is checked by the host: patterns that take longer than the universe has.
export default () => 'called';
