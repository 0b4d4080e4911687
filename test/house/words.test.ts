import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FOLDERS = ['src', 'workers', 'docs'] as const;

/** Words that the code had before it took the field's terms (docs/glossary.md), each with the term that stands for it now. */
const GONE: readonly (readonly [word: RegExp, now: string])[] = [
  [/\bslots?\b|Slot/, 'LoadedModule, module'],
  [/\b(?:[Aa]|[Tt]he|one|its|this|no|another) life\b|\bLife(?:[A-Z]|\b)|\bLives(?:[A-Z]|\b)/, 'Instance'],
  [/\bBill\b|\bbill\b/, 'ModuleMetrics'],
  [/[Ee]rrand/, 'HostRequests'],
  [/[Jj]ourney|[Hh]andedOn/, 'CallContext, PropagatedContext'],
  [/\bIntake|\bintake\b|[Ww]aitingRoom|waiting room/, 'AdmissionQueue, PriorityQueue'],
  [/[Uu]pkeep|\bPulsed?\b|\bpulse\b/, 'Watchdog, Ticker'],
  [/\bRecovery|\bSupervisor\b|\bforgive[ns]?\b/, 'RestartController, RestartStrategy, reset'],
  [/\bretired?\b|\bRetired?\b|RETIRED|startAnew/, 'drain, reset'],
  [/\bcrew\b|\bCrew|PoolLines|placeFor\b/, 'ReplicaSet, ReplicaQueues, replicaFor'],
  [/\bSpares\b|\bspares\b|warmSpares/, 'WarmPool, warmPool'],
  [/[Aa]utops|AUTOPSY/, 'hang report'],
  [/told-?[Ff]ault|\bspoil/, 'redacted fault, failStream'],
  [/Birth\b|\bbirth\b/, 'boot data'],
  [/[Hh]oldingOptions|ModuleHolding|readHolding|HOLDING_/, 'isolation settings'],
  [/[Ss]tandIns?|[Ss]tand-ins?\b|[Aa]bsentInstance/, 'mocks, mockedModule, polyfill'],
  [/\bFindings?\b(?! out)|\bfindings\b/, 'Diagnostics'],
  [/\bSpot\b|\bspots?\b|SourcePlace/, 'SourceRange, SourceLocation'],
  [
    /noted-exit|odd-settings|sum-?[Vv]itals|placed-?[Ll]oad-?[Ee]rror/,
    'traced-exit, aggregate-vitals, locate-load-error',
  ],
  [/[Ss]urroundings/, 'CommandContext'],
  [
    /\basksOf\b|\bDescribedAsk\b|\bPowers?\b|[a-z]Powers?\b|onPower/,
    'requested permissions, grant, capability',
  ],
  [/\b(?:MOST|LARGEST|LONGEST|DEEPEST|FEWEST)_[A-Z]/, 'MAX_, MIN_'],
  [/goesOn|\blengthened\b|FAREWELL/, 'continueWhen, grow, SHUTDOWN_TIMEOUT_MS'],
  [/\b[Tt]old\b(?! apart)|[a-z]Told\b/, 'report, say, show, or what is done: a reader asks who tells whom'],
  [/\b[Ww]hoever\b/, 'the caller, the owner, or who it is'],
  [
    /src\/tools\b|src\/bench\b|phs\/running\b|flow\/run\/|host\/(?:slot|death|bill)\b/,
    'audit, measure, interpreter, engine',
  ],
];

/** Where such a word stands with another meaning, each with its reason. */
const KEPT: readonly { readonly path: RegExp; readonly word: RegExp; readonly why: string }[] = [
  {
    path: /^workers\/modules\/cache\//,
    word: /slot/i,
    why: 'the index of an entry in the arrays of the cache',
  },
  { path: /^src\/wire\/histogram\.ts$/, word: /power/i, why: 'powers of two' },
  {
    path: /^workers\/runtime\/guest\/web\//,
    word: /slot/i,
    why: 'the internal slots of the language specification',
  },
  { path: /^docs\/advisories\.md$/, word: /./, why: 'titles of advisories are quoted' },
  { path: /^docs\/glossary\.md$/, word: /./, why: 'the table that names the words' },
  { path: /^docs\/decisions\//, word: /./, why: 'records of their day' },
];

interface Hit {
  readonly place: string;
  readonly now: string;
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .filter((name) => /\.(?:ts|md|yaml)$/.test(name));
}

function hitsIn(path: string, text: string): Hit[] {
  return text.split('\n').flatMap((line, index) =>
    GONE.flatMap(([word, now]) => {
      const found = word.exec(line)?.[0];
      if (found === undefined) return [];
      const isKept = KEPT.some((row) => row.path.test(path) && row.word.test(found));
      return isKept ? [] : [{ place: `${path}:${index + 1}: ${found}`, now }];
    }),
  );
}

describe('the words of the house', () => {
  test('are those of docs/glossary.md', () => {
    const files = FOLDERS.flatMap(filesBelow);
    expect(files.length).toBeGreaterThan(100);
    const hits = files.flatMap((path) => hitsIn(path, readFileSync(join(ROOT, path), 'utf8')));
    expect(hits).toEqual([]);
  });

  test('are looked for in names and in prose', () => {
    expect(hitsIn('src/host/x.ts', 'class Slot {}')).toHaveLength(1);
    expect(hitsIn('src/host/x.ts', '// one life of a module')).toHaveLength(1);
    expect(hitsIn('src/host/x.ts', ['const ', 'MOST', '_FRAMES = 1;'].join(''))).toHaveLength(1);
    expect(hitsIn('workers/modules/cache/x.ts', 'slot')).toEqual([]);
    expect(hitsIn('docs/x.md', 'The owner is told of it.')).toHaveLength(1);
    expect(hitsIn('docs/x.md', 'Instances are told apart by a number.')).toEqual([]);
  });
});
