/** Fields whose values never reach a log or an error report, wherever they stand. */
export const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'accessToken',
  'refreshToken',
  'apiKey',
  'hash',
  'email',
  'phone',
];

const SECRET_NAME = new RegExp(`^(x-)?(${SECRET_FIELDS.join('|')}|api-key|cookies|set-cookie)$`, 'i');
/** API keys, bearer tokens, JWTs, passwords in URLs, e-mail addresses: wherever they stand in a text. */
const SECRET_TEXT: [RegExp, string][] = [
  [/ent_(live|ticket)_[\w-]+/g, '[redacted key]'],
  [/\bBearer\s+[\w.~+/-]+=*/gi, 'Bearer [redacted]'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[redacted token]'],
  [/(\w+:\/\/[^\s:/@]+:)[^\s@]+@/g, '$1[redacted]@'],
  // the last label is a top level domain, so that a release like name@1.2.3 stays
  [/[\w.+-]+(@|%40)[\w-]+(\.[\w-]+)*\.[a-z]{2,}/gi, '[redacted email]'],
  // JSON that is sent or logged as text, e.g. the body of a request
  [new RegExp(`("(?:${SECRET_FIELDS.join('|')})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"?`, 'gi'), '$1"[redacted]"'],
];
/** What each of the secrets above has: most texts have none of it, and are not searched for all of them. */
const SUSPECT_TEXT = /ent_|bearer|eyJ|:\/\/|@|%40|"/i;
const MAX_DEPTH = 12;

/** A copy in which the values of secret fields, `secretName` says which, and secrets inside texts are replaced. */
export function redact<T>(value: T, secretName = SECRET_NAME): T {
  return copy(value, secretName, 0) as T;
}

function copy(value: unknown, secretName: RegExp, depth: number): unknown {
  if (typeof value === 'string') {
    if (!SUSPECT_TEXT.test(value)) return value;
    return SECRET_TEXT.reduce((text, [pattern, by]) => text.replace(pattern, by), value);
  }
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => copy(item, secretName, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      secretName.test(name) ? '[redacted]' : copy(inner, secretName, depth + 1),
    ]),
  );
}
