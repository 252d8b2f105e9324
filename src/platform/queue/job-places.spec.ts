import { setTimeout as sleep } from 'node:timers/promises';
import { JobPlaces } from './job-places.js';

const PLACES = 2;
const MANY = 200;

describe('the places of a queue', () => {
  let told: number[];
  let places: JobPlaces;
  let running = 0;
  let atOnce = 0;
  let release: () => void;
  let held: Promise<void>;

  beforeEach(() => {
    told = [];
    running = atOnce = 0;
    held = new Promise((resolve) => (release = resolve));
    places = new JobPlaces({ concurrency: PLACES }, (jobs) => told.push(jobs));
  });

  const short = async () => {
    atOnce = Math.max(atOnce, ++running);
    await Promise.resolve();
    running--;
  };
  const long = () => held;
  const runMany = () => Promise.all(Array.from({ length: MANY }, () => places.run(short)));

  it('are never more than there are, however many jobs wait for one', async () => {
    expect(await runMany()).toEqual(Array<boolean>(MANY).fill(true));
    expect(atOnce).toBe(PLACES);
  });

  it('have more jobs taken than run while those are short', async () => {
    await runMany();
    expect(told.at(-1)).toBe(8 * PLACES);
    for (const [count, most] of [
      [10, 50],
      [100, 100],
    ] as const) {
      places = new JobPlaces({ concurrency: count }, (jobs) => told.push(jobs));
      await runMany();
      expect(told.at(-1)).toBe(most);
    }
  });

  it('have none taken ahead where they are one, or the queue has a rate', async () => {
    for (const policy of [{ concurrency: 1 }, { concurrency: 4, perSecond: 5 }]) {
      places = new JobPlaces(policy, (jobs) => told.push(jobs));
      await runMany();
      expect(told).toEqual([]);
    }
  });

  it('are given up for by those that wait when long ones have taken them, the last first', async () => {
    await runMany();
    const all = Array.from({ length: PLACES }, () => places.run(long));
    const back: number[] = [];
    const waited = [1, 2, 3].map(async (n) => {
      expect(await places.run(short)).toBe(false);
      back.push(n);
    });
    await Promise.all(waited);
    expect(back).toEqual([3, 2, 1]);
    expect(told.at(-1)).toBe(PLACES);
    release();
    await Promise.all(all);
    expect(await places.run(short)).toBe(true);
  });

  it('are given up for, too, when every handler takes its time', async () => {
    await runMany();
    const slow = () => sleep(10);
    const entered = await Promise.all(Array.from({ length: 12 * PLACES }, () => places.run(slow)));
    expect(new Set(entered)).toEqual(new Set([true, false]));
    expect(told.at(-1)).toBe(PLACES);
  });

  it('become free by a handler that fails, too', async () => {
    const failing = () => Promise.reject(new Error('fails'));
    for (let n = 0; n <= PLACES; n++) await expect(places.run(failing)).rejects.toThrow('fails');
    expect(await places.run(short)).toBe(true);
  });

  it('take nothing ahead once a process has died of a job', async () => {
    await runMany();
    const all = Array.from({ length: PLACES }, () => places.run(long));
    const waiting = places.run(short);
    places.beCareful();
    expect(await waiting).toBe(false);
    release();
    await Promise.all(all);
    await runMany();
    expect(told.at(-1)).toBe(PLACES);
  });
});
