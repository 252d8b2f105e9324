import { Controller, Get } from '@nestjs/common';
import { AppError } from '../../../kernel/errors.js';
import { Produces } from '../../../platform/http/route-config.js';
import { QueueHealth, type QueueState } from '../../../platform/queue/queue-health.js';
import { SchedulesService } from '../../../platform/scheduler/schedules.service.js';
import { AdminPage } from '../page/admin-page.js';
import { FormToken } from '../page/form-token.js';
import { html, type Html } from '../page/html.js';
import { SeeOther, type Page } from '../page/page.js';
import { queuesView } from './queues.view.js';
import { schedulesView } from './schedules.view.js';

/** Bars of a chart. */
const RUNS = 20;

/** What runs in the background, at a glance. */
@Controller('admin')
@AdminPage()
export class JobsPageController {
  constructor(
    private readonly schedules: SchedulesService,
    private readonly health: QueueHealth,
  ) {}

  @Get()
  @Produces('text/html')
  start(): SeeOther {
    return new SeeOther('/admin/jobs');
  }

  @Get('jobs')
  @Produces('text/html')
  async show(@FormToken() token: string): Promise<Page> {
    const [queues, schedules] = await Promise.all([this.queues(), this.schedules.list()]);
    const withRuns = await Promise.all(
      schedules.map(async (schedule) => {
        const { jobs } = await this.schedules.runs(schedule.job.name, RUNS);
        return { schedule, runs: jobs };
      }),
    );
    const body = html`<h1>Jobs</h1>
      <section aria-labelledby="queues">
        <h2 id="queues">Queues</h2>
        <div data-live="/admin/jobs/queues">${queues}</div>
        <p><a href="/admin/jobs/dead-letters">Dead letters</a></p>
      </section>
      <section aria-labelledby="schedules">
        <h2 id="schedules">Schedules</h2>
        ${schedulesView(token, withRuns)}
      </section>`;
    return { title: 'Jobs', body };
  }

  /** The part of the page that is read again every few seconds. */
  @Get('jobs/queues')
  @Produces('text/html')
  async queues(): Promise<Html> {
    return queuesView(await this.states());
  }

  private async states(): Promise<QueueState[] | undefined> {
    try {
      return await this.health.states();
    } catch (error) {
      if (error instanceof AppError && error.code === 'queue_unavailable') return undefined;
      throw error;
    }
  }
}
