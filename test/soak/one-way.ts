import { liveAndDie } from './live-and-die.js';
import { wayOf } from './ways.js';

// A process of its own for each way: resident memory and descriptors of one say nothing about another. Prints what it found as JSON.
const [name = '', rounds = '0'] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await liveAndDie(name, wayOf(name), Number(rounds))));
