import type { Context, Package } from '../../../../src/sdk/context.js';
import { Crawl, type CrawlReport } from './crawl.js';
import { Judge } from './judge.js';
import { oracle } from './oracle.js';
import { made } from './samples.js';

/** What the module was handed so far. */
const handed: Record<string, unknown> = {};

declare const require: unknown;
declare const module: unknown;

const useAll = async (context: Context): Promise<void> => {
  const uses: readonly (() => Promise<unknown>)[] = [
    () => context.fs.readText('a'),
    () => context.fs.readBytes('a'),
    () => context.fs.list('.'),
    () => context.net.fetch('http://a/'),
    () => context.module('other').call('x'),
    () => context.clock.sleep(1),
    () => context.clock.sleep(1_000, AbortSignal.abort()),
  ];
  handed['uses'] = await Promise.all(uses.map((use) => use().catch((error: unknown) => error)));
};

export default {
  start(context: Context): string {
    handed['start'] = context;
    return 'state';
  },

  async handler(pkg: Package<unknown>, context: Context): Promise<unknown> {
    switch (pkg.input) {
      case 'gather': {
        handed['package'] = pkg;
        handed['context'] = context;
        handed['signal'] = context.signal;
        await useAll(context);
        const items: unknown[] = [];
        try {
          for await (const item of pkg.items ?? []) items.push(item);
        } catch (error) {
          items.push(error);
        }
        handed['items'] = items;
        return 'gathered';
      }
      case 'wait':
        return new Promise((resolve) => {
          context.signal.addEventListener('abort', (event: unknown) => {
            handed['abort'] = [event, context.signal.reason];
            resolve('aborted');
          });
          context.log.info('waiting');
        });
      default:
        return crawl(Number(pkg.input));
    }
  },
};

async function crawl(seed: number): Promise<CrawlReport> {
  const walk = new Crawl(new Judge(), seed);
  walk.from('globalThis', globalThis);
  for (const [name, value] of Object.entries(handed))
    walk.from(name, value, name !== 'uses' && name !== 'items');
  walk.from('require', require);
  walk.from('module', module, false);
  walk.from('made', made(), false);
  const report = await walk.run();
  const crossings = oracle
    .crossings()
    .split('\n')
    .filter((line) => line !== '');
  return { ...report, complaints: [...report.complaints, ...new Set(crossings)] };
}
