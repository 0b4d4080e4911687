import { parseArgs } from 'node:util';
import { SETTINGS, tryAsUser } from './users.js';

const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } });
if (values.help) {
  process.stdout.write(`npm run users

Two users share one folder for temporary files, HOME is missing, unreadable or read-only, or the user id has no account: prints whose bundle ran.
Needs to be run as root. Ends with 1 when a user ran what another one has made.
`);
  process.exit();
}
let failures = 0;
for (const setting of SETTINGS) {
  const { code, ran, notes, entries } = await tryAsUser(setting);
  if (code !== 0 || ran !== 'honest honest') failures++;
  const kept = entries > 0 ? 'kept' : 'not kept';
  process.stdout.write(
    `| ${setting.name.padEnd(62)} | exit ${code ?? '-'} | ran: ${ran} | ${kept} | ${notes.length} line in the log |\n`,
  );
}
process.exitCode = failures === 0 ? 0 : 1;
