import { join } from 'node:path';
import { say } from '../bootstrap/progress.mjs';
import type { Credentials, DemoResult } from './credentials.ts';
import { joinCredentials, parseDemoResult, readCredentials, writeCredentials } from './credentials.ts';
import { places } from './places.ts';
import { runScript } from './script.ts';

type Environment = NodeJS.ProcessEnv;

/** Brings the database to the newest schema. */
export async function migrate(env: Environment, signal: AbortSignal): Promise<void> {
  say('migrating the database');
  await runScript([join(places.dist, 'migrate.js'), 'up'], { label: 'migrate', env, signal });
}

/** Loads the demo data (nothing changes when it is there) and writes credentials.json. */
export async function loadDemo(baseUrl: string, env: Environment, signal: AbortSignal): Promise<Credentials> {
  say('loading demo data');
  const known = readCredentials(places.credentials);
  const result = await runDemo([], env, signal);
  const credentials = joinCredentials(baseUrl, result, known);
  if (credentials === null) return rotateCredentials(baseUrl, env, signal);
  writeCredentials(places.credentials, credentials);
  return credentials;
}

/** Makes a new password and key: the old ones are lost, or do not fit this database. */
export async function rotateCredentials(
  baseUrl: string,
  env: Environment,
  signal: AbortSignal,
): Promise<Credentials> {
  say('making new credentials: those of the demo accounts are not known here');
  const credentials = joinCredentials(baseUrl, await runDemo(['--rotate'], env, signal), {});
  if (credentials === null) throw new Error('demo:load --rotate gave no new credentials');
  writeCredentials(places.credentials, credentials);
  return credentials;
}

/** Whether the running app takes the key: credentials.json may come from another database. */
export async function keyWorks({ baseUrl, shop, apiKey }: Credentials): Promise<boolean> {
  const answer = await fetch(`${baseUrl}/api/shops/${encodeURIComponent(shop)}/products?limit=1`, {
    headers: { authorization: `Bearer ${apiKey}` },
    signal: AbortSignal.timeout(10_000),
  });
  await answer.body?.cancel();
  return answer.status !== 401 && answer.status !== 403;
}

async function runDemo(flags: readonly string[], env: Environment, signal: AbortSignal): Promise<DemoResult> {
  const args = [join(places.dist, 'cli.js'), 'demo:load', ...flags];
  return parseDemoResult(await runScript(args, { label: 'demo load', env, signal }));
}
