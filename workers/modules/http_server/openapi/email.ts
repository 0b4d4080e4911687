/** Whether a text passes for an e-mail address by the rule of docs/spec/modules.md 11.5: its outline is looked at, not its characters. */
export function isEmail(text: string): boolean {
  const address = text.trim();
  const parts = address.split('@');
  const [local = '', domain = ''] = parts;
  if (parts.length !== 2 || local === '' || domain === '' || address.includes(' ') || address.includes('..'))
    return false;
  if (local.startsWith('.') || local.endsWith('.') || !domain.includes('.')) return false;
  const labels = domain.split('.');
  const isWhole = labels.every((label) => label !== '' && !label.startsWith('-') && !label.endsWith('-'));
  return isWhole && (labels.at(-1) ?? '').length >= 2;
}
