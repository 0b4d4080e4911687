import { createStep } from 'phlow/sdk';

/** Reads its template through the host, which was allowed to do that for it, and fills it in. */
export default createStep(async ({ input }, context) => {
  const template = await context.fs.readText('./templates/invoice.txt');
  return template.replace('{customer}', input.customer).replace('{amount}', input.amount.toFixed(2)).trim();
});
