import { isIP } from 'node:net';
import { makeValidator } from 'envalid';

// What the text of a variable may be; each throws a message that goes behind the variable's name.

/** A whole number within bounds. */
export const int = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  makeValidator((text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new Error(`must be a whole number from ${min} to ${max}`);
    }
    return value;
  });
export const ratio = makeValidator((text) => {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new Error('must be a number from 0 to 1');
  return value;
});
/** Addresses, CIDRs, and the names of networks that @fastify/proxy-addr knows. */
export const networks = makeValidator((text) => {
  const parts = listed(text);
  const bad = parts.find(
    (part) => !['loopback', 'linklocal', 'uniquelocal'].includes(part) && !isNetwork(part),
  );
  if (bad !== undefined) throw new Error(`has "${bad}", which is neither an IP address nor a CIDR`);
  return parts;
});
function listed(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}
function isNetwork(text: string): boolean {
  const [ip = '', bits, more] = text.split('/');
  const family = isIP(ip);
  return (
    family > 0 &&
    more === undefined &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)))
  );
}
export const names = makeValidator(listed);
export const cidrs = makeValidator((text) => {
  const parts = listed(text);
  const bad = parts.find((part) => !isNetwork(part));
  if (bad !== undefined) throw new Error(`has "${bad}", which is neither an IP address nor a CIDR`);
  return parts;
});
/** `192.0.2.1`, `192.0.2.1:5353`, `[2001:db8::1]:5353`. */
export const nameServers = makeValidator((text) => {
  const parts = listed(text);
  const bad = parts.find((part) => isIP(part) === 0 && !/^(\d+(\.\d+){3}|\[[\da-f:.]+\]):\d+$/i.test(part));
  if (bad !== undefined) throw new Error(`has "${bad}", which is no IP address with or without a port`);
  return parts;
});
export const seconds = makeValidator((text) => {
  const parts = listed(text).map(Number);
  if (parts.length === 0 || parts.some((part) => !(part >= 0)))
    throw new Error('must be numbers of seconds, comma separated');
  return parts;
});
export const mongoUri = makeValidator((text) => {
  if (!/^mongodb(\+srv)?:\/\/./.test(text)) throw new Error('must start with mongodb:// or mongodb+srv://');
  return text;
});
export const redisUri = makeValidator((text) => {
  if (!/^rediss?:\/\/./.test(text)) throw new Error('must start with redis:// or rediss://');
  return text;
});
export const smtpUri = makeValidator((text) => {
  if (text && !/^smtps?:\/\/./.test(text)) throw new Error('must start with smtp:// or smtps://');
  return text;
});
/** `*`, or origins as browsers send them: scheme, host and port, nothing behind. */
export const origins = makeValidator((text) => {
  const parts = listed(text);
  const bad = parts.find((part) => part !== '*' && (!URL.canParse(part) || new URL(part).origin !== part));
  if (bad !== undefined) throw new Error(`has "${bad}", which is not an origin like https://app.example.com`);
  if (parts.includes('*') && parts.length > 1) throw new Error('has `*` beside other origins');
  return parts;
});
export const secret = makeValidator((text) => {
  if (text.length < 32) throw new Error('must have at least 32 characters');
  return text;
});

export const optionalSecret = makeValidator((text) => {
  if (text && text.length < 32) throw new Error('must have at least 32 characters');
  return text;
});
