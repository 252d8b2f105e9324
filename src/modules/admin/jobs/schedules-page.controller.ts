import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CurrentPrincipal, type Principal } from '../../../platform/http/access.js';
import { EnumField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/list.dto.js';
import { Produces, TakesForm } from '../../../platform/http/route-config.js';
import { SchedulesService } from '../../../platform/scheduler/schedules.service.js';
import { AdminPage } from '../page/admin-page.js';
import { FormToken } from '../page/form-token.js';
import { html, type Html } from '../page/html.js';
import { DoneField, notice, type Notice } from '../page/notice.js';
import { SeeOther, type Page } from '../page/page.js';
import { durationChart } from './duration-chart.js';
import { runsView, scheduleForms } from './schedules.view.js';

export class RunsQuery extends CursorQuery {
  @DoneField() done?: Notice;
}

export class RunFormDto {
  @EnumField(['true'], { optional: true }) dryRun?: 'true';
}

/** One schedule: its runs, run now, pause, resume. */
@Controller('admin/jobs/schedules/:schedule')
@AdminPage()
export class SchedulesPageController {
  constructor(private readonly schedules: SchedulesService) {}

  @Get()
  @Produces('text/html')
  async show(
    @Param('schedule') name: string,
    @Query() { limit, cursor, done }: RunsQuery,
    @FormToken() token: string,
  ): Promise<Page> {
    const schedule = await this.schedules.get(name);
    const { jobs, page } = await this.schedules.runs(name, limit, cursor);
    const older = page.nextCursor && `?cursor=${encodeURIComponent(page.nextCursor)}`;
    // older runs do not change
    const live = cursor === undefined ? html`data-live="/admin/jobs/schedules/${name}/runs"` : '';
    const body = html`<p class="crumbs"><a href="/admin/jobs">Jobs</a></p>
      <h1>${name}</h1>
      ${notice(done)}
      <p>${schedule.description}</p>
      <p class="quiet"><code>${schedule.cron}</code> ${schedule.timeZone}</p>
      ${durationChart(jobs)} ${scheduleForms(token, schedule)}
      <h2>Runs</h2>
      <div ${live}>${runsView(jobs)}</div>
      ${older ? html`<p><a href="${older}">Older</a></p>` : ''}`;
    return { title: name, body };
  }

  @Get('runs')
  @Produces('text/html')
  async runs(@Param('schedule') name: string, @Query() { limit }: CursorQuery): Promise<Html> {
    return runsView((await this.schedules.runs(name, limit)).jobs);
  }

  @Post('run')
  @Produces('text/html')
  @TakesForm()
  async run(
    @Param('schedule') name: string,
    @Body() { dryRun }: RunFormDto,
    @CurrentPrincipal() { id: by }: Principal,
  ): Promise<SeeOther> {
    await this.schedules.run(name, dryRun === 'true', by);
    return this.backTo(name, 'started');
  }

  @Post('pause')
  @Produces('text/html')
  @TakesForm()
  async pause(@Param('schedule') name: string): Promise<SeeOther> {
    await this.schedules.pause(name, true);
    return this.backTo(name, 'paused');
  }

  @Post('resume')
  @Produces('text/html')
  @TakesForm()
  async resume(@Param('schedule') name: string): Promise<SeeOther> {
    await this.schedules.pause(name, false);
    return this.backTo(name, 'resumed');
  }

  private backTo(name: string, done: Notice): SeeOther {
    return new SeeOther(`/admin/jobs/schedules/${encodeURIComponent(name)}?done=${done}`);
  }
}
