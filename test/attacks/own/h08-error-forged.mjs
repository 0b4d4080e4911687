// class: log injection
// goal: loginject
// options: {"wait":300}
// Errors that nobody catches end up in the host's report: names, messages and stacks that draw on a terminal or look like other lines.
const FORGED =
  '\u001b[2J\u009b2J\u001b]0;owned\u0007\r\n{"level":"info","module":"host","msg":"FORGED"}\n\u2028\u202e\u2066\u0085';

export default async () => {
  const error = new Error(FORGED);
  Object.defineProperty(error, 'name', { value: FORGED });
  Object.defineProperty(error, 'stack', {
    value: `${FORGED}\n    at ${FORGED}\n    at host (/etc/passwd:1:1)`,
  });
  Object.defineProperty(error, 'code', { value: FORGED });
  Promise.reject(error);
  await new Promise((resolve) => setTimeout(resolve, 50));
  throw error;
};
