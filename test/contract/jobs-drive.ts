import { Types } from 'mongoose';
import type { TestApp, TestShop } from '../support/app.js';
import type { Driver } from './drive.js';

const LETTERS = '/api/admin/dead-letters';
const SCHEDULES = '/api/admin/schedules';

/** Calls that succeed for what is done about jobs. */
export function jobDrivers(test: TestApp, { shop, api }: TestShop): Record<string, Driver> {
  const { admin, db } = test;
  const insert = async (fields: object): Promise<string> => {
    const now = new Date();
    const { insertedId } = await db.collection('jobs').insertOne({
      ...{ name: 'sitemap.generate', queue: 'sitemap-generation', shop, group: shop, payload: { shop } },
      ...{ payloadVersion: 1, priority: 0, progress: null, result: null, error: null, attempts: 0 },
      ...{ createdAt: now, startedAt: null, finishedAt: null, touchedAt: now },
      ...fields,
    });
    return String(insertedId);
  };
  /** One that nobody has queued yet. */
  const waiting = () => insert({ state: 'waiting', group: null });
  const dead = async (): Promise<string> => {
    const now = new Date();
    const error = { code: 'internal_error', detail: 'The job failed on our side.' };
    const failure = { message: 'No space left', stack: 'Error: No space left\n    at write' };
    const times = { startedAt: now, finishedAt: now, deadAt: now, expiresAt: new Date(Date.now() + 1e9) };
    return insert({ _id: new Types.ObjectId(), state: 'failed', attempts: 3, error, failure, ...times });
  };
  return {
    listJobs: (limit) => api.get(`/api/jobs?limit=${limit}`),
    cancelJob: async () => api.post(`/api/jobs/${await waiting()}/cancel`),
    listQueues: () => admin.get('/api/admin/queues'),
    listDeadLetters: async (limit) => {
      await dead();
      return admin.get(`${LETTERS}?limit=${limit}`);
    },
    getDeadLetter: async () => admin.get(`${LETTERS}/${await dead()}`),
    replayDeadLetter: async () => admin.post(`${LETTERS}/${await dead()}/replay`),
    replayDeadLetters: async () => {
      await dead();
      return admin.post(`${LETTERS}/replay`, { name: 'sitemap.generate', limit: 1 });
    },
    discardDeadLetter: async () => admin.delete(`${LETTERS}/${await dead()}`),
    listSchedules: () => admin.get(SCHEDULES),
    listScheduleRuns: (limit) => admin.get(`${SCHEDULES}/jobs.retention/runs?limit=${limit}`),
    runSchedule: () => admin.post(`${SCHEDULES}/jobs.retention/run`, { dryRun: true }),
    changeSchedule: () => admin.patch(`${SCHEDULES}/jobs.retention`, { paused: false }),
  };
}
