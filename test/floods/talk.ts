import { ALL, GUESTS, LARGEST, type Flood } from './flood.js';

const FS = 'permissions:\n  fs: { write: ["$DATA"] }';

const logs = (name: string, line: string, wait = 'await null'): Flood => ({
  name,
  manifest: LARGEST,
  levels: ALL,
  source: `export default async (pkg, { log }) => {
  const end = Date.now() + 3_000;
  while (Date.now() < end) { for (let i = 0; i < 2_000; i++) ${line}; ${wait}; }
};`,
});

const NEXT_TURN = 'await new Promise((resolve) => setTimeout(resolve, 10))';

const events = (name: string, data: string, schema: string, wait: string): Flood => ({
  name,
  manifest: `events: { tick: ${schema} }`,
  levels: ALL,
  source: `export default async (pkg, { emit }) => {
  const data = ${data};
  const end = Date.now() + 3_000;
  while (Date.now() < end) { for (let i = 0; i < 300; i++) emit('tick', data); ${wait}; }
};`,
  drive: (module) => {
    module.on('tick', () => undefined);
    return module.call({}, { timeoutMs: 20_000 });
  },
});

const NEXT_LOOP = 'await new Promise((resolve) => setTimeout(resolve, 0))';

/** What a module says without being asked. */
export const TALK: readonly Flood[] = [
  logs('log lines as small as they can be', `log.info('', { '\\u001b': [] })`, NEXT_TURN),
  logs('log lines without a pause', `log.info('x')`),
  logs('log lines of eight thousand escapes', `log.info('\\u202e'.repeat(8_000))`, NEXT_TURN),
  logs('log lines with fields of crumbs', `log.info('x', { a: Array(5_000).fill({}) })`, NEXT_TURN),
  events('events without a pause', '1', '{ type: any }', NEXT_LOOP),
  events('events as long as they may be', `'x'.repeat(16_384)`, '{ type: string }', NEXT_LOOP),
  events('events of crumbs', 'Array(999).fill({})', '{ type: array, items: { type: object } }', NEXT_LOOP),
  events(
    'events whose check takes long',
    `'a'.repeat(16_000) + '!'`,
    `{ type: string, pattern: "^(a|aa)+$" }`,
    NEXT_LOOP,
  ),
  {
    name: 'standard output in small lines',
    levels: ['trusted', 'guarded'],
    source: `export default async () => { const text = 'a\\n'.repeat(32_768); for (let i = 0; i < 500; i++) { process.stdout.write(text); if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5)); } };`,
  },
  {
    name: 'questions without a pause',
    manifest: FS,
    levels: GUESTS,
    load: { grant: { fs: { write: { $DATA: '.' } } } },
    source: `export default async (pkg, { fs }) => { const end = Date.now() + 3_000; while (Date.now() < end) await Promise.allSettled(Array.from({ length: 64 }, () => fs.writeText('x', {}))); };`,
  },
  {
    name: 'a question of crumbs',
    manifest: `${LARGEST}\n${FS}`,
    levels: GUESTS,
    load: { grant: { fs: { write: { $DATA: '.' } } } },
    source: `export default async (pkg, { fs }) => { await fs.writeText('x', Array(2_000_000).fill([1])); };`,
  },
  {
    name: 'another module asked with crumbs',
    manifest: `limits: { reply: 16MiB, memory: 512MiB }\npermissions:\n  modules: [echo]`,
    levels: GUESTS,
    load: { grant: { modules: ['echo'] } },
    source: `export default async (pkg, context) => { const crumbs = Array(60_000).fill([1]); for (let i = 0; i < 20; i++) await context.module('echo').call(crumbs); };`,
  },
  {
    name: 'runs of a flow without a pause',
    levels: ALL,
    source: `export default { handler: () => 0, async main({ dispatch }) { const end = Date.now() + 3_000; while (Date.now() < end) { for (let i = 0; i < 1_000; i++) dispatch({ i }).catch(() => undefined); await new Promise((resolve) => setTimeout(resolve, 5)); } } };`,
    load: { dispatch: (main) => Promise.resolve(main) },
    drive: () => new Promise((resolve) => setTimeout(resolve, 4_000)),
  },
  {
    name: 'runs of a flow with crumbs',
    manifest: LARGEST,
    levels: GUESTS,
    source: `export default { handler: () => 0, async main({ dispatch }) { const crumbs = Array(340_000).fill([]); for (let i = 0; i < 20; i++) await dispatch(crumbs).catch(() => undefined); } };`,
    load: { dispatch: (main) => Promise.resolve(main) },
    drive: () => new Promise((resolve) => setTimeout(resolve, 4_000)),
  },
  {
    name: 'buffers outside the heap, slowly',
    levels: GUESTS,
    manifest: 'limits: { memory: 64MiB }',
    source: `export default async () => { const kept = []; for (let i = 0; i < 400; i++) { kept.push(new Uint8Array(3 * 1_048_576).fill(1)); await new Promise((resolve) => setTimeout(resolve, 20)); } return kept.length; };`,
    watchMs: 12_000,
  },
];
