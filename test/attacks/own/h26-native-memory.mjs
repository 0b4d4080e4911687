// class: memory
// goal: dos
// options: {"deadline":6000,"wait":300}
// Small objects of the platform with much behind them that no heap figure shows.
export default async () => {
  const held = [];
  const locales = ['de', 'ja', 'ar-u-nu-arab', 'th-u-ca-buddhist', 'zh-u-ca-chinese', 'hi', 'ko', 'en'];
  for (let i = 0; ; i++) {
    const locale = locales[i % locales.length];
    held.push(
      new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'full' }),
      new Intl.Collator(locale, { numeric: true, sensitivity: 'base' }),
      new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' }),
      new TextDecoder('gb18030'),
      new TextDecoder('shift_jis'),
      new URL(`http://a${i}.example/${'x'.repeat(200)}`),
    );
    held.at(-6).format(i);
    if (i % 200 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
};
