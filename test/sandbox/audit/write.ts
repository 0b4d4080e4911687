import { writeFileSync } from 'node:fs';
import { audit, snapshotFile } from './audit.js';

/** Writes the list of reachable paths for the Node that runs, after somebody has looked at what is new. */
const { paths, forbidden, changeable } = await audit();
writeFileSync(snapshotFile(), `${paths.join('\n')}\n`);
process.stdout.write(
  `${paths.length} paths in ${snapshotFile()}; forbidden: ${forbidden.join(', ')}; changeable: ${changeable.join(', ')}\n`,
);
