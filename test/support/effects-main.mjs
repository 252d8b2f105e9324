// The product of dist with a job and an event handler beside its own, whose effects a spec can count: what a worker
// of a fault spec runs. Started as main.js is.
import { Module } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../../dist/config/config.js';
import { EventHandler } from '../../dist/platform/events/event-handler.js';
import { eventTypes } from '../../dist/platform/events/event-type.js';
import { Lifecycle } from '../../dist/platform/health/lifecycle.js';
import { createLogger } from '../../dist/platform/observability/logger.js';
import { defineJob } from '../../dist/platform/queue/job.js';
import { JobProcessor } from '../../dist/platform/queue/job-processor.js';
import { createApp } from '../../dist/roles/app.js';

const WORK_MS = 10;
const effects = {
  provide: 'effects',
  inject: [getConnectionToken()],
  useFactory: (db) => db.collection('effects'),
};

/** The effect of `_id`, once however often it is done; `times` tells how often. */
const take = (collection, _id, fields) =>
  collection.updateOne({ _id }, { $setOnInsert: fields, $inc: { times: 1 } }, { upsert: true });

class EffectProcessor extends JobProcessor {
  type = defineJob('test.effect', 'email-notifications');
  constructor(collection) {
    super();
    this.collection = collection;
  }
  async run({ id, attempt, progress }) {
    progress({ done: attempt, total: null, unit: 'tries' }); // so that no number of kills counts as poison
    await take(this.collection, `job:${id}`, {});
    await sleep(WORK_MS); // room to be killed in, the effect done and nobody told
    return {};
  }
}

/** In a queue that runs one job at a time. */
class PoisonProcessor extends JobProcessor {
  type = defineJob('test.poison', 'analytics');
  async run({ payload }) {
    if (payload.kills) process.kill(process.pid, 'SIGKILL');
    return {};
  }
}

class EffectHandler extends EventHandler {
  name = 'effects';
  types = eventTypes();
  constructor(collection) {
    super();
    this.collection = collection;
  }
  async handle(events) {
    for (const { id, type, aggregate } of events)
      await take(this.collection, `event:${id}`, { type, aggregate });
  }
}

class EffectsModule {}
Module({
  providers: [
    effects,
    { provide: EffectProcessor, inject: ['effects'], useFactory: (found) => new EffectProcessor(found) },
    PoisonProcessor,
    { provide: EffectHandler, inject: ['effects'], useFactory: (found) => new EffectHandler(found) },
  ],
})(EffectsModule);

const config = readConfig();
const logger = createLogger(config.logs.level);
const app = await createApp(config, logger, [EffectsModule]);
await app.listen(0, '127.0.0.1');
app.get(Lifecycle).state = 'running';
logger.info({ url: await app.getUrl() }, 'Entrepot is up');
process.once('SIGTERM', () => void app.close());
