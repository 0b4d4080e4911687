import { nodeFeatures } from '../../src/sandbox/node-features.js';
import { LOCKDOWN_OPTIONS } from '../../workers/guest/lockdown-options.js';
import { BOOT, bootThread, LIBRARY } from './boot-thread.js';

/** A lock that the test takes away, to see what stands behind it. */
export type Lock = 'scuttle' | 'script' | 'permission';

/** What a module would do if the compartment had fallen; each answers `denied` or what it got. */
export const PROBES = {
  'a file through process': `real.process.getBuiltinModule('fs').readFileSync(secretFile, 'utf8')`,
  'a file through import': `IMPORT('node:fs').then((fs) => fs.readFileSync(secretFile, 'utf8'))`,
  'a program': `IMPORT('node:child_process').then((cp) => String(cp.execFileSync('/bin/echo', ['ran'])))`,
  'a thread of its own': `IMPORT('node:worker_threads').then((wt) => new Promise((resolve, reject) => new wt.Worker('1', { eval: true, execArgv: [] }).on('online', resolve).on('error', reject)))`,
  'a module from a text': `IMPORT('data:text/javascript,export default 1').then((text) => text.default)`,
  'the environment': `real.process.env.PATH.length`,
  'a signal to the host': `real.process.kill(real.process.pid, 0)`,
  'a connection': `IMPORT('node:net').then((net) => new Promise((resolve, reject) => net.connect(9, '127.0.0.1').on('error', (error) => (error.code === 'ECONNREFUSED' ? resolve('sent') : reject(error)))))`,
  'shared memory': `new real.SharedArrayBuffer(8).byteLength`,
  WebAssembly: `new real.WebAssembly.Memory({ initial: 1 }).buffer.byteLength`,
  'a channel to other threads': `new real.BroadcastChannel('x').name`,
  'a changed prototype': `(() => { real.Object.prototype.changed = 1; return ({}).changed ?? (() => { throw new Error('frozen'); })(); })()`,
} as const;

export type Probe = keyof typeof PROBES;

/**
 * Starts the real boot code of a sandboxed thread with a script that gives everything away: the probes are evaluated by the realm's own
 * `eval`, with its real global object. Resolves with what each got, `denied` for an error.
 */
export async function breach(without: readonly Lock[], secretFile: string): Promise<Record<Probe, string>> {
  const script = `${LIBRARY}
    ;globalThis.feral = { eval: globalThis.eval };
    ;lockdown(${JSON.stringify(LOCKDOWN_OPTIONS)});
    (function () {
      const { eval: feralEval } = globalThis.feral;
      const real = globalThis;
      return (link) => {
        ${without.includes('scuttle') ? '' : 'link.scuttle();'}
        const run = async () => {
          const found = {};
          for (const [name, source] of Object.entries(${JSON.stringify(PROBES)})) {
            try {
              const probe = feralEval('(real, secretFile) => ' + source.replaceAll('IMPORT', 'im' + 'port'));
              found[name] = String(await probe(real, ${JSON.stringify(secretFile)}));
            } catch (error) {
              found[name] = 'denied';
            }
          }
          link.post(JSON.stringify(found));
        };
        run();
      };
    })()`;
  const boot = without.includes('script')
    ? BOOT.replace(
        'filename:"phlow:guest"',
        'filename:"phlow:guest",importModuleDynamically:require("node:vm").constants.USE_MAIN_CONTEXT_DEFAULT_LOADER',
      )
    : BOOT;
  const flags = without.includes('permission') ? [] : [nodeFeatures().permissionFlag];
  return JSON.parse(await bootThread(script, flags, boot)) as Record<Probe, string>;
}
