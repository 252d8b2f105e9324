import { cleanEnv } from 'envalid';
import { variables } from './variables.js';

export interface SentrySettings {
  dsn: string;
  sampleRate: number;
  release: string;
  environment: string;
}

/** The few settings that are needed before the rest is read; a bad value is reported by `readConfig` later. */
export function readSentrySettings(source: NodeJS.ProcessEnv = process.env): SentrySettings {
  const { SENTRY_DSN, SENTRY_SAMPLE_RATE, RELEASE, ENVIRONMENT } = variables;
  const env = cleanEnv(
    source,
    { SENTRY_DSN, SENTRY_SAMPLE_RATE, RELEASE, ENVIRONMENT },
    { reporter: () => undefined },
  );
  return {
    dsn: env.SENTRY_DSN,
    sampleRate: env.SENTRY_SAMPLE_RATE,
    release: env.RELEASE,
    environment: env.ENVIRONMENT,
  };
}
