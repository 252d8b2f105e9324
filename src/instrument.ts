import { readSentrySettings } from './config/sentry-settings.js';
import { startSentry } from './platform/observability/sentry.js';

// Loaded with `--import` before everything else, so that errors and spans of every module are seen.
await startSentry(readSentrySettings());
