import { performance } from 'node:perf_hooks';

// A closed pipe (`npm run quickstart | head`) must not take the servers down half way.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

/** Starts the clock of `say`; to be called first by every command. */
export function startClock() {
  process.env.ENTREPOT_STARTED_AT = String(Date.now() - Math.round(performance.now()));
}

/** A failure whose message is the whole story for the user: printed as one line, without a stack. */
export class UserError extends Error {
  /**
   * @param {string} message
   * @param {string} [details] printed below it, e.g. the last lines of a log
   */
  constructor(message, details = '') {
    super(message);
    this.name = 'UserError';
    this.details = details;
  }
}

/** The user stopped the command with a signal; not a failure. */
export class Interrupted extends UserError {}

/**
 * Seconds since the command was started, also across the change to the other Node binary.
 * @returns {number}
 */
function elapsedSeconds() {
  const started = Number(process.env.ENTREPOT_STARTED_AT);
  return started > 0 ? (Date.now() - started) / 1000 : performance.now() / 1000;
}

/**
 * Prints one progress line, led by the elapsed seconds.
 * @param {string} text
 */
export function say(text) {
  process.stdout.write(`[${elapsedSeconds().toFixed(1).padStart(6)} s] ${text}\n`);
}

/**
 * Prints why the command ends: the sentence, and details when there are any.
 * @param {unknown} error
 */
export function sayError(error) {
  const text =
    error instanceof UserError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${text}\n`);
  if (error instanceof UserError && error.details) process.stderr.write(`${error.details}\n`);
}
