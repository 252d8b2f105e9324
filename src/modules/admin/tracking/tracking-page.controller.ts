import { Controller, Get, Inject, Post, Query } from '@nestjs/common';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { CurrentPrincipal, type Principal } from '../../../platform/http/access.js';
import { CursorQuery } from '../../../platform/http/list.dto.js';
import { Produces, TakesForm } from '../../../platform/http/route-config.js';
import { SessionTicketsService } from '../../identity/index.js';
import { TRACKING_PATH } from '../../tracking/index.js';
import { MOVING, TransportOrdersService } from '../../transport-orders/index.js';
import { AdminPage } from '../page/admin-page.js';
import { asset } from '../page/assets.js';
import { FormToken } from '../page/form-token.js';
import { html, type Html } from '../page/html.js';
import { PageData, type Page } from '../page/page.js';
import { ordersView } from './orders.view.js';

/** Transport orders on their way, on a map and in a list. Scripts of the page follow them over the tracking sockets. */
@Controller('admin/tracking')
@AdminPage()
export class TrackingPageController {
  constructor(
    private readonly orders: TransportOrdersService,
    private readonly tickets: SessionTicketsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Produces('text/html')
  async show(
    @CurrentPrincipal() principal: Principal,
    @Query() query: CursorQuery,
    @FormToken() token: string,
  ): Promise<Page> {
    const { orders, nextCursor } = await this.moving(principal, query);
    const { cursor, limit } = query;
    const part = `/admin/tracking/orders?${String(new URLSearchParams({ limit: String(limit), ...(cursor ? { cursor } : {}) }))}`;
    const older =
      nextCursor && `?${String(new URLSearchParams({ limit: String(limit), cursor: nextCursor }))}`;
    const body = html`<h1>Tracking</h1>
      <p class="live quiet" id="live" role="status">Positions as of when this page was loaded.</p>
      <div
        class="tracking"
        data-socket="${TRACKING_PATH}"
        data-token="${token}"
        data-atlas="${asset('countries.json')}"
        data-map="${asset('tracking-map.mjs')}"
        data-feed="${asset('tracking-feed.mjs')}"
      >
        <svg id="map" class="map" role="group" aria-label="Map of transport orders on their way"></svg>
        <section aria-label="On their way">
          <div id="orders" data-part="${part}">${ordersView(orders)}</div>
          ${older ? html`<p><a href="${older}">Older</a></p>` : ''}
        </section>
      </div>`;
    const scripts = ['d3-array.js', 'd3-geo.js', 'topojson.js', 'tracking.mjs'] as const;
    return { title: 'Tracking', body, scripts };
  }

  /** The list alone, for orders that set out or arrived meanwhile. */
  @Get('orders')
  @Produces('text/html')
  async list(@CurrentPrincipal() principal: Principal, @Query() query: CursorQuery): Promise<Html> {
    return ordersView((await this.moving(principal, query)).orders);
  }

  /** What opens one socket: the cookie of the pages is not for sockets, and no script can read it. */
  @Post('ticket')
  @Produces('application/json')
  @TakesForm()
  async ticket(@CurrentPrincipal() principal: Principal): Promise<PageData> {
    return new PageData({ token: await this.tickets.issue(principal) });
  }

  /** As many as one socket may follow, at most. */
  private moving(principal: Principal, { limit, cursor }: CursorQuery) {
    const page = { limit: Math.min(limit, this.config.tracking.subscriptions) };
    return this.orders.list(
      principal,
      undefined,
      { status: MOVING },
      { ...page, ...(cursor ? { cursor } : {}) },
    );
  }
}
