import type { CloneCost } from '../measure/clone-cost.js';
import type { Result } from '../measure/suite.js';

/** What was measured, as a table: one line per case and width. */
export function benchTable(results: readonly Result[]): string {
  const rows = results.map((one) => [
    one.case,
    String(one.inFlight),
    grouped(one.perSecond),
    micros(one.p50Us),
    micros(one.p99Us),
    micros(one.p999Us),
    one.ratioToFloor === undefined ? '-' : one.ratioToFloor.toFixed(2),
    `${Math.round(one.spread * 100)}%`,
  ]);
  return aligned([['case', 'in flight', 'per second', 'p50', 'p99', 'p99.9', 'of floor', 'spread'], ...rows]);
}

/** Fields that take less than this share are summed up. */
const SMALLEST_SHARE = 0.01;

/** What cloning costs, field by field, and what to do about it. */
export function explanationText(
  costs: { readonly input: CloneCost; readonly reply: CloneCost },
  results: readonly Result[],
): string {
  const alone = results.filter(({ isFloor }) => isFloor !== true).sort((a, b) => a.inFlight - b.inFlight)[0];
  const whole = costs.input.us + costs.reply.us;
  let head = `Cloning input and reply takes ${micros(whole)} of CPU time per package, both sides together`;
  if (alone !== undefined && alone.p50Us > 0) {
    const share = Math.min(100, Math.round((whole / alone.p50Us) * 100));
    head += `, ${share}% of the ${micros(alone.p50Us)} that one takes with ${alone.inFlight} in flight`;
  }
  const rows = (['input', 'reply'] as const).flatMap((side) => rowsOf(side, costs[side]));
  return [
    head,
    '',
    aligned([['field', 'bytes', 'clone', 'share', 'moved'], ...rows]),
    '',
    adviceOn(costs),
  ].join('\n');
}

function rowsOf(side: string, { fields }: CloneCost): string[][] {
  const large = fields.filter(({ share }) => share >= SMALLEST_SHARE);
  const rest = fields.length - large.length;
  return [
    ...large.map(({ field, bytes, us, share, movedUs }) => [
      field === '' ? side : `${side}.${field}`,
      grouped(bytes),
      micros(us),
      `${Math.round(share * 100)}%`,
      movedUs === undefined ? '-' : micros(movedUs),
    ]),
    ...(rest === 0 ? [] : [[`${side}: ${rest} more`, '', '', `<1%`, '']]),
  ];
}

function adviceOn({ input, reply }: { readonly input: CloneCost; readonly reply: CloneCost }): string {
  const sides = [
    { side: 'input', cost: input, how: 'call(input, { transfer: [buffer] })' },
    { side: 'reply', cost: reply, how: 'return transfer(reply, [buffer])' },
  ];
  const [dearest] = sides
    .flatMap(({ side, cost, how }) => cost.fields.map((field) => ({ side, how, ...field })))
    .sort((a, b) => b.us - a.us);
  if (dearest === undefined) return 'There is nothing to clone.';
  const { side, field, us, movedUs, how } = dearest;
  const name = field === '' ? `the ${side}` : `${side}.${field}`;
  return movedUs !== undefined && movedUs < us
    ? `Moving the buffer of ${name} instead of copying it saves ${micros(us - movedUs)} per package: ${how}.`
    : `Leaving out ${name} would save ${micros(us)} per package; only buffers can be moved instead.`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, column) =>
          column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function micros(us: number): string {
  if (us < 100) return `${us.toFixed(us < 10 ? 2 : 1)} us`;
  return us < 100_000 ? `${(us / 1000).toFixed(2)} ms` : `${(us / 1_000_000).toFixed(2)} s`;
}

function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ' ');
}
