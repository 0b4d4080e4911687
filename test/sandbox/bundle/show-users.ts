import { SETTINGS, tryAsUser } from './users.js';

// Prints whose bundle ran in each setting, as root: node dist/test/sandbox/bundle/show-users.js
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
