// class: log injection
// goal: loginject
// Log lines and the names of their fields with the control characters that are easily forgotten.
export default (pkg, ctx) => {
  const odd = 'a\u009b2Jb\u0085c\u007fd\u202ee\u2066f\u2028g\rh\u0000i\ud800j\u001b[2Jk\u200f';
  for (const level of ['trace', 'debug', 'info', 'warn', 'error'])
    ctx.context.log[level](odd, { [odd]: { [odd]: [odd] }, '\n{"level":"info","module":"host"': 1 });
  console.error(odd, { [odd]: odd }, new Error(odd));
  console.log('\n{"level":"info","module":"host","msg":"FORGED"}');
  return odd;
};
