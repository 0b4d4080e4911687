import crypto from 'node:crypto';
import { openSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { Host, LogLine, Module, Value } from '../../src/index.js';
import type { HostJob } from './arena.js';
import type { Observed } from './observed.js';
import { SelfWatch } from './self-watch.js';

const DEADLINE_MS = 1_500;

/** The process under attack: a host with the hostile module and a victim. Started once per attack; sends what it has observed at the end. */
async function main(job: HostJob): Promise<Observed> {
  const tokens = recordTokens();
  const { createHost } = await import('../../src/index.js');
  const { jsonLine, prettyLine } = await import('../../src/host/log/log-sink.js');
  Object.assign(globalThis, { __hostSecret: job.heapSecret });
  // Stays open on purpose: a descriptor that the attack did not open.
  openSync(job.descriptorPath, 'r');
  const lines: LogLine[] = [];
  const host = await createHost({ logLevel: 'trace', log: (line) => lines.push(line), warmPool: false });
  const victim = await host.load(job.victimFolder, { isolation: job.level, name: 'victim', grant: {} });
  await victim.call({ secret: job.victimSecret, n: 0 });
  const watch = new SelfWatch();
  await pause(60);

  const deadline = job.options.deadline ?? DEADLINE_MS;
  let reply = '';
  let error = '';
  let attack: Module | undefined;
  try {
    attack = await loadAttack(host, job, deadline);
    const targets = { ...job.targets, hostPid: process.pid };
    reply = textOf(await send(attack, targets, job));
  } catch (thrown) {
    error =
      thrown instanceof Error
        ? `${thrown.message}\n${thrown.stack ?? ''}\n${textOf(thrown.cause)}`
        : String(thrown);
  }
  if (job.options.stop === true) await attack?.close();
  const stoppedAt = lines.length;
  await pause(job.options.wait ?? 100);
  const victimState = await askVictim(victim, job.victimSecret);
  const wasKilled = attack !== undefined && attack.state !== 'ready' && attack.state !== 'stopped';
  const closing = performance.now();
  await attack?.close();
  return {
    reply,
    error,
    logs: lines.map((line) => `${line.message} ${textOf(line.fields)}`).join('\n'),
    rendered: lines.flatMap((line) => [prettyLine(line), jsonLine(line)]),
    wasKilled,
    linesAfterStop: lines.slice(stoppedAt).filter(({ message }) => message.startsWith('AFTER-')).length,
    victim: victimState,
    changed: watch.changed(),
    longestStallMs: watch.longestStallMs,
    longestFileReadMs: watch.longestFileReadMs,
    grownBytes: watch.grownBytes,
    closeMs: performance.now() - closing,
    tokens: [...tokens],
  };
}

/**
 * Loads the attack. When a compartment's bundler refuses it, that is one lock; the form of it that passes the bundler is loaded then, so
 * that the locks behind are put to the test as well.
 */
async function loadAttack(host: Host, job: HostJob, deadline: number): Promise<Module> {
  const options = {
    isolation: job.level,
    name: 'attack',
    grant: job.grant,
    restart: 'never',
    loadTimeoutMs: 5_000,
    limits: { callMs: deadline },
  } as const;
  try {
    return await host.load(job.attackFolder, options);
  } catch (error) {
    if (job.level === 'trusted' || job.level === 'guarded') throw error;
    return await host.load(job.evasiveFolder, options);
  }
}

/** Notes every random text that the host makes, so that the judge knows its tokens. */
function recordTokens(): ReadonlySet<string> {
  const made = new Set<string>();
  const real = crypto.randomBytes;
  Object.assign(crypto, {
    randomBytes: (size: number): Buffer => {
      const bytes = real(size);
      made.add(bytes.toString('hex'));
      return bytes;
    },
  });
  syncBuiltinESMExports();
  return made;
}

function send(attack: Module, targets: Value, { options }: HostJob): Promise<Value> {
  const timeoutMs = (options.deadline ?? DEADLINE_MS) + 2_000;
  if (options.stream !== undefined) return readSome(attack.stream(targets, { timeoutMs }), options.stream);
  return attack.call(targets, {
    timeoutMs,
    ...(options.items === undefined ? {} : { items: itemsUpTo(options.items) }),
  });
}

/** Reads the beginning of a stream, then leaves it. */
async function readSome(items: AsyncIterable<Value>, most: number): Promise<Value> {
  const read: Value[] = [];
  for await (const item of items) if (read.push(item) >= most) break;
  return read;
}

/** What only the reader's pace holds back. */
async function* itemsUpTo(most: number): AsyncGenerator<Value> {
  for (let i = 0; i < most; i++) yield await Promise.resolve({ i, filler: 'x'.repeat(1_000) });
}

async function askVictim(victim: Module, secret: string): Promise<Observed['victim']> {
  try {
    const answer = await victim.call({ secret, n: 41 }, { timeoutMs: 5_000 });
    return textOf(answer) === textOf({ answer: 42, isWhole: true }) ? 'answers' : 'wrong';
  } catch {
    return 'silent';
  }
}

function textOf(value: unknown): string {
  try {
    const plain = (_: string, inner: unknown): unknown =>
      inner instanceof Error ? `${inner.message} ${inner.stack ?? ''}` : inner;
    return value === undefined ? '' : JSON.stringify(value, plain);
  } catch (error) {
    return `cannot be written: ${String(error)}`;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

process.once('message', (job) => {
  void main(job as HostJob).then(
    (observed) => process.send?.(observed, () => process.exit(0)),
    (error: unknown) => {
      process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`);
      process.exit(3);
    },
  );
});
