import { describe, expect, test } from '@jest/globals';
import { graphFlow } from '../../src/index.js';

async function lines(text: string): Promise<string[]> {
  return (await graphFlow({ text }))
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
}

describe('a graph', () => {
  test('shows branches, jumps, guards, returns and where they lead', async () => {
    const flow = `modules: [cache]
steps:
  - id: ask
    cache.get: { key: "k" }
  - assert: payload.found
    then:
      - log.info: found
      - assert: main
        return: payload
    else: { label: "say <no>", to: ask }
  - assert: payload == "x"
    to: ask
`;
    expect(await lines(flow)).toEqual([
      'flowchart TD',
      'start([start])',
      'finish([end])',
      's0[["ask<br>use cache"]]',
      's1{"payload.found?"}',
      's2["log"]',
      's3(["if main<br>return"])',
      's4["say #60;no#62;"]',
      's5["if payload == #34;x#34;"]',
      'start --> s0',
      's0 --> s1',
      's1 -->|yes| s2',
      's1 -->|no| s4',
      's2 --> s3',
      's3 -->|yes| finish',
      's3 -->|no| s5',
      's4 --> s0',
      's5 -->|yes| s0',
      's5 -->|no| finish',
    ]);
  });

  test('draws the bodies of parallel and for_each as boxes, and error branches dotted', async () => {
    const flow = `steps:
  - parallel:
      a: [{ payload: 1 }, { for_each: { in: main.list, steps: [{ id: each }] } }]
      none: []
    on_error: { label: rescue }
  - label: after
`;
    expect(await lines(flow)).toEqual([
      'flowchart TD',
      'start([start])',
      'finish([end])',
      's0["parallel"]',
      's4["rescue"]',
      's5["after"]',
      'subgraph b0_0["a"]',
      's1["payload"]',
      's2["for each of main.list"]',
      'subgraph b2_0["for each item"]',
      's3["each"]',
      'end',
      'end',
      'subgraph b0_1["none"]',
      'end',
      'start --> s0',
      's0 --> s5',
      's0 -.->|error| s4',
      's1 --> s2',
      's4 --> s5',
      's5 --> finish',
      's0 ==> s1',
      's2 ==> s3',
    ]);
  });

  test('of an empty flow leads from start to end, that of an endless one nowhere else', async () => {
    expect(await lines('steps: []')).toContain('start --> finish');
    expect((await lines('steps: [{ id: a, to: a }]')).join()).not.toContain('finish');
  });

  test('cuts long conditions', async () => {
    const [line] = (await lines(`steps:\n- assert: main == "${'x'.repeat(100)}"\n`)).filter((text) =>
      text.startsWith('s0'),
    );
    expect(line).toMatch(/^s0\["if main == #34;x{47}…"\]$/);
  });
});
