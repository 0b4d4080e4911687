import { randomUUID } from 'node:crypto';
import { visibleText } from './visible-text.js';

/**
 * What a build server on GitHub takes for a command to itself: `::` where a line begins, for which it skips blanks, and `##[` anywhere.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
const MAY_COMMAND = /(?:^|[\n\r\v\f\u0085\u2028\u2029])[\s\u0085]*::|##\[/;

/**
 * Lines of others as they may be written to a stream. On a terminal nothing in them draws; anywhere else they are what they are, for programs
 * read them. In a GitHub workflow lines that would be commands stand between `::stop-commands::TOKEN` and `::TOKEN::`, with a token that
 * nobody can guess.
 */
export function foreignOutput(
  text: string,
  stream: { readonly isTTY?: boolean | undefined },
  env: NodeJS.ProcessEnv = process.env,
): string {
  return withoutCommands(stream.isTTY === true ? visibleText(text) : text, env);
}

/** Lines of others that cannot be commands to the build server that reads them. */
export function withoutCommands(text: string, env: NodeJS.ProcessEnv = process.env): string {
  if ((env['GITHUB_ACTIONS'] ?? '') === '' || !MAY_COMMAND.test(text)) return text;
  const token = randomUUID();
  return `::stop-commands::${token}\n${text}\n::${token}::`;
}
