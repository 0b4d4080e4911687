// class: survival
// goal: after
// options: {"deadline":2500,"wait":500,"settle":5000}
// Bytes by the hundred megabytes through every decoder, in one piece, in crumbs, and with what is begun kept for ever.
export default () => {
  const big = new Uint8Array(96 * 1024 * 1024).fill(0x81);
  for (let i = 0; i < big.length; i += 3) big[i] = i;
  const said = [];
  for (const label of [
    'utf-8',
    'utf-16le',
    'utf-16be',
    'gb18030',
    'big5',
    'euc-jp',
    'iso-2022-jp',
    'shift_jis',
    'euc-kr',
    'windows-1252',
    'x-user-defined',
    'ibm866',
    'koi8-r',
    'macintosh',
  ]) {
    try {
      const decoder = new TextDecoder(label, { fatal: false });
      said.push(decoder.decode(big).length);
      const crumbs = new TextDecoder(label);
      for (let i = 0; i < 200_000; i++) crumbs.decode(big.subarray(i, i + 1), { stream: true });
      const pieces = new TextDecoder(label);
      for (let i = 0; i < 50; i++) pieces.decode(big.subarray(0, 1 << 20), { stream: true });
    } catch (error) {
      said.push(error.message);
    }
  }
  try {
    new TextDecoder('x'.repeat(1 << 28));
  } catch (error) {
    said.push(error.name);
  }
  const text = 'é\ud800'.repeat(50_000_000);
  for (let i = 0; i < 20; i++)
    said.push(new TextEncoder().encode(text).length, btoa('x'.repeat(1 << 27)).length);
  return said.join();
};
