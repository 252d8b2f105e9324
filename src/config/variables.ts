import { bool, str, url } from 'envalid';
import {
  int,
  ratio,
  networks,
  names,
  cidrs,
  nameServers,
  seconds,
  mongoUri,
  redisUri,
  smtpUri,
  origins,
  secret,
  optionalSecret,
} from './validators.js';

const MB = 1_000_000;

/** Every variable the process reads. `.env.example` and docs/configuration.md are generated from this table. */
export const variables = {
  ROLE: str({
    desc: 'What this process does: `api` serves HTTP, `worker` runs jobs, `tracking` serves the tracking sockets, `all` does everything',
    choices: ['api', 'worker', 'tracking', 'all'],
    default: 'all',
  }),
  HOST: str({ desc: 'Address to listen on', default: '127.0.0.1' }),
  PORT: int(0, 65_535)({ desc: 'Port to listen on; 0 takes a free one', default: 3000 }),
  WEB_CONCURRENCY: int(
    1,
    64,
  )({
    desc: 'Processes that share the port, each with a pool, a cache in memory and workers of its own; one a core at most',
    default: 1,
  }),
  PUBLIC_URL: url({
    desc: 'How clients reach this service; used in links and sitemap locations',
    default: 'http://127.0.0.1:3000',
  }),
  TRUSTED_PROXIES: networks({
    desc: 'CIDRs whose X-Forwarded-For is believed, comma separated',
    default: [],
  }),
  CORS_ORIGINS: origins({
    desc: 'Origins whose pages may call the API from a browser, comma separated; `*` for any, then without cookies; none if empty',
    example: 'https://app.example.com',
    default: [],
  }),
  BODY_LIMIT_BYTES: int(1024)({ desc: 'Largest JSON body', default: 1 * MB }),
  REQUEST_TIMEOUT_MS: int(1000)({
    desc: 'Time for a request to arrive whole, uploads excepted',
    default: 30_000,
  }),
  REQUEST_DEADLINE_MS: int(100)({
    desc: 'Time for an answer to begin before the request is answered 503, uploads excepted',
    default: 10_000,
  }),
  IDLE_TIMEOUT_MS: int(1000)({
    desc: 'How long a connection may be silent while a request arrives or its answer is read',
    default: 60_000,
  }),
  UPLOAD_TIMEOUT_MS: int(1000)({ desc: 'Time for an upload to arrive whole', default: 600_000 }),
  SHUTDOWN_DELAY_MS: int(
    0,
    60_000,
  )({ desc: 'How long readiness says 503 before the listener closes on SIGTERM', default: 0 }),
  SECRET_KEY: secret({
    desc: 'Encrypts signing keys and stored mails; at least 32 random characters, the same on every instance',
    example: 'openssl rand -base64 48',
  }),
  ACCESS_TOKEN_TTL_SECONDS: int(60, 86_400)({ desc: 'Life of an access token', default: 900 }),
  REFRESH_TOKEN_TTL_DAYS: int(
    1,
    365,
  )({ desc: 'Life of a refresh token; a session that is not used for as long ends', default: 30 }),
  SESSION_MAX_DAYS: int(1, 3650)({ desc: 'When a session ends however much it is used', default: 180 }),

  APP_URL: str({
    desc: 'The frontend whose pages the links in mails open; PUBLIC_URL if empty',
    default: '',
  }),
  SMTP_URL: smtpUri({
    desc: 'SMTP server for mails; empty sends none and notes each in the log',
    example: 'smtps://user:password@smtp.example.com',
    default: '',
  }),
  MAIL_FROM: str({ desc: 'Sender of the mails', default: 'Entrepot <no-reply@localhost>' }),
  MAIL_REPORT_TOKEN: optionalSecret({
    desc: 'Password with which mail servers bring bounces and complaints to /mail-reports; none are taken if empty',
    example: 'openssl rand -base64 48',
    default: '',
  }),
  TWILIO_ACCOUNT_SID: str({
    desc: 'Account at Twilio for messages to phones; empty sends none',
    default: '',
  }),
  TWILIO_AUTH_TOKEN: str({ desc: 'Its auth token; also checks what Twilio reports', default: '' }),
  TWILIO_FROM: str({
    desc: 'Sender of messages to phones: a number, a name, or the id of a messaging service',
    example: '+15005550006',
    default: '',
  }),
  TWILIO_API_URL: url({ desc: "Where Twilio's API is", default: 'https://api.twilio.com' }),
  NOTIFICATION_RETENTION_DAYS: int(
    1,
    3650,
  )({ desc: 'How long it can be read what was sent to whom', default: 90 }),

  MONGODB_URI: mongoUri({
    desc: 'MongoDB replica set with the database name in the path',
    example: 'mongodb://127.0.0.1:27017/entrepot?replicaSet=rs0',
  }),
  MONGODB_MAX_POOL_SIZE: int(1, 1000)({ desc: 'Most connections to MongoDB', default: 50 }),
  MONGODB_MIN_POOL_SIZE: int(0, 1000)({ desc: 'Connections kept open', default: 10 }),
  MONGODB_COMPRESSION_LEVEL: int(
    0,
    9,
  )({
    desc: 'zlib level on the wire; 0 turns it off. If unset, 6, but 0 to a server on this machine',
    default: undefined,
  }),
  MONGODB_READ_PREFERENCE: str({
    desc: 'Where reads go',
    choices: ['primary', 'primaryPreferred', 'secondaryPreferred', 'nearest'],
    default: 'primaryPreferred',
  }),
  MONGODB_IP_FAMILY: int(0, 6)({ desc: '4 or 6 to force an IP family, 0 for either', default: 0 }),
  MONGODB_WAIT_QUEUE_WARN: int(1)({
    desc: 'Warn when more operations than this wait for a connection',
    default: 10,
  }),
  MONGODB_CONNECTIONS_WARN: int(1)({ desc: 'Warn when more connections than this are open', default: 40 }),
  MONGODB_POOL_CHECK_MS: int(100)({ desc: 'How often the pool is looked at', default: 30_000 }),

  REDIS_URL: redisUri({
    desc: 'Valkey or Redis for the queues, maxmemory-policy noeviction',
    example: 'redis://127.0.0.1:6379/0',
  }),
  QUEUE_PREFIX: str({ desc: 'Prefix of every queue key', default: 'entrepot' }),
  CACHE_REDIS_URL: str({
    desc: 'Valkey or Redis for the shared cache, best apart from the queues with maxmemory-policy allkeys-lru; REDIS_URL if empty',
    default: '',
  }),
  CACHE_MEMORY_BYTES: int(0)({ desc: 'What the cache may hold in process memory', default: 64 * MB }),
  CACHE_MEMORY_TTL_MS: int(0)({
    desc: 'How long a copy in process memory is trusted when no message voids it',
    default: 5_000,
  }),
  CACHE_TENANT_SHARED_BYTES: int(0)({
    desc: 'What one tenant may hold of the cache in Redis',
    default: 32 * MB,
  }),
  CACHE_DEADLINE_MS: int(1)({
    desc: 'What a call to the cache Redis may cost a request; after one that took longer it is skipped for a while',
    default: 50,
  }),
  CACHE_TENANT_SHARE: ratio({
    desc: 'Share of the cache in process memory one tenant may hold',
    default: 0.1,
  }),

  LIMITS_ENABLED: bool({ desc: 'Whether requests are limited', default: true }),
  LIMITS_REDIS_URL: str({ desc: 'Valkey or Redis for counting requests; REDIS_URL if empty', default: '' }),
  LIMIT_ANONYMOUS_PER_15_MIN: int(
    1,
    1_000_000,
  )({ desc: 'Requests without valid credentials per address (an IPv6 /64 is one)', default: 100 }),
  LIMIT_CREDENTIALS_PER_15_MIN: int(
    1,
    1_000_000,
  )({ desc: 'Failed log-ins and registrations per address and account', default: 5 }),
  LIMIT_ACCOUNT_PER_MIN: int(1, 1_000_000)({ desc: 'Requests per account', default: 60 }),
  LIMIT_ADMIN_PER_MIN: int(1, 1_000_000)({ desc: 'Requests per operator', default: 600 }),
  LIMIT_PUBLIC_PER_MIN: int(
    1,
    1_000_000,
  )({ desc: 'Requests for public files (sitemaps) per address', default: 600 }),
  LIMIT_PLAN_PER_MIN_AT_LEAST: int(
    0,
    1_000_000,
  )({ desc: 'Requests a shop may make with its API keys, where its plan says less', default: 0 }),
  LIMIT_BURST_PERCENT: int(
    0,
    100,
  )({ desc: "What a shop's API keys may take beyond the plan's limit, once in ten minutes", default: 10 }),

  WORKER_QUEUES: names({
    desc: 'Queues this process works off, comma separated; empty means all',
    default: [],
  }),
  JOB_LOCK_MS: int(
    100,
    600_000,
  )({
    desc: "A dead worker's jobs come back after about twice this long; it must exceed any pause of the process",
    default: 10_000,
  }),
  JOB_RETENTION_DAYS: int(1, 3650)({ desc: 'How long finished jobs can be read', default: 30 }),

  TRACKING_RETENTION_DAYS: int(1, 3650)({ desc: 'How long the track of an order can be read', default: 30 }),
  TRACKING_RESUME_MS: int(
    1000,
    86_400_000,
  )({
    desc: 'For how long every position is kept, so that a client that was away gets each of them',
    default: 900_000,
  }),
  TRACKING_CONNECTIONS_PER_IP: int(
    1,
    1_000_000,
  )({ desc: 'Open tracking sockets per address (an IPv6 /64 is one) and instance', default: 200 }),
  TRACKING_CONNECTIONS: int(
    1,
    1_000_000,
  )({
    desc: 'Open tracking sockets of an instance; more than the default take the heap of `npm run start:tracking`',
    default: 2_000,
  }),
  TRACKING_SUBSCRIPTIONS: int(1, 10_000)({ desc: 'Orders one tracking socket may follow', default: 200 }),
  TRACKING_AUTH_MS: int(
    100,
    600_000,
  )({ desc: 'Time for a tracking socket to say who it is', default: 10_000 }),
  TRACKING_PING_MS: int(
    100,
    600_000,
  )({
    desc: 'How often a tracking socket is pinged and its credentials are checked; after twice as long without a word it is ended',
    default: 30_000,
  }),
  TRACKING_SLOW_MS: int(
    100,
    600_000,
  )({
    desc: 'For how long a tracking socket may be behind with reading before it is ended',
    default: 30_000,
  }),

  OUTBOUND_ALLOWED_NETWORKS: cidrs({
    desc: 'CIDRs webhooks may reach although they are not public, comma separated; for development, e.g. 127.0.0.1/32',
    default: [],
  }),
  OUTBOUND_DNS_SERVERS: nameServers({
    desc: "Name servers that webhook hosts are looked up at, comma separated; the system's if empty",
    default: [],
  }),
  WEBHOOK_TIMEOUT_MS: int(
    100,
    60_000,
  )({ desc: 'Time for a webhook endpoint to answer, connection included', default: 15_000 }),
  WEBHOOK_RETRY_SECONDS: seconds({
    desc: 'Pauses before a webhook is tried again, comma separated; a fifth at random is added to each',
    default: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
  }),
  WEBHOOK_DISABLE_AFTER_DAYS: int(
    1,
    365,
  )({ desc: 'A webhook endpoint that failed for as long is disabled', default: 5 }),
  WEBHOOK_RETENTION_DAYS: int(1, 365)({ desc: 'How long webhook deliveries can be read', default: 30 }),

  IMPORT_MAX_BYTES: int(1024)({ desc: 'Largest CSV of products or transport orders', default: 190 * MB }),
  DOCUMENT_MAX_BYTES: int(1024, 100 * MB)({ desc: 'Largest document of a transport', default: 10 * MB }),
  DOCUMENT_MAX_PIXELS: int(
    1,
    200_000_000,
  )({ desc: 'Most pixels an uploaded image may unpack to', default: 40_000_000 }),
  OCR_LANGUAGES: names({
    desc: 'Languages documents are read in (ISO 639-2), comma separated; each needs its package @tesseract.js-data/{language}',
    default: ['eng', 'deu'],
  }),
  OCR_TIMEOUT_MS: int(1_000, 600_000)({ desc: 'How long a document may be read', default: 60_000 }),
  OCR_MEMORY_MB: int(64, 16_384)({ desc: 'Memory that reading a document may take', default: 768 }),
  SHOP_RETENTION_DAYS: int(
    0,
    3650,
  )({ desc: 'How long the data of an uninstalled shop is kept', default: 30 }),

  ORDER_RESERVATION_MINUTES: int(
    1,
    7 * 24 * 60,
  )({ desc: 'How long an unpaid order keeps its stock before it is cancelled', default: 30 }),

  AUDIT_RETENTION_DAYS: int(1, 36_500)({ desc: 'How long audit events are kept', default: 365 }),

  LOG_LEVEL: str({
    desc: 'Least severe level that is logged',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
    default: 'info',
  }),
  LOG_REQUESTS: bool({ desc: 'Log every request, not only slow and failed ones', default: true }),
  SLOW_REQUEST_WARN_MS: int(1)({ desc: 'A request slower than this is a warning', default: 500 }),
  SLOW_REQUEST_ERROR_MS: int(1)({ desc: 'A request slower than this is an error', default: 1000 }),

  SENTRY_DSN: str({ desc: 'Where errors are reported; empty turns it off', default: '' }),
  SENTRY_SAMPLE_RATE: ratio({ desc: 'Share of requests traced', default: 0.1 }),
  RELEASE: str({ desc: 'Version reported with errors and in /health', default: 'entrepot@0.1.0' }),
  ENVIRONMENT: str({ desc: 'Name of the deployment, reported with errors', default: 'development' }),
  TZ: str({ desc: 'Time zone of the schedules', default: 'UTC' }),
} as const;
