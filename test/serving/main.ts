import useOwnCache from '../support/own-cache.js';
import { sigtermRound } from './sigterm.js';

useOwnCache();

/* npm run serving: SIGTERM under 100 connections of load, ten times at each level. */
const ROUNDS = 10;

let dropped = 0;
for (const isolation of ['trusted', 'isolated']) {
  for (let i = 1; i <= ROUNDS; i++) {
    const round = await sigtermRound({ connections: 100, signalAfter: 2_000, isolation });
    dropped += round.dropped.length;
    const { answered, answeredAfter, refused, exitCode } = round;
    console.log(
      `${isolation} ${i}: answered ${answered}, ${answeredAfter} of them after SIGTERM; refused ${refused}; dropped ${round.dropped.length}; exit code ${String(exitCode)}`,
    );
    for (const what of new Set(round.dropped)) console.log(`  ${what}`);
  }
}
console.log(`dropped in all: ${dropped}`);
process.exitCode = dropped === 0 ? 0 : 1;
