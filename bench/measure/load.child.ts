import autocannon from 'autocannon';
import type { LoadRequest, Sample } from './case.ts';
import { FRESH, freshNumbers } from './case.ts';
import type { LoadAnswer, LoadJob } from './load.ts';
import { cpuSeconds } from './cpu-time.ts';
import { percentile } from './statistics.ts';

// The load generator's process: one job at a time by message. Ends with its parent.

/** The first answers of a run are of cold connections and not counted. */
const SETTLE_SHARE = 0.1;

process.on('message', (job: LoadJob) => {
  run(job)
    .catch((error: unknown) => ({ fault: error instanceof Error ? error.message : String(error) }))
    .then((answer) => process.send?.(answer))
    .catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(0));

async function run(job: LoadJob): Promise<LoadAnswer> {
  const times: number[] = [];
  const faults = new Map<string, number>();
  const count = (fault: string) => faults.set(fault, (faults.get(fault) ?? 0) + 1);
  const requests = job.requests.map(prepared);
  let connection = 0;
  const options: autocannon.Options = {
    url: job.baseUrl,
    connections: job.connections,
    duration: job.seconds,
    requests,
    setupClient: (client) => {
      const from = Math.floor((connection++ * requests.length) / job.connections);
      client.setRequests([...requests.slice(from), ...requests.slice(0, from)]);
    },
  };
  // with a callback it returns the emitter, without one a promise
  const instance = autocannon(options, () => undefined);
  const cpuBefore = cpuSeconds(job.pid);
  let answers = 0;
  const started = performance.now();
  const settled = started + job.seconds * 1000 * SETTLE_SHARE;
  let last = started;
  instance.on('response', (_client, status, _bytes, ms) => {
    if (status !== job.status) count(`status ${status}`);
    answers += 1;
    last = performance.now();
    if (last > settled) times.push(ms);
  });
  instance.on('reqError', (error: Error) => count(error.message));
  await new Promise((resolve) => instance.on('done', resolve));
  const [fault] = [...faults].map(([text, times]) => `${text}, ${times} times`);
  if (fault !== undefined) throw new Error(fault);
  const cpu = (cpuSeconds(job.pid) ?? Number.NaN) - (cpuBefore ?? Number.NaN);
  const cpuMsPerRequest = Number.isNaN(cpu) ? null : (cpu * 1000) / answers;
  return { sample: { ...sampleOf(times, (last - settled) / 1000), cpuMsPerRequest } };
}

const nextFresh = freshNumbers();

function prepared({ method, path, headers, body }: LoadRequest): autocannon.Request {
  const fixed = { method, headers, path, ...(body === undefined ? {} : { body }) };
  if (![path, body ?? ''].some((text) => text.includes(FRESH))) return fixed;
  const filled = (): autocannon.Request => {
    const fresh = nextFresh();
    const own = { ...fixed, path: path.replace(FRESH, fresh) };
    return body === undefined ? own : { ...own, body: body.replace(FRESH, fresh) };
  };
  return { ...filled(), setupRequest: filled };
}

function sampleOf(times: readonly number[], seconds: number): Omit<Sample, 'cpuMsPerRequest'> {
  return {
    requestsPerSecond: times.length / seconds,
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    p99: percentile(times, 0.99),
    requests: times.length,
  };
}
