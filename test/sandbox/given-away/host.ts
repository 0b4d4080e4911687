import { askGuest, type Container, type Wall } from './bare-guest.js';
import { guestScript, type Gift } from './guest-script.js';
import { plant } from './planted.js';
import { POWERS, type Power, type PowerName } from './powers.js';

/** What a host is started for: one guest, to which something is given away, behind the walls that are left. */
export interface Trial {
  readonly container: Container;
  readonly gift: Gift;
  readonly without: readonly Wall[];
  readonly powers: readonly PowerName[];
}

/** What a host prints: the powers that the guest got, and by which ways. */
export type Got = Readonly<Partial<Record<PowerName, readonly string[]>>>;

type Found = Readonly<Record<string, readonly (readonly [way: string, value: string])[]>>;

const trial = JSON.parse(process.argv[2] ?? '') as Trial;
const planted = await plant();
const script = guestScript(trial.gift, trial.powers, planted.surroundings);
const found = await ask();
const got: Partial<Record<PowerName, readonly string[]>> = {};
const seen = planted.seen();
for (const name of trial.powers) {
  const { evidence, isSeenByHost }: Power = POWERS[name];
  const ways = (found[name] ?? []).filter(([, value]) => evidence === undefined || value.includes(evidence));
  if (isSeenByHost === true ? seen.includes(name) : ways.length > 0) got[name] = ways.map(([way]) => way);
}
planted.remove();
process.stdout.write(JSON.stringify(got));
process.exit(0);

/** A guest that ends while it tries to take the host along has got nothing. */
async function ask(): Promise<Found> {
  try {
    return JSON.parse(await askGuest(trial.container, trial.without, script)) as Found;
  } catch (error) {
    if (trial.powers.every((name) => (POWERS[name] as Power).isDeadly === true)) return {};
    throw error;
  }
}
