import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { StartupError } from '../../config/config.js';
import { jobTypes } from './job.js';
import { JobProcessor } from './job-processor.js';
import { QUEUE_NAMES } from './queues.js';

export type AnyProcessor = JobProcessor<object, object>;

/** Which processor runs which job. The application does not start unless each declared job has exactly one. */
@Injectable()
export class JobHandlers {
  private readonly byName = new Map<string, AnyProcessor>();

  constructor(private readonly discovery: DiscoveryService) {}

  /**
   * Finds the processors, once all providers are there.
   * @throws StartupError when a job has no handler or two, or a queue no job
   */
  collect(): void {
    for (const processor of this.processors()) {
      const { name } = processor.type;
      if (this.byName.has(name)) throw new StartupError(`The job "${name}" has two handlers; it needs one.`);
      this.byName.set(name, processor);
    }
    const types = jobTypes();
    const orphan = types.find(({ name }) => !this.byName.has(name));
    if (orphan) throw new StartupError(`The job "${orphan.name}" has no handler; it needs one.`);
    const idle = QUEUE_NAMES.find((queue) => !types.some((type) => type.queue === queue));
    if (idle) throw new StartupError(`The queue "${idle}" has no job.`);
  }

  of(name: string): AnyProcessor | undefined {
    return this.byName.get(name);
  }

  private processors(): AnyProcessor[] {
    return this.discovery
      .getProviders()
      .map((wrapper) => wrapper.instance as unknown)
      .filter((instance): instance is AnyProcessor => instance instanceof JobProcessor);
  }
}
