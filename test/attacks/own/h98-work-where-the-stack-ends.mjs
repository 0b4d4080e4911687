// class: survival
// goal: dos
// options: {"deadline":8000,"settle":4000}
// The last frames of the stack, and work of the engine that needs more of it there: patterns of all kinds, texts of code, conversions.
export default async () => {
  let made = 0;
  const works = [
    () => new RegExp(`(?:a${made}|(b+)*?)[c-z]{1,9}(?<=x)`).test('aabbcc'),
    () => new RegExp(`(?<n${made}>\\p{L}+)\\k<n${made}>`, 'u').exec('abab'),
    () => 'abc'.replace(new RegExp(`${'('.repeat(40)}${made}${')'.repeat(40)}`), ''),
    () => new Function(`return ${made}`)(),
    () => JSON.parse('['.repeat(50) + ']'.repeat(50)),
    () => [3, 1, 2].sort(() => made),
    () => new Intl.NumberFormat('de').format(made),
  ];
  for (const work of works) {
    const dive = (padding) => {
      try {
        dive(padding);
      } catch {
        // As deep as it goes; each frame on the way back is a little further from the end.
      }
      if (made++ % 200 < 60)
        try {
          work();
        } catch {
          /* The stack has ended. */
        }
    };
    for (let round = 0; round < 3; round++) dive(round);
  }
  return made;
};
