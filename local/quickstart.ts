import { remove } from './bootstrap/files.mjs';
import { say, sayError } from './bootstrap/progress.mjs';
import { appEnded, endLeftApps, startApp, waitUntilReady } from './quickstart/app.ts';
import type { App } from './quickstart/app.ts';
import { banner } from './quickstart/banner.ts';
import { keyWorks, loadDemo, migrate, rotateCredentials } from './quickstart/demo.ts';
import { appEnvironment } from './quickstart/environment.ts';
import { announceStop, parsePort, requireFreePort } from './quickstart/guard.mjs';
import { places } from './quickstart/places.ts';
import { stopSignal } from './quickstart/stop-signal.ts';
import { startMailSink, type MailSink } from './mail/sink.ts';
import { useOrStartStack } from './stack/stack.ts';
import { endServersBelow } from './stack/sweep.ts';

// The second part of `npm run quickstart`: packages and dist are there, this is the product's own Node.

const SERVER_STOP_LIMIT_MS = 20_000;
const signal = stopSignal();
let app: App | null = null;
let mails: MailSink | null = null;
/** The page of the mails is this far from the app's port, if that is free. */
const MAIL_PAGE_OFFSET = 25;

/** Runs everything until the app ends (never by itself, normally) or a signal comes. */
async function run(): Promise<void> {
  const port = parsePort(process.env.PORT);
  const baseUrl = `http://127.0.0.1:${port}`;
  await endLeftApps(say);
  await requireFreePort(port);
  if (process.argv.includes('--fresh')) await startOver();
  say('starting MongoDB and Valkey');
  const stack = await abortable(useOrStartStack({ dir: places.data, log: say }));
  if (!process.env.SMTP_URL) mails = await startMailSink(port + MAIL_PAGE_OFFSET);
  const env = appEnvironment(stack, port, baseUrl, mails?.smtpUrl);
  await migrate(env, signal);
  let credentials = await loadDemo(baseUrl, env, signal);
  say('starting the app');
  app = startApp(env);
  await waitUntilReady(app, baseUrl, signal);
  if (!(await keyWorks(credentials))) credentials = await rotateCredentials(baseUrl, env, signal);
  say('ready');
  process.stdout.write(banner(credentials, mails?.pageUrl));
  throw appEnded(await abortable(app.ended));
}

async function startOver(): Promise<void> {
  say('starting over: deleting the data of .local');
  await endServersBelow(places.data, SERVER_STOP_LIMIT_MS);
  for (const path of [places.data, places.credentials, places.secrets, places.environment]) remove(path);
  if (process.env.MONGODB_URI) say('  the database of MONGODB_URI is not ours to delete: it stays as it is');
}

/** Rejects at once when a signal comes; what still runs is ended on the way out. */
async function abortable<T>(work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('stopped'));
      });
    }),
  ]);
}

let exitCode = 0;
try {
  await run();
} catch (error) {
  if (!signal.aborted) {
    exitCode = 1;
    announceStop();
    sayError(error);
  }
}
say(exitCode === 0 ? 'stopping' : 'stopping the servers');
await (app as App | null)?.stop();
await (mails as MailSink | null)?.close();
await endServersBelow(places.data, SERVER_STOP_LIMIT_MS);
say('stopped');
process.exit(exitCode);
