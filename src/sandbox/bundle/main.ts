import { text } from 'node:stream/consumers';
import { buildBundle, type BundleJob } from './build.js';

// The bundler's own process: one job on standard input, one outcome on standard output, then it ends. Hostile source is parsed here and not
// in the host, so that what crashes, hangs or bloats a parser costs one load and nothing else.
const job = JSON.parse(await text(process.stdin)) as BundleJob;
process.stdout.write(JSON.stringify(await buildBundle(job)));
