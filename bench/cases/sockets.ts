import type { BenchDatabase } from '../data/database.ts';
import { planned } from '../data/population.ts';
import { atMost, type MeasuredVariant } from '../measure/case.ts';
import { cpuSeconds } from '../measure/cpu-time.ts';
import { peakRssMb } from '../measure/peak-memory.ts';
import type { Server } from '../servers/server.ts';
import { movingOrders } from '../sockets/orders.ts';
import { SocketLoad } from '../sockets/socket-load.ts';
import type { BenchCase, CaseContext } from './index.ts';

const SOCKETS = 10_000;
const QUICK_SOCKETS = 2_000;
const FOLLOWERS = 10;
const SECONDS = 10;
const QUICK_SECONDS = 5;

/** Sockets that follow one order each, ten of them the same one, while every order reports a position a second. */
export const sockets: BenchCase = {
  name: 'sockets',
  async prepare(context) {
    const count = context.quick ? QUICK_SOCKETS : SOCKETS;
    const seconds = context.quick ? QUICK_SECONDS : SECONDS;
    const database = await context.servers.database('bench_sockets', () => [planned(0, 0)]);
    const room = String(count + 100);
    const limits = { TRACKING_CONNECTIONS: room, TRACKING_CONNECTIONS_PER_IP: room };
    const server = await context.servers.app(database, { ROLE: 'tracking', ...limits });
    const load = await openSockets(context, database, server, count);
    await load.report({ seconds });
    const variant: MeasuredVariant = {
      name: 'sockets',
      async measure() {
        const [before, cpuBefore] = [await lossesOf(server), cpuSeconds(server.pid)];
        const { delivered, expected, deliveriesPerSecond, p50, p95, p99, ...rest } = await load.report({
          seconds,
        });
        const cpu = (cpuSeconds(server.pid) ?? Number.NaN) - (cpuBefore ?? Number.NaN);
        const after = await lossesOf(server);
        return {
          ...{ requestsPerSecond: deliveriesPerSecond, p50, p95, p99, requests: delivered },
          cpuMsPerRequest: Number.isNaN(cpu) ? null : (cpu * 1_000) / delivered,
          figures: {
            ...{ ...rest, expected, rssMb: peakRssMb(server.pid) },
            lost: expected - delivered + after - before,
          },
        };
      },
    };
    const line = (figure: string) =>
      `${count.toLocaleString('en')} sockets, ${count / FOLLOWERS} positions/s, ${figure}`;
    return {
      variants: [variant],
      comparisons: [
        { name: line('p99'), ours: 'sockets', goal: atMost('p99', 250) },
        { name: line('peak RSS in MB'), ours: 'sockets', goal: atMost('rssMb', 1_000) },
        { name: line('messages lost'), ours: 'sockets', goal: atMost('lost', 0) },
      ],
      end: () => {
        load.stop();
      },
    };
  },
};

/** A shop that moves what it sells itself: its key may report and follow. */
async function openSockets(
  { cores }: CaseContext,
  { uri, shops: [shop] }: BenchDatabase,
  { baseUrl }: Server,
  count: number,
): Promise<SocketLoad> {
  if (!shop) throw new Error('the database has no shop');
  const orders = await movingOrders(uri, shop.shop, count / FOLLOWERS);
  const load = new SocketLoad(cores);
  await load.open({ baseUrl, sockets: count, orders, apiKey: shop.apiKey });
  return load;
}

/** Messages that slow readers did not get, and sockets that were dropped, as the server counts them. */
async function lossesOf({ baseUrl }: Server): Promise<number> {
  const metrics = await (await fetch(`${baseUrl}/metrics`)).text();
  return ['messages_total\\{outcome="skipped"\\}', 'dropped_total']
    .map((name) => Number(new RegExp(`^entrepot_tracking_${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? 0))
    .reduce((sum, value) => sum + value, 0);
}
