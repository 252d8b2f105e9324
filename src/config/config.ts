import { cleanEnv, type CleanedEnv } from 'envalid';
import { variables } from './variables.js';

export type Environment = CleanedEnv<typeof variables>;
export type Role = 'api' | 'worker' | 'tracking' | 'all';

/** What a process of each role does. */
export const RUNS: Readonly<Record<Role, Readonly<Record<'http' | 'jobs' | 'sockets', boolean>>>> = {
  api: { http: true, jobs: false, sockets: false },
  worker: { http: false, jobs: true, sockets: false },
  tracking: { http: false, jobs: false, sockets: true },
  all: { http: true, jobs: true, sockets: true },
};

/** A start-up fault whose message is the one sentence an operator needs. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

/** The environment as typed, nested settings; the only reader of `process.env`. */
export type Config = ReturnType<typeof readConfig>;

/** @throws StartupError naming every variable that is missing or wrong */
export function readConfig(source: NodeJS.ProcessEnv = process.env) {
  const env = clean(source);
  return {
    role: env.ROLE,
    runs: RUNS[env.ROLE],
    http: {
      host: env.HOST,
      port: env.PORT,
      processes: env.WEB_CONCURRENCY,
      publicUrl: env.PUBLIC_URL.replace(/\/+$/, ''),
      trustedProxies: env.TRUSTED_PROXIES,
      corsOrigins: env.CORS_ORIGINS,
      bodyLimitBytes: env.BODY_LIMIT_BYTES,
      requestTimeoutMs: env.REQUEST_TIMEOUT_MS,
      requestDeadlineMs: env.REQUEST_DEADLINE_MS,
      idleTimeoutMs: env.IDLE_TIMEOUT_MS,
      uploadTimeoutMs: env.UPLOAD_TIMEOUT_MS,
      shutdownDelayMs: env.SHUTDOWN_DELAY_MS,
    },
    security: {
      secretKey: env.SECRET_KEY,
      accessTokenTtlSeconds: env.ACCESS_TOKEN_TTL_SECONDS,
      refreshTokenTtlDays: env.REFRESH_TOKEN_TTL_DAYS,
      sessionMaxDays: env.SESSION_MAX_DAYS,
    },
    mail: {
      smtpUrl: env.SMTP_URL,
      from: env.MAIL_FROM,
      retentionDays: env.NOTIFICATION_RETENTION_DAYS,
      reportToken: env.MAIL_REPORT_TOKEN,
      appUrl: (env.APP_URL || env.PUBLIC_URL).replace(/\/+$/, ''),
    },
    sms: {
      accountSid: env.TWILIO_ACCOUNT_SID,
      authToken: env.TWILIO_AUTH_TOKEN,
      from: env.TWILIO_FROM,
      apiUrl: env.TWILIO_API_URL.replace(/\/+$/, ''),
    },
    database: {
      uri: env.MONGODB_URI,
      maxPoolSize: env.MONGODB_MAX_POOL_SIZE,
      minPoolSize: Math.min(env.MONGODB_MIN_POOL_SIZE, env.MONGODB_MAX_POOL_SIZE),
      compressionLevel: env.MONGODB_COMPRESSION_LEVEL ?? (isOnThisMachine(env.MONGODB_URI) ? 0 : 6),
      readPreference: env.MONGODB_READ_PREFERENCE as 'primary' | 'primaryPreferred',
      ipFamily: env.MONGODB_IP_FAMILY,
      waitQueueWarn: env.MONGODB_WAIT_QUEUE_WARN,
      connectionsWarn: env.MONGODB_CONNECTIONS_WARN,
      poolCheckMs: env.MONGODB_POOL_CHECK_MS,
    },
    queue: {
      url: env.REDIS_URL,
      prefix: env.QUEUE_PREFIX,
      retentionDays: env.JOB_RETENTION_DAYS,
      only: env.WORKER_QUEUES,
      lockMs: env.JOB_LOCK_MS,
    },
    cache: {
      url: env.CACHE_REDIS_URL || env.REDIS_URL,
      memoryBytes: env.CACHE_MEMORY_BYTES,
      memoryTtlMs: env.CACHE_MEMORY_TTL_MS,
      tenantMemoryBytes: Math.floor(env.CACHE_MEMORY_BYTES * env.CACHE_TENANT_SHARE),
      tenantSharedBytes: env.CACHE_TENANT_SHARED_BYTES,
      deadlineMs: env.CACHE_DEADLINE_MS,
    },
    limits: {
      enabled: env.LIMITS_ENABLED,
      redisUrl: env.LIMITS_REDIS_URL || env.REDIS_URL,
      anonymousPer15Min: env.LIMIT_ANONYMOUS_PER_15_MIN,
      credentialsPer15Min: env.LIMIT_CREDENTIALS_PER_15_MIN,
      accountPerMin: env.LIMIT_ACCOUNT_PER_MIN,
      adminPerMin: env.LIMIT_ADMIN_PER_MIN,
      publicPerMin: env.LIMIT_PUBLIC_PER_MIN,
      planPerMinAtLeast: env.LIMIT_PLAN_PER_MIN_AT_LEAST,
      burstPercent: env.LIMIT_BURST_PERCENT,
    },
    orders: { reservationMinutes: env.ORDER_RESERVATION_MINUTES },
    tracking: {
      retentionDays: env.TRACKING_RETENTION_DAYS,
      resumeMs: env.TRACKING_RESUME_MS,
      connectionsPerIp: env.TRACKING_CONNECTIONS_PER_IP,
      connections: env.TRACKING_CONNECTIONS,
      subscriptions: env.TRACKING_SUBSCRIPTIONS,
      authMs: env.TRACKING_AUTH_MS,
      pingMs: env.TRACKING_PING_MS,
      slowMs: env.TRACKING_SLOW_MS,
    },
    outbound: { allowedNetworks: env.OUTBOUND_ALLOWED_NETWORKS, dnsServers: env.OUTBOUND_DNS_SERVERS },
    webhooks: {
      timeoutMs: env.WEBHOOK_TIMEOUT_MS,
      retrySeconds: env.WEBHOOK_RETRY_SECONDS,
      disableAfterDays: env.WEBHOOK_DISABLE_AFTER_DAYS,
      retentionDays: env.WEBHOOK_RETENTION_DAYS,
    },
    shops: { importMaxBytes: env.IMPORT_MAX_BYTES, retentionDays: env.SHOP_RETENTION_DAYS },
    documents: {
      maxBytes: env.DOCUMENT_MAX_BYTES,
      maxPixels: env.DOCUMENT_MAX_PIXELS,
      languages: env.OCR_LANGUAGES,
      ocrTimeoutMs: env.OCR_TIMEOUT_MS,
      ocrMemoryMb: env.OCR_MEMORY_MB,
    },
    audit: { retentionDays: env.AUDIT_RETENTION_DAYS },
    logs: {
      level: env.LOG_LEVEL,
      requests: env.LOG_REQUESTS,
      slowWarnMs: env.SLOW_REQUEST_WARN_MS,
      slowErrorMs: env.SLOW_REQUEST_ERROR_MS,
    },
    sentry: { dsn: env.SENTRY_DSN, sampleRate: env.SENTRY_SAMPLE_RATE },
    release: env.RELEASE,
    environment: env.ENVIRONMENT,
    timeZone: env.TZ,
  };
}

function clean(source: NodeJS.ProcessEnv): Environment {
  return cleanEnv(source, variables, {
    reporter({ errors }) {
      const faults = Object.entries(errors).map(([name, error]) => `${name} ${reason(error)}`);
      if (faults.length > 0) {
        throw new StartupError(`Bad configuration: ${faults.join('; ')}. See .env.example.`);
      }
    },
  });
}

function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (!text || /missing/i.test((error as Error).name)) return 'is missing';
  return text.replace(/^Invalid \w+ input: .*$/, 'has a value of the wrong form');
}

/** Whether a connection string names only servers on this machine: there is no wire that compression could relieve. */
function isOnThisMachine(uri: string): boolean {
  const hosts = /^mongodb:\/\/(?:[^@/]*@)?([^/?]+)/.exec(uri)?.[1]?.split(',') ?? [];
  return hosts.length > 0 && hosts.every((host) => LOOPBACK.test(host));
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;
