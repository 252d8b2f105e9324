import { setTimeout as sleep } from 'node:timers/promises';
import { planned } from '../data/population.ts';
import type { BenchShop } from '../data/tenants.ts';
import { atMost, freshNumbers, FRESH, type LoadRequest, type MeasuredVariant } from '../measure/case.ts';
import { median, percentile } from '../measure/statistics.ts';
import { steadyLoad, type SteadyAnswer } from '../measure/steady.ts';
import type { BenchCase } from './index.ts';
import { authorised, uncachedList } from './support.ts';

const SHOPS = 100;
const PRODUCTS = 1_000;
/** Sitemaps written one after the other, to know what one alone takes. */
const ALONE = 10;
const PER_SECOND = 25;
const IDLE_SECONDS = 5;
/** How often an end is looked for: rarely where 100 look, since that is load, too. Times are those of the records. */
const [OFTEN_MS, RARELY_MS] = [20, 2_000];
/** Starts that are asked for at the same time. */
const STARTERS = 10;

/** 100 sitemaps of 1 000 products at once, while others ask for lists that no cache has. */
export const sitemaps: BenchCase = {
  name: 'sitemaps',
  async prepare(context) {
    const plan = () => Array.from({ length: SHOPS + 1 }, (_, n) => planned(n, PRODUCTS));
    const database = await context.servers.database('bench_sitemaps', plan);
    const [reader, ...writers] = database.shops;
    if (!reader) throw new Error('the database has no shop');
    const { baseUrl } = await context.servers.app(database);
    await context.servers.worker(database);
    const load = (seconds: number) => readers(baseUrl, reader, seconds);
    // warms both up
    await Promise.all([load(IDLE_SECONDS), allEnded(baseUrl, await startAll(baseUrl, writers))]);
    const variant: MeasuredVariant = {
      name: 'sitemaps',
      async measure() {
        const idle = (await load(IDLE_SECONDS)).map(({ ms }) => ms);
        const alone: number[] = [];
        for (const shop of writers.slice(0, ALONE))
          alone.push((await ended(baseUrl, await start(baseUrl, shop), OFTEN_MS)).ms);
        // what is compared is the API beside the making of sitemaps, not beside a hundred starts of its own
        const jobs = await startAll(baseUrl, writers);
        let running = true;
        const beside = (async () => {
          const answers: SteadyAnswer[] = [];
          while (running) answers.push(...(await load(1)));
          return answers;
        })();
        const runs = await allEnded(baseUrl, jobs);
        running = false;
        const last = Math.max(...runs.map(({ ended }) => ended));
        const answers = (await beside).filter(({ dueAt }) => dueAt <= last);
        const times = answers.map(({ ms }) => ms);
        const total = last - Math.min(...runs.map(({ began }) => began));
        const p95 = percentile(times, 0.95);
        return {
          requestsPerSecond: (1_000 * SHOPS) / total,
          ...{ p50: percentile(times, 0.5), p95, p99: percentile(times, 0.99), requests: answers.length },
          cpuMsPerRequest: null,
          figures: {
            share: total / (median(alone) * SHOPS),
            aloneMs: median(alone),
            slowdown: p95 / percentile(idle, 0.95),
            failed: [...runs, ...answers].filter(({ status }) => status !== 200).length,
          },
        };
      },
    };
    const line = (figure: string) =>
      `sitemaps: ${SHOPS} of ${PRODUCTS.toLocaleString('en')} products, ${figure}`;
    return {
      variants: [variant],
      comparisons: [
        { name: line('÷ one alone × 100'), ours: 'sitemaps', goal: atMost('share', 1.1) },
        { name: line('p95 of the API ÷ idle'), ours: 'sitemaps', goal: atMost('slowdown', 2) },
        { name: line('failures'), ours: 'sitemaps', goal: atMost('failed', 0) },
      ],
    };
  },
};

function readers(baseUrl: string, shop: BenchShop, seconds: number): Promise<SteadyAnswer[]> {
  const fresh = freshNumbers();
  const { path, ...request } = uncachedList(shop);
  const next = (): LoadRequest => ({ ...request, path: path.replace(FRESH, fresh()) });
  return steadyLoad(baseUrl, next, { perSecond: PER_SECOND, seconds, connections: 10 });
}

interface Started {
  shop: BenchShop;
  jobId: string;
}

async function startAll(baseUrl: string, shops: readonly BenchShop[]): Promise<Started[]> {
  const started: Started[] = [];
  for (let from = 0; from < shops.length; from += STARTERS)
    started.push(
      ...(await Promise.all(shops.slice(from, from + STARTERS).map((shop) => start(baseUrl, shop)))),
    );
  return started;
}

/** Asks for a new version of a shop's sitemap. */
async function start(baseUrl: string, shop: BenchShop): Promise<Started> {
  const path = `/api/shops/${shop.shop}/sitemaps`;
  const answer = await fetch(baseUrl + path, { method: 'POST', headers: authorised(shop) });
  if (answer.status !== 202) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  const { jobId } = (await answer.json()) as { jobId: string };
  return { shop, jobId };
}

/** Looks for each at another moment: else what the lists wait for would be a hundred looks. */
function allEnded(baseUrl: string, jobs: readonly Started[]): Promise<Run[]> {
  return Promise.all(
    jobs.map(async (job, n) => {
      await sleep((RARELY_MS * n) / jobs.length);
      return ended(baseUrl, job, RARELY_MS);
    }),
  );
}

/** When a job began and ended by its record, in milliseconds. */
interface Run {
  began: number;
  ended: number;
  ms: number;
  status: number;
}

async function ended(baseUrl: string, { shop, jobId }: Started, pollMs: number): Promise<Run> {
  for (;;) {
    const answer = await fetch(`${baseUrl}/api/jobs/${jobId}`, { headers: authorised(shop) });
    const job = (await answer.json()) as { state: string; createdAt: string; finishedAt: string | null };
    if (job.finishedAt !== null) {
      const [began, ended] = [Date.parse(job.createdAt), Date.parse(job.finishedAt)];
      return { began, ended, ms: ended - began, status: job.state === 'completed' ? 200 : 0 };
    }
    await sleep(pollMs);
  }
}
