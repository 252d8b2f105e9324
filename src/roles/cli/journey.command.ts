import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StartupError } from '../../config/config.js';
import { print } from './context.js';

const ROOT = join(import.meta.dirname, '../../..');

/** Module of `local/demo`, which is no part of the product: loaded when it is asked for. */
interface Journeys {
  readonly journey: (
    stage: { baseUrl: string; shop: string; apiKey: string; adminToken: string },
    tell: (line: string) => void,
  ) => Promise<unknown>;
}

interface Credentials {
  baseUrl: string;
  adminEmail: string;
  adminPassword: string;
  shop: string;
  apiKey: string;
}

/** Tells what an order goes through, from the basket to the delivery, over HTTP on the running quickstart. */
export async function playJourney(): Promise<void> {
  const { baseUrl, adminEmail, adminPassword, shop, apiKey } = await credentials();
  const answer = await fetch(`${baseUrl}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: adminEmail, password: adminPassword }),
  }).catch(() => {
    throw new StartupError(`Nothing answers at ${baseUrl}: is \`npm run quickstart\` running?`);
  });
  const { accessToken } = (await answer.json()) as { accessToken?: string };
  if (accessToken === undefined)
    throw new StartupError(`${baseUrl} refuses the operator of .local/credentials.json (${answer.status}).`);
  const path = pathToFileURL(join(ROOT, 'local/demo/journey.ts')).href;
  const { journey } = (await import(path)) as Journeys;
  await journey({ baseUrl, shop, apiKey, adminToken: accessToken }, print);
}

async function credentials(): Promise<Credentials> {
  try {
    return JSON.parse(await readFile(join(ROOT, '.local/credentials.json'), 'utf8')) as Credentials;
  } catch {
    throw new StartupError('There is no .local/credentials.json: start `npm run quickstart` first.');
  }
}
