import { expect, test } from '@jest/globals';
import { withFolder } from '../../support/temporary-folder.js';
import { writeFiles } from '../../support/write-files.js';
import { llhttpCases } from './llhttp-cases.js';
import { runCorpus } from './run-corpus.js';

/** A case in the format of llhttp's tests. */
function written(title: string, type: string, request: readonly string[], log: readonly string[]): string {
  const block = (kind: string, lines: readonly string[]): string =>
    ['```' + kind, ...lines, '```', ''].join('\n');
  return [
    `## ${title}`,
    '',
    `<!-- meta={"type": "${type}"} -->`,
    block('http', request),
    block('log', log),
  ].join('\n');
}

const HEAD = [
  'off=0 message begin',
  'off=0 len=3 span[method]="PUT"',
  'off=4 len=2 span[url]="/a"',
  'off=12 len=3 span[version]="1.1"',
  'off=15 version complete',
  'off=17 len=14 span[header_field]="Content-Length"',
  'off=33 len=1 span[header_value]="3"',
  'off=36 header_value complete',
];
const BODY = [
  'off=38 headers complete method=4 v=1/1 flags=20 content_length=3',
  'off=38 len=3 span[body]="abc"',
];
const PUT = ['PUT /a HTTP/1.1', 'Content-Length: 3', '', 'abc'];
const END = 'off=41 message complete';

test('each case of a corpus passes, fails, or is left out with a reason', async () => {
  await withFolder(async (folder) => {
    writeFiles(folder, {
      'cases.md': [
        written('whole', 'request', PUT, [...HEAD, ...BODY, END]),
        written('incomplete', 'request', [...PUT.slice(0, -1), 'a'], [...HEAD, ...BODY.slice(0, 1)]),
        written(
          'refused',
          'request',
          ['PUT /a HTTP/1.1', 'a b: c', '', ''],
          ['off=17 error code=10 reason="x"'],
        ),
        written('refused as it should not be', 'request', ['!', ''], [...HEAD, ...BODY, END]),
        written('taken as it should not be', 'request', PUT, [...HEAD, 'off=37 error code=10 reason="x"']),
        written(
          'another body',
          'request',
          [...PUT.slice(0, -1), 'abd'],
          [...HEAD, ...BODY.map((line) => line.replace('off=38 len=3', 'off=0 len=3')), END],
        ),
        written('lenient', 'request-lenient-headers', PUT, [...HEAD, ...BODY, END]),
      ].join('\n'),
    });
    const { passed, failed, leftOut } = await runCorpus(llhttpCases(folder), 'trusted');
    expect(passed.map(titleOf)).toEqual(['whole', 'incomplete', 'refused']);
    expect(failed.map(({ name }) => titleOf(name))).toEqual([
      'refused as it should not be',
      'taken as it should not be',
      'another body',
    ]);
    expect(leftOut.map(({ name }) => titleOf(name))).toEqual(['lenient']);
  });
});

function titleOf(name: string): string {
  return name.slice(name.indexOf(' ') + 1);
}
