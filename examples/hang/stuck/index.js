function parseForever(text) {
  let position = 0;
  const token = text.slice(0, 4);
  while (true) {
    if (position >= text.length) position = 0;
    position++;
  }
  return token;
}

export default (pkg, context) => {
  for (let i = 0; i < 300; i++) context.log.info(`parsing line ${i}`);
  return parseForever(pkg.input.text);
};
