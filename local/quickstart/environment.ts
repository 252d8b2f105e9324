import { writeAtomically } from '../bootstrap/files.mjs';
import type { Stack } from '../stack/stack.ts';
import { places } from './places.ts';
import { loadSecrets } from './secrets.ts';

/** The settings of this installation; what the user has set in the environment wins. */
export function appEnvironment(stack: Stack, port: number, baseUrl: string, smtpUrl = ''): NodeJS.ProcessEnv {
  const own: Record<string, string> = {
    MONGODB_URI: stack.mongodbUri,
    REDIS_URL: stack.redisUrl,
    PORT: String(port),
    PUBLIC_URL: process.env.PUBLIC_URL ?? baseUrl,
    SMTP_URL: smtpUrl,
    ...loadSecrets(places.secrets),
  };
  for (const name of Object.keys(own)) own[name] = process.env[name] || (own[name] ?? '');
  // For operator commands in another terminal: they need the same servers and secrets.
  const lines = Object.entries(own).map(([name, value]) => `${name}="${value}"\n`);
  writeAtomically(places.environment, lines.join(''), 0o600);
  return { ...process.env, ...own, ROLE: 'all' };
}
