import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { OmitType } from '@nestjs/swagger';
import { Produces, TakesForm } from '../../../platform/http/route-config.js';
import {
  ListDeadLettersQuery,
  MOST_REPLAYED,
  ReplayDeadLettersDto,
  toDeadLetterDetail,
  toDeadLetterDto,
} from '../../../platform/queue/dead-letter.dto.js';
import { DeadLettersService } from '../../../platform/queue/dead-letters.service.js';
import { AdminPage } from '../page/admin-page.js';
import { FormToken } from '../page/form-token.js';
import { html } from '../page/html.js';
import { DoneField, notice, type Notice } from '../page/notice.js';
import { SeeOther, type Page } from '../page/page.js';
import { LETTERS, lettersView, letterView, replayAllForm } from './dead-letters.view.js';

export class LettersQuery extends ListDeadLettersQuery {
  @DoneField() done?: Notice;
}

export class ReplayLettersFormDto extends OmitType(ReplayDeadLettersDto, ['limit'] as const) {}

/** Jobs that were given up: look, run again, let go. */
@Controller('admin/jobs/dead-letters')
@AdminPage()
export class DeadLettersPageController {
  constructor(private readonly letters: DeadLettersService) {}

  @Get()
  @Produces('text/html')
  async list(
    @Query() { limit, cursor, done, ...wanted }: LettersQuery,
    @FormToken() token: string,
  ): Promise<Page> {
    const { letters, page } = await this.letters.list(wanted, limit, cursor);
    const older =
      page.nextCursor && `?${new URLSearchParams({ ...wanted, cursor: page.nextCursor }).toString()}`;
    const body = html`<p class="crumbs"><a href="/admin/jobs">Jobs</a></p>
      <h1>Dead letters</h1>
      ${notice(done)}
      <p class="quiet">
        Jobs that were given up${wanted.queue ? html` in <strong>${wanted.queue}</strong>` : ''}, newest
        first. ${wanted.queue ? html`<a href="${LETTERS}">Show all</a>` : ''}
      </p>
      ${letters.length > 0 ? replayAllForm(token, wanted) : ''} ${lettersView(letters.map(toDeadLetterDto))}
      ${older ? html`<p><a href="${older}">Older</a></p>` : ''}`;
    return { title: 'Dead letters', body };
  }

  @Get(':id')
  @Produces('text/html')
  async show(@Param('id') id: string, @FormToken() token: string): Promise<Page> {
    const letter = toDeadLetterDetail(await this.letters.get(id));
    const body = html`<p class="crumbs">
        <a href="/admin/jobs">Jobs</a> › <a href="${LETTERS}">Dead letters</a>
      </p>
      <h1>${letter.name}</h1>
      ${letterView(token, letter)}`;
    return { title: letter.name, body };
  }

  @Post('replay')
  @Produces('text/html')
  @TakesForm()
  async replayAll(@Body() wanted: ReplayLettersFormDto): Promise<SeeOther> {
    await this.letters.replayMany(wanted, MOST_REPLAYED);
    return new SeeOther(`${LETTERS}?${new URLSearchParams({ ...wanted, done: 'all-replayed' }).toString()}`);
  }

  @Post(':id/replay')
  @Produces('text/html')
  @TakesForm()
  async replay(@Param('id') id: string): Promise<SeeOther> {
    await this.letters.replay(id);
    return new SeeOther(`${LETTERS}?done=replayed`);
  }

  @Post(':id/discard')
  @Produces('text/html')
  @TakesForm()
  async discard(@Param('id') id: string): Promise<SeeOther> {
    await this.letters.discard(id);
    return new SeeOther(`${LETTERS}?done=discarded`);
  }
}
