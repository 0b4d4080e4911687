import { describe, expect, test } from '@jest/globals';
import { helpText, readArgs } from '../../bench/args.js';

const SCOPES = ['wire', 'cache', 'boot'];

/** The message that a command line is refused with. */
function refusal(...argv: string[]): string {
  try {
    readArgs(argv, SCOPES);
  } catch (error) {
    expect(error).toMatchObject({ code: 'PHLOW_USAGE' });
    return (error as Error).message;
  }
  throw new Error(`accepted: ${argv.join(' ')}`);
}

describe('readArgs()', () => {
  test('measures all scopes by default, the named ones in their own order otherwise', () => {
    expect(readArgs([], SCOPES).scopes).toEqual(SCOPES);
    expect(readArgs(['--scope', 'boot', '--scope', 'wire'], SCOPES).scopes).toEqual(['wire', 'boot']);
    expect(readArgs(['--scope=boot,wire'], SCOPES).scopes).toEqual(['wire', 'boot']);
  });

  test('--quick shortens the run, and explicit lengths win', () => {
    const long = readArgs([], SCOPES);
    const quick = readArgs(['--quick'], SCOPES);
    expect(quick.rounds * quick.roundMs).toBeLessThan(long.rounds * long.roundMs);
    expect(quick.warmupMs).toBeLessThan(long.warmupMs);
    const given = ['--quick', '--rounds', '20', '--round-ms', '50', '--warmup-ms', '7'];
    expect(readArgs(given, SCOPES)).toMatchObject({ rounds: 20, roundMs: 50, warmupMs: 7 });
  });

  test('refuses an unknown option and names the nearest', () => {
    expect(refusal('--scpe', 'wire')).toContain('Did you mean "scope"?');
  });

  test('refuses an unknown scope and names the nearest', () => {
    expect(refusal('--scope', 'wrie')).toContain('Did you mean "wire"?');
  });

  test.each([
    [['--rounds', 'many'], 'whole number'],
    [['--rounds', '0'], 'whole number'],
    [['--compare'], 'needs a value'],
    [['--json=yes'], 'takes no value'],
    [['wire'], '--scope wire'],
  ])('refuses %j', (argv, words) => {
    expect(refusal(...argv)).toContain(words);
  });
});

test('helpText() lists every option and scope', () => {
  const text = helpText([{ scope: 'wire', about: 'there and back' }]);
  for (const words of ['--scope NAME', '--compare FILE', '--html FILE', 'wire', 'there and back']) {
    expect(text).toContain(words);
  }
});
