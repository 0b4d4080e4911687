const REASONS: readonly (readonly [reason: string, ids: string])[] = [
  [
    'a flow is one document',
    '35KP 5TYM 6WLZ 6XDY 6ZKB 7Z25 9DXL 9KAX 9WXW JHB9 KSS4 L383 M7A3 PUW8 RZT7 U9NS UT92 W4TN',
  ],
  [
    'tags beyond the core schema are errors that say what to write',
    '2XXW 565N 6CK3 7FWL C4HZ CC74 CUP7 J7PZ M5C3 P76L UGM3 Z67P Z9M4',
  ],
  ['a directive that nobody knows is an error', '2LFX 6LVF BEC7'],
  ['an anchor that ends with a colon is an error: it reads like a key', '2SXE W5VH'],
  ['the library takes the second of two equal directives', 'SF5V'],
];

/** Texts of the YAML test suite that a flow does not read as the suite says, by id, and why. */
export const YAML_EXCEPTIONS: Readonly<Record<string, string>> = Object.fromEntries(
  REASONS.flatMap(([reason, ids]) => ids.split(' ').map((id) => [id, reason])),
);
