import type { LoggerService } from '@nestjs/common';
import { pino, stdSerializers, type Logger } from 'pino';
import { logContext } from './request-context.js';
import { redact, SECRET_FIELDS } from './secrets.js';

/** Where the process's log is injected. */
export const LOGGER = Symbol('LOGGER');

const paths = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/**
 * Lines are written some together, at the latest after a tenth of a second and when the process exits: a write for each
 * costs more than making it. Only SIGKILL loses what was not written yet.
 */
const BUFFERED = {
  ...{ fd: 1, sync: false, contentMode: 'buffer' },
  ...{ minLength: 64_000, maxWrite: 65_536, periodicFlush: 100 },
} as const;

/** JSON lines on stdout with the running request's or job's ids on each, secrets replaced. */
export function createLogger(level: string, destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: [...paths, 'req.headers.authorization', '*["set-cookie"]'], censor: '[redacted]' },
    // an error's message may quote what it could not read: an address with its password, a key, a mail address
    serializers: { err: (error: Error) => redact({ ...stdSerializers.err(error) }) },
    mixin: () => logContext(),
  };
  return pino(options, destination ?? bufferedStdout());
}

/** Lines wait as bytes: while they wait as text, sonic-boom 5 copies all of it with each line to know its length. */
function bufferedStdout(): ReturnType<typeof pino.destination> {
  const stream = pino.destination(BUFFERED);
  const write = stream.write.bind(stream) as unknown as (bytes: Buffer) => boolean;
  stream.write = (line: string) => write(Buffer.from(line));
  return stream;
}

let timed = 0;
let time = '';

/** A line's `time` as pino writes it, made once a millisecond: many lines have the same. */
export function isoTime(): string {
  const now = Date.now();
  if (now !== timed) {
    timed = now;
    time = `,"time":"${new Date(now).toISOString()}"`;
  }
  return time;
}

/** Nest's own messages through pino, so that there is one log; what it says of its start-up is for debugging. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]) {
    this.write('debug', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]) {
    this.write('warn', message, rest);
  }
  error(message: unknown, ...rest: unknown[]) {
    this.write('error', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]) {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]) {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]) {
    this.write('fatal', message, rest);
  }

  /** Nest passes the context last and, on errors, the stack before it. */
  private write(
    level: 'info' | 'warn' | 'error' | 'debug' | 'trace' | 'fatal',
    message: unknown,
    rest: unknown[],
  ) {
    const context = rest.at(-1);
    const stack = rest.length > 1 ? rest[0] : undefined;
    const fields = { context, ...(stack ? { stack } : {}) };
    if (message instanceof Error) this.logger[level]({ ...fields, err: message }, redact(message.message));
    else if (typeof message === 'object') this.logger[level]({ ...fields, ...message });
    else this.logger[level](fields, redact(typeof message === 'string' ? message : JSON.stringify(message)));
  }
}
