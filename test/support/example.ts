const MOST_ITEMS = 2;
const SECRET = /^(\w*token|apiKey|secret)$/i;
/** What the drivers append so that no name is used twice. */
const FRESH = new RegExp(`-${process.pid}-\\d+`, 'g');

/** A body as an example: secrets cut short, lists of things too, no trace of the run. */
export function tidy(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => tidy(item, name));
    return typeof items[0] === 'object' ? items.slice(0, MOST_ITEMS) : items;
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, tidy(field, key)]));
  }
  if (typeof value !== 'string') return value;
  return SECRET.test(name) ? `${value.slice(0, 16)}…` : value.replace(FRESH, '');
}
